"""Who may keep the ledger of letters: lab staff. Everyone reads their own letters."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny

ONLY_STAFF = _("Only lab staff can manage e-mails.")


def may_keep_letters(user: User) -> Decision:
    """Read the ledger; hold, release and retry letters."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
