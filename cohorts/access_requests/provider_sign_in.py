"""Access requests made by signing in with a provider of identities, where no account or invitation answers."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from accounts.models import User
from accounts.registries import Arrival, Told
from cohorts.access_requests.actions import ask_for_access
from cohorts.access_requests.enums import AccessState
from cohorts.access_requests.models import KEPT
from cohorts.models import Invitation
from programmes.authorities.siret import siren_of
from web.security.log import note


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
    said = gettext(
        "If nobody answers within %(days)d days, your request is erased. Sign in again to make a new request."
    )
    return said % {"days": KEPT.days}


def _has_a_place(user: User, at: datetime) -> bool:
    """Lab staff, members of a cohort, past ones too, admins of an authority, and whoever is invited and may accept."""
    if user.is_lab_staff or user.memberships.exists() or user.administered.exists():
        return True
    return Invitation.objects.pending(at).filter(person=user).exists()
