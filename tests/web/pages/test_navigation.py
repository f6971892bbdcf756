"""The menu: who sees it, in which order, and which item is current."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from accounts.models import User
from web.pages import context_processors, navigation
from web.pages.navigation import NavItem, links
from web.registries import Registry


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> Registry[NavItem]:
    registry: Registry[NavItem] = Registry("navigation")
    registry.register("account", NavItem("Account", "account", "circle-user"), order=20)
    registry.register("home", NavItem("Home", "home", "house", phone_label="Home"), order=10)
    monkeypatch.setattr(navigation, "navigation", registry)
    return registry


def visit(path: str, user: User | AnonymousUser | None = None) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user or User(full_name="Anne Martin")
    return request


@pytest.mark.usefixtures("menu")
def test_items_come_in_their_order_with_their_address():
    assert [(link.label, link.href, link.icon) for link in links(visit("/"))] == [
        ("Home", "/", "house"),
        ("Account", "/account/", "circle-user"),
    ]


@pytest.mark.usefixtures("menu")
@pytest.mark.parametrize(
    ("path", "current"),
    [("/", ["Home"]), ("/account/", ["Account"]), ("/account/details/", ["Account"]), ("/ideas/", [])],
)
def test_the_item_a_page_lies_below_is_current(path: str, current: list[str]):
    assert [link.label for link in links(visit(path)) if link.current] == current


@pytest.mark.usefixtures("menu")
def test_nobody_signed_in_has_no_menu():
    assert links(visit("/", AnonymousUser())) == []


@pytest.mark.usefixtures("menu")
def test_a_request_that_failed_before_anyone_was_known_has_no_menu():
    assert links(RequestFactory().get("/")) == []


def test_an_item_is_shown_to_those_it_is_for(menu: Registry[NavItem]):
    menu.register("letters", NavItem("Letters", "home", "mail", shown_to=lambda user: user.is_lab_staff), order=30)
    assert [link.label for link in links(visit("/", User(is_lab_staff=True)))] == ["Home", "Account", "Letters"]
    assert [link.label for link in links(visit("/", User()))] == ["Home", "Account"]


@pytest.mark.usefixtures("menu")
def test_the_bottom_bar_of_phones_has_the_items_with_a_short_label():
    context = context_processors.navigation(visit("/"))
    assert [link.phone_label for link in context["phone_nav"]] == ["Home"]
    assert [link.label for link in context["nav"]] == ["Home", "Account"]


def test_the_bar_may_lead_elsewhere_than_the_menu(menu: Registry[NavItem]):
    menu.register("log", NavItem("Log", "accessibility", "plus", phone_label="Log", phone_url_name="status"), order=30)
    [home, log] = context_processors.navigation(visit("/"))["phone_nav"]
    assert [(home.href, home.phone_href), (log.href, log.phone_href)] == [("/", "/"), ("/accessibility/", "/status/")]


@pytest.mark.parametrize("on", [True, False])
def test_the_demonstration_says_so(settings: Settings, on: bool):
    settings.DEMO = on
    assert context_processors.demo(visit("/")) == {"demo": on}
