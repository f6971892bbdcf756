"""Refusals, one line each (`web.security.log`): who was refused what, by route, never what for or who it was about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.views.csrf import csrf_failure

from web.security.log import note

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

FORGED: Final = "labplatform.forged"
EVENTS: Final = {403: "refused", 404: "not_found", 405: "method_refused"}


def noted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Write a line for every refusal; costs nothing where there is none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        event = EVENTS.get(response.status_code)
        if event and (event != "not_found" or sought(request)):
            note("forged_form" if FORGED in request.META else event, request=request)
        return response

    return middleware


def sought(request: HttpRequest) -> bool:
    """Whether somebody signed in asked for one thing among many: other missing pages are slips of the pen."""
    match = request.resolver_match
    return bool(match and match.kwargs) and request.user.is_authenticated


def forged(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """403: a form that is not known to come from a page of ours, or had waited too long."""
    request.META[FORGED] = True
    return csrf_failure(request, reason)
