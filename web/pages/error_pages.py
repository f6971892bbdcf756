"""Refusals and missing pages: inside the usual page for someone signed in, bare for anyone else.

Whatever was typed into a form that is answered so stands on the page, to be copied from there.

An answer to an error must not fail itself: whatever goes wrong while the usual page is made, the bare one is given.
So none of these asks for what was sent (`requires_csrf_token` would), which may be what cannot be read.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from web.forms.unsaved import words_of
from web.security.log import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent cannot be read at all."""
    return HttpResponse(render_to_string("400.html"), status=400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the reason in the words of the decision."""
    return HttpResponse(_page(request, "403.html", exception=str(exception)), status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, which does not say what was looked for: it may be there for others."""
    return HttpResponse(_page(request, "404.html"), status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: a limit on attempts was reached; it says so, and when to come back."""
    note("limit_reached", request=request)
    return HttpResponse(_page(request, "429.html"), status=429, headers={"Retry-After": "300"})


def explained(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say on a page, bare for everybody, that an address takes no reading (405): browsers would show an empty one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            response.content = render_to_string("405.html")
        return response

    return middleware


def too_late(request: HttpRequest, said: StrOrPromise, *, title: StrOrPromise, back: str) -> HttpResponse:
    """409: someone else did it meanwhile, in the words of `said`; `back` leads to where it shows."""
    context = {"said": said, "title": title, "back": back, "unsaved": words_of(request)}
    return render(request, "too_late.html", context, status=409)


def _page(request: HttpRequest, template: str, **context: str) -> str:
    try:
        if request.user.is_authenticated:
            told = context | {"frame": "base.html", "unsaved": words_of(request)}
            return render_to_string(template, told, request)
    except Exception:
        logger.warning("The page of an error is shown bare: the usual one could not be made", exc_info=True)
    return render_to_string(template, context)
