"""Accounts of people who accept an invitation by signing in with a provider."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import join as join_person
from accounts.hooks import ProviderIdentity
from accounts.models import User
from cohorts.invitations.actions.invitations import SIGN_IN_FIRST
from cohorts.invitations.links import invitation_for_link
from cohorts.models import Invitation
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security.log import log_security_event

INVITATION_KEY: Final = "invitation"  # the session value is the hash of the token
NOT_PROVED = _(
    "Your organisation’s sign-in does not confirm the address your invitation was sent to. Open the link"
    " in the invitation e-mail again and choose a password, or ask the person who invited you to send the"
    " invitation to the address of this account."
)


def join_by_provider(*, request: HttpRequest, identity: ProviderIdentity, at: datetime) -> User | None:
    """Open the account of an invited person who signs in with a provider that has verified the invited address; return
    it.

    `identity` is what the provider sent, `at` the moment. None when the session remembers no open invitation. Raises
    DomainError when the person has an account already or the address is another one; the session then forgets the
    invitation, whose link stays valid.
    """
    token_hash = request.session.get(INVITATION_KEY, "")
    row = invitation_for_link(token_hash, at) if token_hash else None
    if not isinstance(row, Invitation):
        return None
    if row.person.joined or not identity.email_verified or canonical_address(identity.email) != row.email:
        log_security_event("invitation_refused", request=request, reason="not_by_this_provider")
        del request.session[INVITATION_KEY]
        raise DomainError(SIGN_IN_FIRST if row.person.joined else NOT_PROVED)
    return join_person(user=row.person, full_name=identity.full_name, at=at, by=row.person)
