"""Who may read and answer access requests."""

from accounts.models import User
from accounts.permissions import can_change_as_lab
from cohorts.permissions import ONLY_STAFF
from web.decisions import ALLOW, Decision, deny


def can_answer_requests(user: User) -> Decision:
    """Return whether the user may grant and refuse access requests: lab staff only; a refusal carries the reason."""
    return can_change_as_lab(user, ONLY_STAFF)


def can_read_requests(user: User) -> Decision:
    """Return whether the user may read access requests: lab staff only; a refusal carries the reason."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
