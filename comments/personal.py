"""What comments keep of a person. They stay when somebody is erased, without the name; mentions lose it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, erasers, personal_data
from comments.models import Comment, Mention

PARTS = {
    "comments": PersonalData(
        _("Comments you wrote"),
        told(lambda user: Comment.objects.filter(written_by=user), "text", "written_at", "taken_back_at"),
        covers=("comments.Comment.written_by",),
    ),
    "mentions": PersonalData(
        _("Comments that mention you"),
        told(lambda user: Mention.objects.filter(person=user), written_at="comment__written_at"),
        covers=("comments.Mention.person",),
    ),
}


def forget_mentions(*, user: User, at: datetime) -> None:
    """Comments keep that somebody is mentioned, not who."""
    for comment in Comment.objects.filter(mentions__person=user, text__contains=f"@{user.full_name}"):
        comment.text = comment.text.replace(f"@{user.full_name}", "@…")
        comment.save(update_fields=["text"])


def register() -> None:
    """Bring them to accounts."""
    for order, (slug, part) in enumerate(PARTS.items(), 45):
        personal_data.register(slug, part, order=order)
    erasers.register("mentions", forget_mentions, order=50)
