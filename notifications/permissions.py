"""Who may see and manage all emails: lab staff. Everyone reads their own emails."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny

ONLY_STAFF = _("Only lab staff can manage e-mails.")


def can_manage_emails(user: User) -> Decision:
    """Return whether the user may read the ledger of all emails, and pause, resume and retry emails: lab staff only."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
