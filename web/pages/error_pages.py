"""Error pages: with the menu for people who are signed in, plain for everybody else.

The texts typed into a refused form are shown on the page, so that they can be copied.

An error page must not fail: when the full page cannot be rendered, the plain one is. So no handler reads the request's
body (`requires_csrf_token` would), which may be what cannot be parsed.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_stubs_ext import StrOrPromise

from web.forms.unsaved import unsaved_texts
from web.security.log import log_security_event

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the plain 400 page, for a request that cannot be read.

    Django calls it; neither parameter is used.
    """
    return HttpResponse(render_to_string("400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 403 page with the message of the exception: the reason why the permission was refused.

    For someone signed in it has the menu, and the texts of a form that was sent.
    """
    return HttpResponse(_render_page(request, "403.html", exception=str(exception)), status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 404 page, which does not name the object: it may exist for others than this person.

    For someone signed in it has the menu, and the texts of a form that was sent.
    """
    return HttpResponse(_render_page(request, "404.html"), status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Return the 429 page after too many attempts, and write that to the security log.

    The header Retry-After asks to wait five minutes.
    """
    log_security_event("limit_reached", request=request)
    return HttpResponse(_render_page(request, "429.html"), status=429, headers={"Retry-After": "300"})


def explain_method_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that fills empty 405 responses to GET requests with a page that explains them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        """Return the response to the request; an empty 405 to a GET gets a page that explains it."""
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            response.content = render_to_string("405.html")
        return response

    return middleware


def edit_conflict_page(request: HttpRequest, message: StrOrPromise, *, title: StrOrPromise, back: str) -> HttpResponse:
    """Return the 409 page for a form that was sent after someone else had saved; it shows what was typed, to be copied.

    `message` says what happened; `back` is the URL of the page that shows what was saved.
    """
    context = {"message": message, "title": title, "back": back, "unsaved": unsaved_texts(request)}
    return render(request, "409.html", context, status=409)


def _render_page(request: HttpRequest, template: str, **context: str) -> str:
    """Return the HTML of an error page: with the menu and the texts that were sent, for someone signed in.

    Plain, with `context` alone, for anyone else and if rendering the full page fails.
    """
    try:
        if request.user.is_authenticated:
            full_context = context | {"frame": "base.html", "unsaved": unsaved_texts(request)}
            return render_to_string(template, full_context, request)
    except Exception:
        logger.warning("The full error page could not be rendered: the plain one is shown", exc_info=True)
    return render_to_string(template, context)
