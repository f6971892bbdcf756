"""Access requests made by signing in with a provider, when the person has neither an account nor an invitation."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from accounts.hooks import AccessAnswer, Arrival
from accounts.models import User
from cohorts.access_requests.actions import request_access
from cohorts.access_requests.enums import AccessState
from cohorts.access_requests.models import RETENTION_PERIOD
from cohorts.models import Invitation
from programmes.authorities.siret import siren_of
from web.security.log import note


def request_access_at_sign_in(
    *, request: HttpRequest, arrival: Arrival, user: User | None, at: datetime
) -> AccessAnswer | None:
    """Record the access request of a person who signs in with a provider; return its state and a text for the person.

    Return None, and record nothing, for a person who has access already, or who has an account and no valid SIRET. The
    text is when a pending request is erased, or the reason of a refusal.
    """
    if user and (_has_access(user, at) or not siren_of(arrival.siret)):
        return None
    language = (get_language() or "fr")[:2]
    row = request_access(arrival=arrival, user=user, language=language, at=at, by=user)
    if row.requested_at == at:
        note("access_requested", request=request, provider=row.provider, access=row.pk, authority=row.authority_id)
    return AccessAnswer(row.state, _erasure_notice() if row.state == AccessState.PENDING else row.reason)


def _erasure_notice() -> str:
    """Return the sentence that says when an unanswered access request is erased."""
    text = gettext(
        "If nobody answers within %(days)d days, your request is erased. Sign in again to make a new request."
    )
    return text % {"days": RETENTION_PERIOD.days}


def _has_access(user: User, at: datetime) -> bool:
    """Return whether the person is lab staff, a present or past member, an admin of an authority, or has a pending
    invitation.
    """
    if user.is_lab_staff or user.memberships.exists() or user.administered.exists():
        return True
    return Invitation.objects.pending(at).filter(person=user).exists()
