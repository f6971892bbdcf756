"""Who may do what with tokens: everyone has tokens of their own, administrators those of service accounts."""

from accounts.models import User
from accounts.permissions import can_manage_lab
from web.decisions import ALLOW, Decision


def can_create_token(user: User, *, is_service: bool) -> Decision:
    """Allow everyone a token of their own, and administrators of the lab one of a service account."""
    return can_manage_lab(user) if is_service else ALLOW
