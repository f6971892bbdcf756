"""Who may read and answer access requests."""

from accounts.models import User
from cohorts.permissions import ONLY_STAFF
from web.decisions import ALLOW, Decision, deny


def may_answer_requests(user: User) -> Decision:
    """Read who asks to come in, let them in or say why not."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
