"""Who may compare editions."""

from accounts.models import User
from programmes.permissions import ONLY_STAFF
from web.decisions import ALLOW, Decision, deny


def may_compare_editions(user: User) -> Decision:
    """See editions side by side, with what they cost."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
