"""Log refused requests (`web.security.log`): the person and the route, never the object it was about."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.csrf import csrf_failure

from web.security.log import log_security_event

CSRF_MARK: Final = "labplatform.forged"
EVENTS: Final = {403: "refused", 404: "not_found", 405: "method_refused"}


def log_refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that writes a line to the security log for each response 403, 404 or 405.

    A missing page (404) is logged only for someone signed in who asked for one object.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        """Return the response to the request; if it is a refusal, write a line to the security log first."""
        response = get_response(request)
        event = EVENTS.get(response.status_code)
        if event and (event != "not_found" or asks_for_one_object(request)):
            log_security_event("forged_form" if CSRF_MARK in request.META else event, request=request)
        return response

    return middleware


def asks_for_one_object(request: HttpRequest) -> bool:
    """Return whether the request is by someone signed in and its URL has arguments, which name one object."""
    match = request.resolver_match
    return bool(match and match.kwargs) and request.user.is_authenticated


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Return Django's 403 page for a form without a valid CSRF token; the security log will call it a forged form.

    `reason` is Django's technical reason.
    """
    request.META[CSRF_MARK] = True
    return csrf_failure(request, reason)
