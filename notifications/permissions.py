"""Who may read and manage all e-mails: lab staff, whose readers manage none. Everyone reads their own e-mails."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_change_as_lab
from web.decisions import ALLOW, Decision, deny

ONLY_STAFF = _("Only lab staff can manage e-mails.")


def can_manage_emails(user: User) -> Decision:
    """Return whether the user may pause, resume and retry e-mails.

    Only lab staff may; a refusal holds its reason.
    """
    return can_change_as_lab(user, ONLY_STAFF)


def can_read_emails(user: User) -> Decision:
    """Return whether the user may read the ledger of all e-mails, and the status of the e-mail service.

    Only lab staff may; a refusal holds its reason.
    """
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
