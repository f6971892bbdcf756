"""The key “/” opens the search from any page, but not while the user is typing."""

import re

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.journeys.conftest import DESKTOP, PHONE, Visit, go, main


def test_search_from_any_page_leads_to_a_result(visit: Visit):
    member = MembershipFactory()
    IdeaFactory(cohort=member.cohort, title="Un seau percé", summary=f"{'Il fuit. ' * 60}Un seau neuf attend.")
    ChallengeFactory(cohort=member.cohort, title="Porter des seaux")
    page = visit(member.user, **DESKTOP, color_scheme="dark")
    page.goto("/")
    field, skip = page.locator("#search"), page.locator(".skip")
    skip.focus()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(skip).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("seaux/perce")
    expect(field).to_have_value("seaux/perce")
    field.fill("seaux")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=seaux$"))
    expect(page).to_have_title("seaux · Search · labplatform")
    expect(main(page).locator("article")).to_have_count(2)
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("/")
    page.keyboard.type("percé")
    page.keyboard.press("Enter")
    expect(main(page).locator("article")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/search/\?q=perc%C3%A9$"))
    expect(page.locator("#announcer")).to_have_text("1 result")
    switch = page.get_by_label("Press / on any page to come here")
    switch.uncheck()
    page.goto("/ideas/")
    page.keyboard.press("/")
    expect(field).not_to_be_focused()


def test_search_works_on_a_phone_from_the_top_and_from_the_menu(visit: Visit):
    member = MembershipFactory()
    IdeaFactory(cohort=member.cohort, title="Un seau percé", summary=f"{'Il fuit. ' * 60}Un seau neuf attend.")
    page = visit(member.user, **PHONE)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#menu")).to_be_visible()
    expect(page.locator("#search")).to_be_focused()
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    button = page.locator("[popovertarget=menu]")
    button.focus()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(button).to_be_focused()
    go(page.locator(".phone-top .icon-button"))
    expect(page).to_have_url(re.compile(r"/search/$"))
    page.locator("main [data-search]").fill("seaux")
    page.keyboard.press("Enter")
    expect(main(page).locator("article")).to_have_count(1)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("main [data-search]").fill("percé")
    page.keyboard.press("Enter")
    way = page.locator("#messages [role=alert]").get_by_role("link")
    expect(way).to_have_attribute("href", "/accounts/login/?next=/search/")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    assert Axe().run(page).violations_count == 0
