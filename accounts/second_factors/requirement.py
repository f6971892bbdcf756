"""For whom a password alone is not enough: they are led to set up a second factor before anything else opens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from accounts.acting.support_session import SUPPORT
from accounts.models import User
from accounts.registries import second_factor_roles
from accounts.second_factors.queries import factors_of
from accounts.sign_in.actions.sessions import NOT_ASKED_UNTIL
from web.dates.clock import Day, today_everywhere
from web.pages.htmx import wants_partial
from web.security.log import note
from web.security.own_paths import referring_path

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

USED_BY = "second_factor_used_by"
WANTED = "second_factor_wanted"
ASKED_EVERY = 5 * 60  # seconds until someone without a second factor is looked at again
OPEN = {
    "second_factor",
    "account_reauthenticate",
    "account_logout",
    "language",
}


def needs_second_factor(user: User, today: Day) -> bool:
    """Lab staff, whoever opens the administration, and the roles the apps name."""
    return user.is_lab_staff or user.is_staff or any(asks(user, today) for asks in second_factor_roles)


def used_second_factor(request: HttpRequest) -> bool:
    """Whether the person signed in here has shown one in this session; another's does not count."""
    return bool(request.session.get(USED_BY) == str(request.user.pk))


class SecondFactorFirst(MiddlewareMixin):
    """Nothing opens before; parts of a page answer 401, as for someone signed out.

    Whoever has shown a second factor costs nothing. Others are asked at once when they are of the lab or
    `ask_sign_ins_anew` was called for them; what else changes their roles counts within five minutes, from the session.
    The administration asks whoever opens it, whatever their role, each time.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not self.stops(request, view):
            return None
        note("second_factor_missing", request=request)
        if wants_partial(request):
            return HttpResponse(status=401)
        request.session[WANTED] = referring_path(request) if request.method == "POST" else request.get_full_path()
        return redirect("second_factor")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What was sent may have given the role, as accepting an invitation does: a session kept anew asks anew."""
        if request.method == "POST" and request.session.modified:
            request.session.pop(NOT_ASKED_UNTIL, None)
        return response

    def stops(self, request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
        if not (settings.SECOND_FACTOR_REQUIRED and isinstance(request.user, User)):
            return False
        if not getattr(view, "login_required", True) or used_second_factor(request):
            return False
        asked = request.resolver_match
        name = asked.view_name if asked else ""
        if name in OPEN or name.startswith("mfa_"):
            return False
        return name.startswith("admin:") or missing(request)


def missing(request: HttpRequest) -> bool:
    """Whether the person needs one and has shown none; that no role asks for it is kept for five minutes."""
    user, now = request.user, time.time()
    assert isinstance(user, User)  # noqa: S101 - narrows the type
    if SUPPORT in request.session:
        return False  # whoever acts as someone has shown theirs
    of_the_lab = user.is_lab_staff or user.is_staff  # read with every page anyway: never kept
    if not of_the_lab and request.session.get(NOT_ASKED_UNTIL, 0) > now:
        return False
    if needs_second_factor(user, today_everywhere()):
        return True
    request.session[NOT_ASKED_UNTIL] = now + ASKED_EVERY
    return False


def shown(*, request: HttpRequest, user: User, authenticator: Authenticator, **_told: Any) -> None:
    """A second factor was shown, or set up, which takes showing it; told by allauth."""
    request.session[USED_BY] = str(user.pk)


def taken_away(*, request: HttpRequest, user: User, **_told: Any) -> None:
    """Without any left, the session counts as one by password; told by allauth."""
    if not factors_of(user):
        request.session.pop(USED_BY, None)
        request.session.pop(NOT_ASKED_UNTIL, None)
