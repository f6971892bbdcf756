"""Set security headers on every response: by default, browsers cache nothing and other sites embed nothing."""

from collections.abc import Callable
from typing import Final

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse

# Browser features that no page uses, each known to browsers: an unknown name is a console warning on every page.
UNUSED_FEATURES: Final = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED_FEATURES),
    "X-Frame-Options": "DENY",
}


def set_default_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that adds security headers to each response: no caching, no embedding, no unused features.

    A header that a response sets itself stays.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        """Return the response to the request, with each default security header that it does not set itself."""
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if _lists_framing_sites(response):
            del response.headers["X-Frame-Options"]
        return response

    return middleware


def _lists_framing_sites(response: HttpResponse) -> bool:
    """Return whether the policy of the response lists sites that may frame it, as that of the card of figures does.

    The older header knows no list of sites; browsers would obey it.
    """
    policy = response.headers.get("Content-Security-Policy", "")
    return "frame-ancestors" in policy and "frame-ancestors 'none'" not in policy


class HostMessages(CookieStorage):
    """Messages for the next page, in a cookie that browsers accept from this very host over TLS only."""

    cookie_name = "__Host-messages"


class HostStorage(FallbackStorage):
    """Messages in the cookie, and in the session when the cookie is full."""

    storage_classes = (HostMessages, SessionStorage)
