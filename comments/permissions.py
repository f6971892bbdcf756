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
    """Return whether people with these roles in a cohort may comment on its work: its members and the lab may.

    Admins of the authority and members of other cohorts may not. Changing one's own comment needs the same roles.
    """
    return decide(roles, *TABLE["comment"])


def can_change_comment(user: User, comment: Comment) -> Decision:
    """Return whether the user may change the comment: only its writer may, until it is withdrawn."""
    if comment.written_by_id != user.pk:
        return deny(ONLY_WRITER)
    return deny(ALREADY_WITHDRAWN) if comment.withdrawn_at else ALLOW


def can_withdraw_comment(roles: Roles, user: User, comment: Comment) -> Decision:
    """Return whether the user may withdraw the comment: its writer may, even after leaving the cohort, and the lab.

    `roles` are the user's in the cohort of the comment.
    """
    return ALLOW if comment.written_by_id == user.pk else decide(roles, *TABLE["withdraw_comments"])


def accepts_comments(subject: Subject) -> Decision:
    """Return whether the subject can be commented on: all work recorded on the platform can, published facts cannot."""
    return deny(_("These are published facts. They cannot be commented on here.")) if is_published(subject) else ALLOW
