"""Accounts of people who accept an invitation by signing in with a provider of identities."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import join as join_person
from accounts.models import User
from accounts.registries import Arrival
from cohorts.invitations.actions.invitations import SIGN_IN_FIRST
from cohorts.invitations.links import opened
from cohorts.models import Invitation
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security.log import note

REMEMBERED: Final = "invitation"  # in the session, by the hash of its token
NOT_PROVED = _(
    "Your organisation’s sign-in does not confirm the address your invitation was sent to. Open the link"
    " in the invitation e-mail again and choose a password, or ask the person who invited you to send the"
    " invitation to the address of this account."
)


def arrive(*, request: HttpRequest, arrival: Arrival, at: datetime) -> User | None:
    """The account of whoever came from an invitation's page, once a provider vouches for the very address invited.

    Nobody where the session remembers none that is open. Raises DomainError where it is for another address, and
    forgets it then: the link in the letter is still good, and whoever comes next in this browser is somebody else.
    """
    held = request.session.get(REMEMBERED, "")
    row = opened(held, at) if held else None
    if not isinstance(row, Invitation):
        return None
    if row.person.joined or not arrival.vouched or canonical_address(arrival.email) != row.email:
        note("invitation_refused", request=request, reason="not_by_this_provider")
        del request.session[REMEMBERED]
        raise DomainError(SIGN_IN_FIRST if row.person.joined else NOT_PROVED)
    return join_person(user=row.person, full_name=arrival.full_name, at=at, by=row.person)
