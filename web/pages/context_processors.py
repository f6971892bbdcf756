"""What every page's template may count on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from web.pages.navigation import links

if TYPE_CHECKING:
    from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu, and the phone's bottom bar."""
    nav = SimpleLazyObject(lambda: links(request))  # a page's panels are rendered on their own, without it
    phone_nav = SimpleLazyObject(lambda: [link for link in nav if link.phone_label])
    return {"nav": nav, "phone_nav": phone_nav}


def demo(_request: HttpRequest) -> dict[str, bool]:
    """Whether this is the demonstration, which says so on every page."""
    return {"demo": settings.DEMO}
