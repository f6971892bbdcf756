"""Context that the templates of all pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from web.pages.hooks import menu_links

if TYPE_CHECKING:
    from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the links of the menu (`nav`) and of the phone's bottom bar (`phone_nav`) for templates.

    They are computed when a template uses them.
    """
    nav = SimpleLazyObject(lambda: menu_links(request))  # panels are rendered without the menu
    phone_nav = SimpleLazyObject(lambda: [link for link in nav if link.phone_label])
    return {"nav": nav, "phone_nav": phone_nav}


def demo(_request: HttpRequest) -> dict[str, bool]:
    """Return whether the platform is the demonstration (`demo`), so that every page can say so."""
    return {"demo": settings.DEMO}
