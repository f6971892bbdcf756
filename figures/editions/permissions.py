"""Who may compare editions."""

from accounts.models import User
from programmes.permissions import ONLY_STAFF
from web.decisions import ALLOW, Decision, deny


def can_compare_editions(user: User) -> Decision:
    """Return whether the user may compare editions and see what they cost: lab staff only.

    For anyone else, the decision is a refusal with its reason.
    """
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
