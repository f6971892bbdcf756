"""Who may see and manage all e-mails: lab staff. Everyone reads their own e-mails."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny

ONLY_STAFF = _("Only lab staff can manage e-mails.")


def can_manage_emails(user: User) -> Decision:
    """Return whether the user may read the ledger of all e-mails, and pause, resume and retry e-mails.

    Only lab staff may; a refusal holds its reason.
    """
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
