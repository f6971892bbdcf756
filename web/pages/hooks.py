"""What the apps add to pages that belong to none of them: the menu and the home page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest
from django_stubs_ext import StrOrPromise

from web.hooks import Hooks, in_order, nothing
from web.pages.home import HomeNoticeSource, MainAction
from web.pages.navigation import NavItem, NavLink, nav_link
from web.pages.panels import Panel


@dataclass(frozen=True, slots=True)
class PageHooks:
    """What one app adds to the menu and the home page. Numbers give the order among the parts of all apps.

    `accessibility_status()`: the status that each page names, for pages that are rendered without a request.
    """

    menu: Mapping[int, NavItem] = field(default_factory=dict)
    home_cards: Mapping[int, Panel] = field(default_factory=dict)
    notices: Mapping[int, HomeNoticeSource] = field(default_factory=dict)
    main_action: Callable[[HttpRequest], MainAction | None] = nothing
    accessibility_status: Callable[[], StrOrPromise | None] = nothing


page_hooks: Final[Hooks[PageHooks]] = Hooks()


def accessibility_status() -> StrOrPromise:
    """Return the status of accessibility of this installation (one statement); "" where no app knows it."""
    statuses = (hooks.accessibility_status() for hooks in page_hooks)
    return next((status for status in statuses if status), "")


def menu_items() -> list[NavItem]:
    """Return the menu items of all apps, in the order of the numbers that the apps give them, whoever may see them."""
    return in_order(hooks.menu for hooks in page_hooks)


def menu_links(request: HttpRequest) -> list[NavLink]:
    """Return the menu of the signed-in person as links, only the items that this person may see; [] when nobody is
    signed in.

    The link of the page that is open is marked as current.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [nav_link(item, request.path) for item in menu_items() if item.visible_to(user)]


def home_cards() -> list[Panel]:
    """Return the cards of the home page that all apps add, in the order of the numbers that the apps give them."""
    return in_order(hooks.home_cards for hooks in page_hooks)


def notice_sources() -> list[HomeNoticeSource]:
    """Return the kinds of notices on the home page of all apps, in the order of the numbers that the apps give them."""
    return in_order(hooks.notices for hooks in page_hooks)


def main_action(request: HttpRequest) -> MainAction | None:
    """Return the button at the top of the signed-in person's home page: the first that an app offers, in order of apps.

    None when no app offers one.
    """
    offered = (hooks.main_action(request) for hooks in page_hooks)
    return next((action for action in offered if action), None)
