"""The menu: its audience, its order, and the current item."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from accounts.models import User
from web.hooks import Hooks
from web.pages import context_processors
from web.pages import hooks as pages
from web.pages.hooks import PageHooks, menu_links
from web.pages.navigation import NavItem


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> Hooks[PageHooks]:
    hooks: Hooks[PageHooks] = Hooks()
    account = NavItem("Account", "account", "circle-user")
    hooks.register("one", PageHooks(menu={20: account, 10: NavItem("Home", "home", "house", phone_label="Home")}))
    monkeypatch.setattr(pages, "page_hooks", hooks)
    return hooks


def visit(path: str, user: User | AnonymousUser | None = None) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user or User(full_name="Anne Martin")
    return request


@pytest.mark.usefixtures("menu")
def test_items_are_in_order_with_their_urls():
    assert [(link.label, link.href, link.icon) for link in menu_links(visit("/"))] == [
        ("Home", "/", "house"),
        ("Account", "/account/", "circle-user"),
    ]


@pytest.mark.usefixtures("menu")
@pytest.mark.parametrize(
    ("path", "current"),
    [("/", ["Home"]), ("/account/", ["Account"]), ("/account/details/", ["Account"]), ("/ideas/", [])],
)
def test_the_item_above_the_page_is_current(path: str, current: list[str]):
    assert [link.label for link in menu_links(visit(path)) if link.current] == current


@pytest.mark.usefixtures("menu")
def test_people_who_are_not_signed_in_have_no_menu():
    assert menu_links(visit("/", AnonymousUser())) == []


@pytest.mark.usefixtures("menu")
def test_a_request_without_a_user_has_no_menu():
    assert menu_links(RequestFactory().get("/")) == []


def test_an_item_is_shown_to_its_audience(menu: Hooks[PageHooks]):
    menu.register(
        "two", PageHooks(menu={30: NavItem("E-mails", "home", "mail", visible_to=lambda user: user.is_lab_staff)})
    )
    assert [link.label for link in menu_links(visit("/", User(is_lab_staff=True)))] == ["Home", "Account", "E-mails"]
    assert [link.label for link in menu_links(visit("/", User()))] == ["Home", "Account"]


@pytest.mark.usefixtures("menu")
def test_the_bottom_bar_of_phones_has_the_items_with_a_short_label():
    context = context_processors.navigation(visit("/"))
    assert [link.phone_label for link in context["phone_nav"]] == ["Home"]
    assert [link.label for link in context["nav"]] == ["Home", "Account"]


def test_the_bottom_bar_may_have_another_url_than_the_menu(menu: Hooks[PageHooks]):
    menu.register(
        "two", PageHooks(menu={30: NavItem("Log", "accessibility", "plus", phone_label="Log", phone_url_name="status")})
    )
    [home, log] = context_processors.navigation(visit("/"))["phone_nav"]
    assert [(home.href, home.phone_href), (log.href, log.phone_href)] == [("/", "/"), ("/accessibility/", "/status/")]


@pytest.mark.parametrize("on", [True, False])
def test_the_demonstration_is_marked_on_every_page(settings: Settings, on: bool):
    settings.DEMO = on
    assert context_processors.demo(visit("/")) == {"demo": on}
