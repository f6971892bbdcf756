"""A calendar: sessions moved by drag, by form and by keyboard; the agenda of a phone; and subscribing to it."""

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cohorts.models import Session
from cohorts.sessions.actions.sessions import schedule_session
from tests.calendar_readers import with_icalendar
from tests.factories.cast import NOW, Cast, new_cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.journeys.conftest import DESKTOP, PHONE, Visit, follow, go, main, press
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
    go(main(page).locator("#calendar button"))
    expect(main(page).locator("#calendar-address")).to_be_visible()
    assert axe_result(page) + too_wide(page) == []


APRIL = "/calendar/?view=month&on=2027-04-01"


@pytest.fixture
def cast() -> Cast:
    """A scheduled session on Tuesday 6 April 2027 and a draft on the 20th, an Intertransfo, school holidays."""
    cast = new_cast()
    draft = SessionFactory(cohort=cast.cohort, title="Atelier", date=date(2027, 4, 6), state="draft")
    schedule_session(session=draft, at=NOW, by=cast["S"])
    SessionFactory(cohort=cast.cohort, title="Essai", date=date(2027, 4, 20), state="draft")
    ExchangeFactory(
        edition=cast.edition, host=cast.cohort, number=4, first_day=date(2027, 4, 14), days=2, state="announced"
    )
    return cast


def days_of(title: str) -> list[date]:
    return [day.date for day in Session.objects.get(title=title).days.all()]


def event(page: Page, title: str) -> Locator:
    return page.locator("#calendar-grid .ec-event", has_text=title)


def cell(page: Page, day: str) -> Locator:
    return page.locator(f"#calendar-grid .ec-day:has(time[datetime='{day}'])")


