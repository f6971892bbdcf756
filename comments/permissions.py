"""Who may comment, and who may change or withdraw a comment."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import MEMBERS, STAFF, Role, Roles
from cohorts.permissions import decide
from comments.models import Comment, Subject, is_published
from comments.refusals import ALREADY_WITHDRAWN, ONLY_WRITER_OR_LAB
from web.decisions import ALLOW, Decision, deny

ONLY_SPEAKERS = _("Only the lab and the people of the cohort can comment here.")
ONLY_WRITER = _("Only the person who wrote a comment can change it.")

TABLE: dict[str, tuple[Roles, StrOrPromise]] = {
    "comment": (MEMBERS | {Role.LAB}, ONLY_SPEAKERS),
    "withdraw_comments": (STAFF, ONLY_WRITER_OR_LAB),
}


def can_add_comment(roles: Roles) -> Decision:
    """Allow members of the cohort and the lab to comment on its work, and to change their own comments."""
    return decide(roles, *TABLE["comment"])


def can_change_comment(user: User, comment: Comment) -> Decision:
    """Allow the writer, and nobody else, to change the comment until it is withdrawn."""
    if comment.written_by_id != user.pk:
        return deny(ONLY_WRITER)
    return deny(ALREADY_WITHDRAWN) if comment.withdrawn_at else ALLOW


def can_withdraw_comment(roles: Roles, user: User, comment: Comment) -> Decision:
    """Allow the writer to withdraw the comment, even after leaving the cohort, and the lab to withdraw any comment."""
    return ALLOW if comment.written_by_id == user.pk else decide(roles, *TABLE["withdraw_comments"])


def accepts_comments(subject: Subject) -> Decision:
    """Allow comments on work that is recorded on the platform; refuse them on published facts."""
    return deny(_("These are published facts. They cannot be commented on here.")) if is_published(subject) else ALLOW
