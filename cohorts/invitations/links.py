"""What the link of an invitation opens, and the reason when it opens nothing.

Pages call this before an action, and actions call it again under the lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.invitations.ending_reasons import ACCESS_GIVEN_OTHERWISE
from cohorts.invitations.enums import InvitationState
from cohorts.models import Invitation


@dataclass(frozen=True, slots=True)
class LinkRefusal:
    """The reason why the link of an invitation opens nothing: a slug for the log, and the text people read."""

    slug: str
    text: StrOrPromise


UNKNOWN = LinkRefusal(
    "unknown",
    _(
        "This link does not open an invitation. Some e-mail programs cut long links: copy the whole link"
        " from the e-mail, or ask the person who invited you to send the invitation again."
    ),
)
ALREADY_ACCEPTED = LinkRefusal(
    "used", _("This invitation has already been accepted: each invitation can be used once. Sign in as usual.")
)
INVITATION_WITHDRAWN = LinkRefusal(
    "revoked", _("This invitation was withdrawn. If you think this is a mistake, ask the person who invited you.")
)
ACCESS_GIVEN = LinkRefusal(
    ACCESS_GIVEN_OTHERWISE,
    _("You were given access in another way since then: this invitation is no longer needed. Sign in."),
)
INVITATION_EXPIRED = LinkRefusal(
    "expired", _("This invitation has ended. Ask the person who invited you to send it again.")
)
REPLACED = LinkRefusal("replaced", _("This invitation was sent again since then: use the link in the latest e-mail."))
COHORT_WITHDRAWN = LinkRefusal("withdrawn", _("The cohort has withdrawn: nobody can join it any more."))
CLOSED = LinkRefusal("closed", _("The account with this address is closed. Ask the lab."))
OTHER_ADDRESS = LinkRefusal(
    "other_address",
    _(
        "This invitation is for another e-mail address than the one you are signed in with. Sign out, then open it"
        " again."
    ),
)
ADDRESS_REMOVED = LinkRefusal(
    "given_up",
    _(
        "This invitation was sent to an address that is no longer in your account. Ask the person"
        " who invited you to send a new one to your current address."
    ),
)
REFUSAL_BY_STATE: Final[Mapping[str, LinkRefusal]] = {
    InvitationState.ACCEPTED: ALREADY_ACCEPTED,
    InvitationState.REVOKED: INVITATION_WITHDRAWN,
    InvitationState.EXPIRED: INVITATION_EXPIRED,
}


def invitation_for_link(token_hash: str, at: datetime, user: User | None = None) -> Invitation | LinkRefusal:
    """Return the invitation that a link opens at the moment `at`, or the reason why it opens none (one statement).

    `token_hash` is the hash of the link's secret token; with a signed-in `user`, the invitation must be theirs.
    """
    row = Invitation.objects.with_targets().with_token(token_hash).first()
    if row is None:
        return UNKNOWN
    return link_refusal(row, token_hash, at, user) or row


def link_refusal(row: Invitation, token_hash: str, at: datetime, user: User | None = None) -> LinkRefusal | None:
    """Return the first reason why a link does not open the invitation at the moment `at`; None when it does.

    `token_hash` is the hash of the link's token. Checked in order: the invitation was accepted, withdrawn or expired;
    it was sent again with a new link; the cohort has withdrawn; the account is closed; the `user` (if given) is another
    person; the address left the account.
    """
    if refusal := REFUSAL_BY_STATE.get(row.state_at(at)):
        return ACCESS_GIVEN if row.reason == ACCESS_GIVEN_OTHERWISE else refusal
    if row.token_hash != token_hash:
        return REPLACED
    if row.cohort and row.cohort.state == CohortState.WITHDRAWN:
        return COHORT_WITHDRAWN
    if row.person.joined and not row.person.is_active:
        return CLOSED
    if user and not (user.is_active and user.pk == row.person_id):
        return OTHER_ADDRESS
    return None if _still_theirs(row) else ADDRESS_REMOVED


def _still_theirs(row: Invitation) -> bool:
    """Return whether the invited address still belongs to the invited person's account, as main or as further
    address.
    """
    if row.person.email.lower() == row.email:
        return True
    return User.objects.with_address(row.email).filter(pk=row.person_id).exists()
