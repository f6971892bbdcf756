"""Pending invitations by address, for the lab's page about addresses."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.hooks import PendingForAddress
from cohorts.models import Invitation


def pending_invitations(emails: Collection[str], at: datetime) -> Mapping[str, list[PendingForAddress]]:
    """Return, by address, the invitations that wait for an answer at the moment `at` (one statement).

    Each has a text (where to, and the role) and a link, for the lab's page about addresses. Expired invitations are
    left out; addresses without any have no key.
    """
    pending = defaultdict(list)
    for row in Invitation.objects.pending(at).filter(email__in=emails).with_targets().order_by("pk"):
        text = _("Invited: %(where)s, %(role)s") % {"where": row.target, "role": row.get_role_display()}
        pending[row.email].append(PendingForAddress(text, row.get_absolute_url()))
    return pending
