"""Who makes a request to the API: the person of its token, with no more than they may do today."""

import time

import pghistory
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING
from accounts.second_factors.queries import factors_of
from accounts.second_factors.requirement import needs_second_factor
from accounts.visibility import person_with_access
from api.enums import Area, Permission, scope
from api.http.idempotency import READING_METHODS, claim_key
from api.http.rate_limits import RateLimit, count_request
from api.http.requests import ApiRequest
from api.models import ApiToken
from web.dates.clock import today_everywhere
from web.errors import Refused
from web.security.link_tokens import hash_token
from web.security.log import log_security_event


class RateLimitReached(Exception):
    """The token made too many requests in this minute; `limit` is that of the request."""

    def __init__(self, limit: RateLimit) -> None:
        super().__init__()
        self.limit = limit


class TokenAuth(HttpBearer):
    """Reads the token of a request to an endpoint of one area, and signs its person in for this request.

    Each check that the pages make by middleware is made here: closed accounts, second factors, readers of the lab.
    """

    def __init__(self, area: Area | None) -> None:
        """Check the scope of this area; None for what every valid token may read."""
        super().__init__()
        self.area = area

    def authenticate(self, request: ApiRequest, token: str) -> ApiToken | None:  # type: ignore[override] # narrower
        """Return the row of the token; None for an unknown one.

        Raises AuthenticationError, Refused or RateLimitReached, each with the reason, and what `claim_key` raises.
        `request.user` is its person from now on, and texts are in their language.
        """
        row = ApiToken.objects.filter(token_hash=hash_token(token)).first()
        if row is None:
            return None
        user = _person_of(row)
        request.user = user
        if user.language:
            translation.activate(user.language)
        timezone.activate(
            vars(user)["lab_zone"] or settings.TIME_ZONE
        )  # undone by `lab_time_zone`, which is around the view
        permission = Permission.READ if request.method in READING_METHODS else Permission.WRITE
        limit = count_request(row.pk, permission, time.time())
        request.rate_limit = limit  # its headers are added by the middleware
        if limit.is_exceeded():
            log_security_event("limit_reached", request=request, api_token=row.pk)
            raise RateLimitReached(limit)
        _check_permission(row, user, self.area, permission)
        request.api_token = row  # the middleware records its use
        claim_key(request, row, timezone.now())
        pghistory.context(token=row.pk)  # with each change of this request
        return row


def _person_of(token: ApiToken) -> User:
    """Return the person of a token; raise AuthenticationError when it is revoked or expired, or the account closed."""
    if token.revoked_at is not None:
        raise AuthenticationError(message=_("This token is revoked. Create another one on the page of your account."))
    if token.expires_at <= timezone.now():
        raise AuthenticationError(message=_("This token has expired. Create another one on the page of your account."))
    user: User | None = person_with_access(token.user_id)
    if user is None or not user.is_active:
        raise AuthenticationError(message=_("The account of this token is closed."))
    return user


def _check_permission(token: ApiToken, user: User, area: Area | None, permission: Permission) -> None:
    """Raise Refused when the token has no scope for this, or its person could not do it on a page either."""
    if lacks_second_factor(token, user):
        raise Refused(_("You need a second factor. Set it up, sign in with it, then create another token."))
    if area:
        check_scope(token, area, permission)
    if user.is_lab_reader and permission == Permission.WRITE:
        raise Refused(READERS_CHANGE_NOTHING)


def check_scope(token: ApiToken, area: Area, permission: Permission) -> None:
    """Raise Refused, with the name of the scope, when the token lacks it."""
    if not token.allows(area, permission):
        raise Refused(
            _("This token lacks the scope %(scope)s. Create one that has it.") % {"scope": scope(area, permission)}
        )


def lacks_second_factor(token: ApiToken, user: User) -> bool:
    """Return whether the person needs a second factor and used none when they created the token, or has none left."""
    if not (settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user, today_everywhere())):
        return False
    return not (token.with_second_factor and factors_of(user))
