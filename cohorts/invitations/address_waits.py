"""The pending invitations that wait for addresses, for the lab's page of addresses."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.registries import AddressWait
from cohorts.models import Invitation


def pending_invitations(emails: Collection[str], at: datetime) -> Mapping[str, list[AddressWait]]:
    """Return the pending invitations by address (one statement); an expired one waits for nobody."""
    found = defaultdict(list)
    for row in Invitation.objects.pending(at).filter(email__in=emails).with_places().order_by("pk"):
        text = _("Invited: %(where)s, %(role)s") % {"where": row.into, "role": row.get_role_display()}
        found[row.email].append(AddressWait(text, row.get_absolute_url()))
    return found
