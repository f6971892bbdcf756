"""People for whom a password is not enough must set up a second factor before any other page opens."""

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from accounts.acting.support_session import SUPPORT
from accounts.hooks import account_hooks
from accounts.models import User
from accounts.second_factors.queries import factors_of
from accounts.sign_in.actions.sessions import NOT_REQUIRED_UNTIL
from web.dates.clock import Day, today_everywhere
from web.pages.htmx import wants_partial
from web.security.log import log_security_event
from web.security.own_paths import referring_path

USED_BY = "second_factor_used_by"
NEXT_PATH = "second_factor_wanted"
RECHECK_SECONDS = 5 * 60  # seconds until a person without a second factor is checked again
ALLOWED_VIEWS = {
    "second_factor",
    "account_reauthenticate",
    "account_logout",
    "language",
}


def needs_second_factor(user: User, today: Day) -> bool:
    """Return whether a person's role requires a second factor on `today`: a date, or today's dates in all time zones.

    Lab staff and administrators (`is_staff`) need one, and people with a role that an app names, such as admins of an
    authority.
    """
    return user.is_lab_staff or user.is_staff or any(hooks.needs_second_factor(user, today) for hooks in account_hooks)


def used_second_factor(request: HttpRequest) -> bool:
    """Return whether the signed-in person used, or set up, a second factor in this session."""
    return bool(request.session.get(USED_BY) == str(request.user.pk))


class SecondFactorMiddleware(MiddlewareMixin):
    """Redirects people who need a second factor to the page about it before any other page opens.

    The result is stored in the session: people who need none are checked again after five minutes, and at once after
    `recheck_second_factor_need`. Lab staff are checked with every page. The administration always requires a second
    factor.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return the redirect to the page about the second factor when the person must use one.

        None when the page may open. A partial request (htmx) gets 401, as if signed out. The page that was asked for
        opens afterwards.
        """
        if not self.blocks(request, view):
            return None
        log_security_event("second_factor_missing", request=request)
        if wants_partial(request):
            return HttpResponse(status=401)
        request.session[NEXT_PATH] = referring_path(request) if request.method == "POST" else request.get_full_path()
        return redirect("second_factor")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response; after a POST that changed the session, have the next page check the person's need again.

        The POST may have given them a role, such as accepting an invitation.
        """
        if request.method == "POST" and request.session.modified:
            request.session.pop(NOT_REQUIRED_UNTIL, None)
        return response

    def blocks(self, request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
        """Return whether a page must stay closed until the signed-in person uses a second factor.

        Never for pages open to everyone, signing out, the language, the page about the second factor and allauth's
        pages to set one up or use it; never when the setting SECOND_FACTOR_REQUIRED is off. `view` is the page's
        function.
        """
        if not (settings.SECOND_FACTOR_REQUIRED and isinstance(request.user, User)):
            return False
        if not getattr(view, "login_required", True) or used_second_factor(request):
            return False
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in ALLOWED_VIEWS or name.startswith("mfa_"):
            return False
        return name.startswith("admin:") or lacks_second_factor(request)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Return whether the signed-in person, who used no second factor in this session, needs one.

    When they need none, the session remembers it for five minutes; lab staff are always checked. False for lab staff
    who act for another person, because they used their own.
    """
    user, now = request.user, time.time()
    assert isinstance(user, User)  # noqa: S101 - narrows the type
    if SUPPORT in request.session:
        return False  # the staff member who acts used their own
    is_lab = user.is_lab_staff or user.is_staff  # read with every page anyway: no need to remember it
    if not is_lab and request.session.get(NOT_REQUIRED_UNTIL, 0) > now:
        return False
    if needs_second_factor(user, today_everywhere()):
        return True
    request.session[NOT_REQUIRED_UNTIL] = now + RECHECK_SECONDS
    return False


def remember_factor_use(*, request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Store in the session that `user` used or set up a second factor. Receives allauth's signals `authenticator_used`
    and `authenticator_added`.
    """
    request.session[USED_BY] = str(user.pk)


def forget_factor_use(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Remove from the session that a second factor was used, once the person has none left.

    Receives allauth's signal `authenticator_removed`.
    """
    if not factors_of(user):
        request.session.pop(USED_BY, None)
        request.session.pop(NOT_REQUIRED_UNTIL, None)
