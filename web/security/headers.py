"""What every answer tells the browser, unless a page says it itself: to keep no copy, to lend it to no other site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# Browser features that no page uses, each known to browsers: an unknown name is a console warning on every page.
UNUSED: Final = (
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
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    "X-Frame-Options": "DENY",
}


def told(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Closed by default: what may be kept says so itself (static files, files that are asked for anew each time)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


class HostMessages(CookieStorage):
    """What was said for the next page, in a cookie that browsers take of this very host over TLS only."""

    cookie_name = "__Host-messages"


class HostStorage(FallbackStorage):
    """The cookie, and the session for what it cannot hold."""

    storage_classes = (HostMessages, SessionStorage)
