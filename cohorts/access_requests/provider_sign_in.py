"""What cohorts bring to the door: who comes by an invitation, who asks to come in, what is kept of them, how long."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import join as join_person
from accounts.models import User
from accounts.registries import Arrival, PersonalData, Retention, Told
from cohorts.access_queries import KEPT
from cohorts.access_requests.actions import ask_for_access
from cohorts.invitations.actions.invitations import SIGN_IN_FIRST
from cohorts.enums import AccessState
from cohorts.invitations.links import opened
from cohorts.models import AccessRequest, Invitation
from programmes.siret import siren_of
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security import note

REMEMBERED: Final = "invitation"  # in the session, by the hash of its token
NOT_PROVED = _(
    "It does not vouch for the address your invitation was sent to. Open the link in your letter again and choose a"
    " password, or ask whoever invited you to invite the address of this account."
)


def knock(*, request: HttpRequest, arrival: Arrival, user: User | None, at: datetime) -> Told | None:
    """Keep the request of somebody without an account, or with one of no cohort whose SIRET may say which authority."""
    if user and (_has_a_place(user, at) or not siren_of(arrival.siret)):
        return None
    language = (get_language() or "fr")[:2]
    row = ask_for_access(arrival=arrival, user=user, language=language, at=at, by=user)
    if row.asked_at == at:
        note("access_requested", request=request, provider=row.provider, access=row.pk, authority=row.authority_id)
    return Told(row.state, _unless_forgotten() if row.state == AccessState.PENDING else row.reason)


def _unless_forgotten() -> str:
    """The word on its end that a request without an answer gets: nobody proved an address to write to."""
    said = gettext("If nobody answers within %(days)d days, your request is erased: sign in again then to ask anew.")
    return said % {"days": KEPT.days}


def _has_a_place(user: User, at: datetime) -> bool:
    """Lab staff, members of a cohort, past ones too, admins of an authority, and whoever is invited and may accept."""
    if user.is_lab_staff or user.memberships.exists() or user.administered.exists():
        return True
    return Invitation.objects.pending(at).filter(person=user).exists()


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


def _told_of(user: User) -> Iterator[Mapping[str, object]]:
    rows = AccessRequest.objects.of_person(user).select_related("authority").order_by("pk")
    for row in rows:
        yield {
            "provider": row.provider,
            "subject": row.subject,
            "email": row.email,
            "full_name": row.full_name,
            "siret": row.siret,
            "unit": row.unit,
            "authority": str(row.authority or ""),
            "asked_at": row.asked_at.isoformat(),
            "state": row.state,
            "answered_at": row.answered_at.isoformat() if row.answered_at else None,
            "reason": row.reason,
        }


def erase(*, user: User, **_when: object) -> None:
    """A request counts for nothing once its person is gone."""
    AccessRequest.objects.of_person(user).delete()


def _purge(*, at: datetime, dry_run: bool) -> int:
    """Requests answered long ago, let in or not, and those nobody answered: whoever comes again asks anew."""
    rows = AccessRequest.objects.over_before(at)
    return rows.count() if dry_run else rows.delete()[1].get(AccessRequest._meta.label, 0)


PERSONAL = PersonalData(_("Requests to come in"), _told_of, covers=("cohorts.AccessRequest.user",))
RETENTION = Retention(
    what=_(
        "Requests to come in: name, e-mail address, SIRET and the identity at the provider, from the answer on, or from"
        " the request where nobody answered"
    ),
    why=_("So that the lab answers, and whoever comes back reads the answer."),
    days=KEPT.days,
    purge=_purge,
)
