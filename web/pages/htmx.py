"""Render a full page, or only the part of it that htmx swaps."""

from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


def wants_partial(request: HttpRequest) -> bool:
    """Return whether htmx asks for a part of the page, to put it into the open page.

    False for a request without htmx, for boosted links and for a restored history, which need the full page.
    """
    htmx = HtmxDetails(request)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(
    request: HttpRequest,
    template: str,
    partial: str,
    context: dict[str, Any] | None = None,
    *,
    status: int | None = None,
) -> HttpResponse:
    """Return the response with `template`, or with only its part `partial` when htmx asks for a part of the page.

    `partial` is the name of a `partialdef` in the template. The header Vary tells caches that both exist.
    """
    name = f"{template}#{partial}" if wants_partial(request) else template
    response = shortcuts.render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response