def drag(page: Page, start: Locator, end: Locator) -> None:
    """Drag with the mouse from the middle of one element to the middle of another."""
    page.wait_for_load_state()
    for element in (start, end):
        expect(element).to_be_visible()
    boxes = [found.bounding_box() for found in (start, end)]
    (from_x, from_y), (to_x, to_y) = ((b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes if b)
    page.mouse.move(from_x, from_y)
    page.mouse.down()
    page.mouse.move((from_x + to_x) / 2, (from_y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()


def test_a_session_moves_by_drag_and_by_form_only_after_its_preview(visit: Visit, cast: Cast):
    page = visit(cast["P"])
    page.goto(APRIL)
    drag(page, event(page, "Atelier"), cell(page, "2027-04-08"))
    expect(page.get_by_role("heading", name="Proposed days")).to_be_visible()
    expect(main(page)).to_contain_text("Nobody has been informed of the present days by e-mail yet.")
    follow(page, "Cancel")
    expect(event(page, "Atelier").get_by_role("link")).to_have_accessible_name(
        re.compile("Tue 6 April 2027.*can be moved")
    )
    assert days_of("Atelier") == [date(2027, 4, 6)]
    drag(page, event(page, "Atelier"), cell(page, "2027-04-08"))
    press(page, "Move to these days")
    expect(main(page)).to_contain_text("The session has its new days.")
    assert days_of("Atelier") == [date(2027, 4, 8)]
    expect(page.get_by_role("heading", name="April 2027")).to_be_visible()
    go(page.get_by_role("link", name="Agenda"))
    go(main(page).get_by_role("link", name="Move Essai"))
    main(page).get_by_label("Date").first.fill("2027-04-13")
    press(page, "Move to these days")
    expect(main(page)).to_contain_text("The session has its new days.")
    expect(page.get_by_role("heading", name="April 2027")).to_be_visible()
    assert days_of("Essai") == [date(2027, 4, 13)]


HOUR = 36  # pixels: `slotHeight` in calendar.js


def drag_in_week(page: Page, title: str, day: str, hours: int) -> None:
    """Drag an event of a week to the column of a day, and so many hours down."""
    page.wait_for_load_state()
    column = page.locator(".ec-col-head", has_text=day).first
    for element in (event(page, title), column):
        expect(element).to_be_visible()
    start, head = event(page, title).bounding_box(), column.bounding_box()
    assert start is not None
    assert head is not None
    x, y = start["x"] + start["width"] / 2, start["y"] + 10
    to_x, to_y = head["x"] + head["width"] / 2, y + hours * HOUR
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()


def hours_of(title: str) -> list[tuple[date, str, str]]:
    days = Session.objects.get(title=title).days.all()
    return [(day.date, f"{day.starts_at:%H:%M}", f"{day.ends_at:%H:%M}") for day in days]


def test_a_week_moves_a_session_to_another_day_and_hour(visit: Visit, cast: Cast):
    page = visit(cast["P"])
    page.goto("/calendar/?view=week&on=2027-04-06")
    drag_in_week(page, "Atelier", "8", 2)
    expect(page.get_by_role("heading", name="Proposed days")).to_be_visible()
    assert [main(page).get_by_label(name).first.input_value() for name in ("Date", "From", "To")] == [
        *("2027-04-08", "11:00", "19:00"),
    ]
    press(page, "Move to these days")
    expect(main(page)).to_contain_text("The session has its new days.")
    expect(page).to_have_url(re.compile(r"/calendar/\?view=week&on=2027-04-06"))
    assert hours_of("Atelier") == [(date(2027, 4, 8), "11:00", "19:00")]
    drag_in_week(page, "Atelier", "8", -1)
    expect(page.get_by_role("heading", name="Present days")).to_be_visible()
    press(page, "Move to these days")
    expect(main(page)).to_contain_text("The session has its new days.")
    assert hours_of("Atelier") == [(date(2027, 4, 8), "10:00", "18:00")]


def test_a_session_is_added_on_days_chosen_by_drag_or_by_keyboard(visit: Visit, cast: Cast):
    page = visit(cast["P"])
    page.goto(APRIL)
    drag(page, cell(page, "2027-04-26"), cell(page, "2027-04-28"))
    expect(page.get_by_role("heading", name="Plan a session")).to_be_visible()
    dates = main(page).get_by_label("Date")
    assert [dates.nth(number).input_value() for number in range(4)] == ["2027-04-26", "2027-04-27", "2027-04-28", ""]
    follow(page, "Cancel")
    page.get_by_role("link", name=re.compile("Add a session on Friday,? 30 April 2027")).press("Enter")
    expect(main(page).get_by_label("Date").first).to_have_value("2027-04-30")
    page.go_back()
    event(page, "Essai").get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", name="Essai")).to_be_visible()


def test_readers_move_nothing_and_keep_their_place_in_links(visit: Visit, cast: Cast):
    page = visit(cast["M"], **DESKTOP, reduced_motion="reduce")
    page.context.add_init_script(Axe().axe_script)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(APRIL + "&of=cohort:rivage")
        expect(event(page, "Intertransfo 4")).to_be_visible()
        expect(page.locator("#calendar-grid .ec-draggable")).to_have_count(0)
        assert axe_result(page, {"rules": {"target-size": {"enabled": True}}}) == []
    page.get_by_role("link", name="Next month").press("Enter")
    expect(page.get_by_role("heading", name="May 2027")).to_be_visible()
    page.get_by_role("link", name="Week", exact=True).press("Enter")
    expect(page).to_have_url(re.compile(r"view=week&on=2027-05-01&of=cohort:rivage$"))
    assert axe_result(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".agenda")).to_be_visible()
    expect(page.locator("#calendar-grid")).to_be_hidden()


def test_a_phone_has_the_agenda_from_its_bottom_bar(visit: Visit, cast: Cast):
    page = visit(cast["M"], **PHONE)
    page.context.add_init_script(Axe().axe_script)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto("/")
    go(page.locator(".tabbar").get_by_role("link", name="Calendrier"))
    page.goto(APRIL)
    expect(page.locator(".agenda")).to_contain_text("Atelier")
    expect(page.locator("#calendar-grid")).to_be_hidden()
    expect(page.get_by_text("Pointillés")).to_be_hidden()
    assert [url for url in requests if "event-calendar.min" in url and url.endswith(".js")] == []
    assert axe_result(page, {"rules": {"target-size": {"enabled": True}}}) + too_wide(page) == []
