"""What the link of an invitation opens, and why it may open nothing: asked by pages, and by actions under the lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.invitations.ending_reasons import CAME_IN
from cohorts.invitations.enums import InvitationState
from cohorts.models import Invitation


@dataclass(frozen=True, slots=True)
class Why:
    """Why a link does not let somebody in: a slug for the log, and what they read."""

    slug: str
    said: StrOrPromise


UNKNOWN = Why(
    "unknown",
    _(
        "This link does not open an invitation. Some e-mail programs cut long links: copy the whole link"
        " from the e-mail, or ask the person who invited you to send the invitation again."
    ),
)
ONCE_ONLY = Why(
    "used", _("This invitation has already been accepted: each invitation can be used once. Sign in as usual.")
)
TAKEN_BACK = Why(
    "revoked", _("This invitation was withdrawn. If you think this is a mistake, ask the person who invited you.")
)
LET_IN = Why(
    CAME_IN, _("You were given access in another way since then: this invitation is no longer needed. Sign in.")
)
TOO_LATE = Why("expired", _("This invitation has ended. Ask the person who invited you to send it again."))
REPLACED = Why("replaced", _("This invitation was sent again since then: use the link in the latest e-mail."))
WITHDRAWN = Why("withdrawn", _("The cohort has withdrawn: nobody can join it any more."))
CLOSED = Why("closed", _("The account with this address is closed. Ask the lab."))
OTHER_ADDRESS = Why(
    "other_address",
    _(
        "This invitation is for another e-mail address than the one you are signed in with. Sign out, then open it"
        " again."
    ),
)
GIVEN_UP = Why(
    "given_up",
    _(
        "This invitation was sent to an address that is no longer in your account. Ask the person"
        " who invited you to send a new one to your current address."
    ),
)
WHY_NOT: Final[Mapping[str, Why]] = {
    InvitationState.ACCEPTED: ONCE_ONLY,
    InvitationState.REVOKED: TAKEN_BACK,
    InvitationState.EXPIRED: TOO_LATE,
}


def opened(token_hash: str, at: datetime, user: User | None = None) -> Invitation | Why:
    """What the link with this token opens, for anybody or for the `user` who is signed in (one statement)."""
    row = Invitation.objects.with_places().with_token(token_hash).first()
    if row is None:
        return UNKNOWN
    return why_not(row, token_hash, at, user) or row


def why_not(row: Invitation, token_hash: str, at: datetime, user: User | None = None) -> Why | None:
    """Why this token does not open it, the first reason that holds: how it ended, then its link, its place, its person.

    With a `user`, whether it is theirs too.
    """
    if over := WHY_NOT.get(row.state_at(at)):
        return LET_IN if row.reason == CAME_IN else over
    if row.token_hash != token_hash:
        return REPLACED
    if row.cohort and row.cohort.state == CohortState.WITHDRAWN:
        return WITHDRAWN
    if row.person.joined and not row.person.is_active:
        return CLOSED
    if user and not (user.is_active and user.pk == row.person_id):
        return OTHER_ADDRESS
    return None if _still_theirs(row) else GIVEN_UP


def _still_theirs(row: Invitation) -> bool:
    """Return whether the invited address still belongs to the person, as main or as further address."""
    if row.person.email.lower() == row.email:
        return True
    return User.objects.with_address(row.email).filter(pk=row.person_id).exists()
