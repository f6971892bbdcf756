"""Who may read the history pages."""

from django.utils.translation import gettext as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny


def can_read_history(user: User) -> Decision:
    """Return whether the user may read who changed what on an object, when and why: only lab staff may."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can read the history."))
