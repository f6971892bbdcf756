"""Answer requests for public pages before sessions, sign-in and languages of people come into play: no cookie is read
or set, and a page that was rendered before comes from the cache, without the database.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.cache import get_conditional_response, set_response_etag

from publications.rendering import CACHE_HEADERS
from publications.views.pages import missing
from web.pages import hot_pages
from web.pages.hot_pages import HotPage

PREFIX: Final = "/public/"
# Pages that read no parameter: whatever follows the “?”, they come from the cache.
PLAIN_PAGES: Final = frozenset(
    f"publications:{name}" for name in ("page", "figures", "card_of_all", "card", "calls", "call")
)


def serve_public_pages(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Return the middleware that answers requests below /public/ itself, and passes all others on."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        """Return the public page, from the cache if it is there; the response of the platform to any other request."""
        if not request.path_info.startswith(PREFIX):
            response: HttpResponseBase = get_response(request)
            return response
        if request.method not in {"GET", "HEAD"} or (request.META.get("QUERY_STRING") and not _is_plain(request)):
            return _response_of_view(request)
        return _hot_response(request)

    return middleware


def _is_plain(request: HttpRequest) -> bool:
    """Return whether the page of the request reads no parameter."""
    try:
        return resolve(request.path_info).view_name in PLAIN_PAGES
    except Http404:
        return False


def _hot_response(request: HttpRequest) -> HttpResponseBase:
    """Return the page of the request from the cache; if it is not there, render it, and save it if it is a page."""
    page, mark = hot_pages.find(request.path_info)
    if page is None:
        response = _response_of_view(request)
        if not (isinstance(response, HttpResponse) and _is_cacheable(response)):
            return response
        page = _hot_page(response)
        hot_pages.save(request.path_info, page, mark)
    answer = get_conditional_response(request, etag=page.headers["ETag"]) or HttpResponse(page.body)
    for name, value in page.headers.items():
        answer.headers[name] = value
    return answer


def _is_cacheable(response: HttpResponse) -> bool:
    """Return whether a response is a page for everyone: neither an error, nor a redirect, nor a file.

    A file that the proxy sends has no content here: only the address where the proxy finds it, for half a minute.
    """
    return (
        response.status_code == 200
        and response.headers.get("Cache-Control") == CACHE_HEADERS["Cache-Control"]
        and not response.headers.get("X-Accel-Redirect")
    )


def _hot_page(response: HttpResponse) -> HotPage:
    """Return what the cache keeps of a response."""
    set_response_etag(response)
    return HotPage(response.content, dict(response.headers))


def _response_of_view(request: HttpRequest) -> HttpResponseBase:
    """Return the response of the view of this address, or the page that says that there is nothing here."""
    try:
        match = request.resolver_match = resolve(request.path_info)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return missing(request)
    return response
