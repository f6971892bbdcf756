"""Subscribing to a calendar, on a phone and without JavaScript, as a calendar program then reads it."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.calendar_readers import with_icalendar
from tests.factories.cast import new_cast
from tests.factories.cohorts import SessionFactory
from tests.journeys.conftest import DESKTOP, PHONE, follow, main, press
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock")
PLAIN = {**PHONE, "locale": "en-GB", "java_script_enabled": False}


def address(page: Page) -> str:
    """Return the address to copy, on the server under test."""
    feed_address = main(page).get_by_label("Address to copy").input_value()
    subscription = main(page).get_by_role("link", name="Subscribe on this device").get_attribute("href")
    assert subscription == feed_address.replace("https://", "webcal://")
    return feed_address.removeprefix("https://lab.example")


def titles(page: Page, path: str) -> list[str]:
    return [entry["summary"] for entry in with_icalendar(page.request.get(path).body()).entries]


def test_a_member_subscribes_replaces_and_revokes_without_javascript(visit):
    cast = new_cast()
    SessionFactory(cohort=cast.cohort, title="Atelier", date=date(2027, 3, 9))
    page, program = visit(cast["M"], **PLAIN), visit()
    page.goto("/account/")
    press(page, "Subscribe")
    first = address(page)
    assert titles(program, first) == ["Atelier · Rivage"]
    follow(page, "Go back")
    expect(main(page)).to_contain_text("A calendar program last read this address on 24 Nov 2026")
    press(page, "Replace the address")
    second = address(page)
    assert [program.request.get(path).status for path in (first, second)] == [404, 200]
    follow(page, "Go back")
    follow(page, "Revoke")
    press(page, "Revoke")
    expect(main(page)).to_contain_text("The calendar’s address is revoked.")
    assert program.request.get(second).status == 404


def test_cohort_page_links_to_its_calendar(visit):
    cast = new_cast()
    SessionFactory(cohort=cast.cohort, title="Atelier", date=date(2027, 3, 9))
    page = visit(cast["R"], **PLAIN)
    page.goto("/cohorts/rivage/")
    press(page, "Subscribe")
    assert titles(page, address(page)) == ["Atelier · Rivage"]


@pytest.mark.parametrize(("screen", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_page_with_the_feed_address_is_accessible_and_fits(visit, screen, scheme):
    page = visit(new_cast()["M"], **screen, reduced_motion="reduce", color_scheme=scheme)
    page.context.add_init_script(Axe().axe_script)
    page.goto("/account/")
    main(page).locator("#calendar button").click()
    expect(main(page).locator("#calendar-address")).to_be_visible()
    assert axe_result(page) + too_wide(page) == []
