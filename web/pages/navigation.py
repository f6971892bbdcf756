"""Items of the menu, and the links that a page shows for them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django_stubs_ext import StrOrPromise


def everyone(user: Any) -> bool:
    """Return True whatever the user: the default filter of menu items, for those that everyone sees."""
    return True


@dataclass(frozen=True, slots=True)
class NavItem:
    """An item of the menu: the page it leads to, and the users it is `visible_to`.

    With a `phone_label` it is in the phone's bottom bar too, where it leads to `phone_url_name` if that is set.
    """

    label: StrOrPromise
    url_name: str
    icon: str
    phone_label: StrOrPromise = ""
    visible_to: Callable[[Any], bool] = everyone
    phone_url_name: str = ""

    @property
    def phone_url(self) -> str:
        """The name of the URL to which the phone's bottom bar links: its own if the item has one, else that of the
        menu.
        """
        return self.phone_url_name or self.url_name


@dataclass(frozen=True, slots=True)
class NavLink:
    """A menu item as a link on one page; `current` when that page's path is the item's, or lies below it."""

    label: StrOrPromise
    href: str
    icon: str
    phone_label: StrOrPromise
    current: bool
    phone_href: str


@cache
def _path_of(url_name: str) -> str:
    """Return the path of a page of the menu, which every page needs and none changes."""
    return reverse(url_name)


def nav_link(item: NavItem, path: str) -> NavLink:
    """Return the link for a menu item on the page at `path`, marked as current if that page is the item's or lies below
    it.
    """
    href = _path_of(item.url_name)
    current = path == href if href == "/" else path.startswith(href)
    return NavLink(item.label, href, item.icon, item.phone_label, current, _path_of(item.phone_url))
