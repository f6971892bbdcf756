"""Pending invitations by address, for the lab's page about addresses."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.hooks import AddressWait
from cohorts.models import Invitation


def pending_invitations(emails: Collection[str], at: datetime) -> Mapping[str, list[AddressWait]]:
    """Return, for each of the addresses, the invitations that wait for an answer at the moment `at` (one statement).

    Each has a text and a link, as the lab's page about addresses lists them. Expired invitations are left out.
    """
    waits = defaultdict(list)
    for row in Invitation.objects.pending(at).filter(email__in=emails).with_targets().order_by("pk"):
        text = _("Invited: %(where)s, %(role)s") % {"where": row.target, "role": row.get_role_display()}
        waits[row.email].append(AddressWait(text, row.get_absolute_url()))
    return waits
