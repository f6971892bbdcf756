"""Keyboard only: past the menu, into it and out again, and through a form that was refused."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cohorts.models import Membership
from prototypes.models import Idea
from tests.factories.cohorts import MembershipFactory
from tests.journeys.conftest import DESKTOP, PHONE, main

PATHS = ["/", "/ideas/new/"]


@pytest.fixture
def member(transactional_db: None) -> Membership:
    return MembershipFactory()


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def tab_to(page: Page, wanted: Locator, *, within: int = 60) -> None:
    """Press Tab until something has the focus, and check that the focus is visible."""
    for _ in range(within):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    expect(wanted).to_be_in_viewport()
    assert wanted.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def skip_the_menu(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_attribute("href", "#main")
    expect(focused(page)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(main(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(main(page).locator(":focus")).to_have_count(1)


def open_and_leave_the_menu(page: Page) -> None:
    """On a phone the menu is a sheet over the page."""
    button, menu = page.locator("[popovertarget=menu]"), page.locator("#menu")
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    tab_to(page, menu.locator("ul a").first, within=4)
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def open_and_leave_the_account(page: Page) -> None:
    summary, first = page.locator(".account summary"), page.locator(".account li a").first
    tab_to(page, summary)
    expect(first).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, first, within=1)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(first).to_be_hidden()


def test_keyboard_skips_enters_and_leaves_the_menu(visit, member):
    phone, desktop = visit(member.user, **PHONE), visit(member.user, **DESKTOP)
    for path in PATHS:
        for page in (phone, desktop):
            page.goto(path)
            skip_the_menu(page)
        phone.goto(path)
        open_and_leave_the_menu(phone)
        desktop.goto(path)
        open_and_leave_the_account(desktop)


def test_refused_form_focuses_the_field_and_can_be_sent_again(visit, member):
    page = visit(member.user, **PHONE)
    page.goto("/ideas/new/")
    title = page.locator("[name=title]")
    tab_to(page, title)
    page.keyboard.type("   ")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    page.keyboard.type("Une borne")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ideas/\d+/(#id_title)?$"))
    assert Idea.objects.get().title == "Une borne"
