"""Context that the templates of all pages use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from web.pages.hooks import menu_links


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return, for all templates, the links of the menu (`nav`) and of the phone's bottom bar (`phone_nav`).

    Both are computed only when a template uses them; both are empty when nobody is signed in.
    """
    nav = SimpleLazyObject(lambda: menu_links(request))  # panels are rendered without the menu
    phone_nav = SimpleLazyObject(lambda: [link for link in nav if link.phone_label])
    return {"nav": nav, "phone_nav": phone_nav}


def demo(_request: HttpRequest) -> dict[str, bool]:
    """Return `{"demo": …}` for all templates: whether this is the demonstration, so that every page can say so."""
    return {"demo": settings.DEMO}
