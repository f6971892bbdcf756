"""Who may comment, and who may change or take back a comment."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.permissions import decide
from comments.models import Comment, Subject, published
from comments.refusals import ONLY_WRITER_OR_LAB, TAKEN_BACK
from prototypes.permissions import Letters
from web.decisions import ALLOW, Decision, deny

ONLY_SPEAKERS = _("Only the lab and the people of the cohort can comment here.")
ONLY_WRITER = _("Only the person who wrote a comment can change it.")

TABLE: dict[str, tuple[str, StrOrPromise]] = {
    "comment": ("SCDPMR", ONLY_SPEAKERS),
    "take_back_comments": ("S", ONLY_WRITER_OR_LAB),
}


def may_comment(letters: Letters) -> Decision:
    """Comment on ideas, prototypes and canvases, and change one's own comment."""
    return decide(letters, *TABLE["comment"])


def own_comment(user: User, comment: Comment) -> Decision:
    """Whoever wrote it, while it stands, changes it."""
    if comment.written_by_id != user.pk:
        return deny(ONLY_WRITER)
    return deny(TAKEN_BACK) if comment.taken_back_at else ALLOW


def may_take_back(letters: Letters, user: User, comment: Comment) -> Decision:
    """One's own, also once one has left; the lab anybody's."""
    return ALLOW if comment.written_by_id == user.pk else decide(letters, *TABLE["take_back_comments"])


def open_to_comments(subject: Subject) -> Decision:
    """Published facts take none."""
    return deny(_("These are published facts. They cannot be commented on here.")) if published(subject) else ALLOW
