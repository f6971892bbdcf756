"""Access requests made by signing in with a provider, when the person has neither an account nor an invitation."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.hooks import AccessAnswer, ProviderIdentity
from accounts.models import User
from cohorts.access_requests.actions import request_access
from cohorts.access_requests.enums import AccessState
from cohorts.access_requests.models import RETENTION_PERIOD
from cohorts.models import Invitation
from programmes.authorities.siret import siren_of
from web.security.log import log_security_event
from web.text.language import active_language


def request_access_at_sign_in(
    *, request: HttpRequest, identity: ProviderIdentity, user: User | None, at: datetime
) -> AccessAnswer | None:
    """Record the access request of a person who signs in with a provider; return its state and a text for the person.

    None, and nothing is recorded, for a person who has access already, or who has an account and no valid SIRET. The
    text says when a pending request is erased, or gives the reason of a refusal. `identity` is what the provider sent,
    `user` the person's account if there is one, `at` the moment of the sign-in.
    """
    if user and (_has_access(user, at) or not siren_of(identity.siret)):
        return None
    language = active_language()
    row = request_access(identity=identity, user=user, language=language, at=at, by=user)
    if row.requested_at == at:
        log_security_event(
            "access_requested", request=request, provider=row.provider, access=row.pk, authority=row.authority_id
        )
    return AccessAnswer(row.state, _erasure_notice() if row.state == AccessState.PENDING else row.reason)


def _erasure_notice() -> str:
    """Return the sentence, in the current language, that an unanswered access request is erased after 90 days."""
    text = gettext(
        "If nobody answers within %(days)d days, your request is erased. Sign in again to make a new request."
    )
    return text % {"days": RETENTION_PERIOD.days}


def _has_access(user: User, at: datetime) -> bool:
    """Return whether the user needs no access request: they are lab staff, a present or past member of a cohort, a
    present or past admin of an authority, or have an invitation that is pending at the moment `at`.
    """
    if user.is_lab_staff or user.memberships.exists() or user.administered.exists():
        return True
    return Invitation.objects.pending(at).filter(person=user).exists()
