"""The ways into the platform: each app registers its own pages, `base.html` shows those the person may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from web.registries import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise


def everyone(user: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page of the menu. With a `phone_label` it is in the phone's bottom bar too; `phone_url_name` leads elsewhere
    from there."""

    label: StrOrPromise
    url_name: str
    icon: str
    phone_label: StrOrPromise = ""
    shown_to: Callable[[Any], bool] = everyone
    phone_url_name: str = ""

    @property
    def phone_url(self) -> str:
        """The name of the address the bottom bar leads to."""
        return self.phone_url_name or self.url_name


@dataclass(frozen=True, slots=True)
class NavLink:
    """An item made ready for one page: `current` when the page lies at or below its address."""

    label: StrOrPromise
    href: str
    icon: str
    phone_label: StrOrPromise
    current: bool
    phone_href: str


navigation: Registry[NavItem] = Registry("navigation")


def _link(item: NavItem, path: str) -> NavLink:
    href = reverse(item.url_name)
    current = path == href if href == "/" else path.startswith(href)
    return NavLink(item.label, href, item.icon, item.phone_label, current, reverse(item.phone_url))


def links(request: HttpRequest) -> list[NavLink]:
    """The menu of the signed-in person; nobody else has one."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [_link(item, request.path) for item in navigation if item.shown_to(user)]
