"""The personal data in comments. Comments of an erased person stay without the name; mentions lose the name."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from comments.models import Comment, Mention

PARTS = {
    "comments": PersonalData(
        _("Comments you wrote"),
        row_reader(lambda user: Comment.objects.filter(written_by=user), "text", "written_at", "withdrawn_at"),
        covers=("comments.Comment.written_by",),
    ),
    "mentions": PersonalData(
        _("Comments that mention you"),
        row_reader(lambda user: Mention.objects.filter(person=user), written_at="comment__written_at"),
        covers=("comments.Mention.person",),
    ),
}


def forget_mentions(*, user: User, at: datetime) -> None:
    """Replace `@` and the name of a person who is being erased by `@…` in all comments that mention them.

    `user` still has the name; `at`, the moment of the erasure, is not used.
    """
    for comment in Comment.objects.filter(mentions__person=user, text__contains=f"@{user.full_name}"):
        comment.text = comment.text.replace(f"@{user.full_name}", "@…")
        comment.save(update_fields=["text"])


PRIVACY = PrivacyHooks(personal_data=PARTS, erase=forget_mentions)
