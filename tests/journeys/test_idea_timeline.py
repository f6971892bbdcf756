"""The page of an idea shows its timeline, from capture to the last follow-up; the board moves it."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from prototypes.models import Idea
from tests.factories.cast import Cast, new_cast
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, follow, go, main, press

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def stage(clock: None, transactional_db: None) -> Cast:
    cast = new_cast()
    for role in "PMA":
        cast[role].language = "en"
        cast[role].save()
    return cast


def timeline_titles(page: Page) -> list[str]:
    """Return the titles of the timeline, in page order."""
    return page.locator("ol.idea-timeline li > div > p:first-child > b:first-child").all_inner_texts()


def move(page: Page, idea: Idea, label: str, **fields: str) -> None:
    """Take one action on the page of the idea; segmented choices are clicked by their labels."""
    page.goto(idea.get_absolute_url())
    follow(page, label)
    for name, value in fields.items():
        if name == "choice":
            page.get_by_text(value, exact=True).first.click()
        else:
            page.fill(f"[name={name}]", value)
    press(page, label)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["script", "no-script"])
def test_one_page_shows_the_whole_timeline(visit, stage: Cast, script: bool):
    idea = IdeaFactory(cohort=stage.cohort, title="A talking kiosk", state="testing", owner=stage["M"])
    first = TrialFactory(prototype=PrototypeFactory(idea=idea, title="Cards"), state="concluded")
    page = visit(stage["P"], java_script_enabled=script)
    move(page, idea, "Decide", choice="adopt", on="2026-06-01")
    hand_over = {"evidence": "Front desk", "receives": "The kiosk", "contact": "The pilot", "on": "2026-07-01"}
    move(page, idea, "Hand over", **hand_over)
    move(page, idea, "Start implementing", on="2026-08-03")
    live = {"evidence": "Two kiosks, anyone can see them", "on": "2026-08-10"}
    move(page, idea, "Mark as implemented", choice="full", **live)
    go(main(page).locator("#follow-ups + ul").get_by_role("link", name="Answer", exact=True))
    page.get_by_text("yes, in full", exact=True).click()
    page.fill("[name=evidence]", "Seen at work")
    press(page, "Save answer")
    assert timeline_titles(page) == [
        *("Captured", "Accepted.", "Prototype 1.", "Decided: adopt", "Handed over", "Being implemented"),
        *("Implemented", "3 months after it went live."),
    ]
    expect(page.locator("ol.idea-timeline")).to_contain_text("Based on: the test of 11 May 2026")
    expect(page.locator("ol.idea-timeline .proto")).to_contain_text("not met: 9 of 12")
    expect(page.locator("#comments")).to_contain_text("No comment yet.")
    page.emulate_media(media="print")
    expect(page.locator("#comments")).to_be_hidden()
    page.emulate_media(media="screen")
    follow(page, "What the department received")
    for text in ("A talking kiosk", "Cards", first.hypothesis, "The kiosk", "Front desk", "The pilot"):
        expect(main(page)).to_contain_text(text)


def test_ambassador_reads_the_timeline_on_a_phone_without_cut_text(visit, stage: Cast):
    idea = IdeaFactory(cohort=stage.cohort, state="handed_over", days={"captured": date(2026, 1, 12)})
    page = visit(stage["M"], **PHONE)
    page.goto(idea.get_absolute_url())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("ol.idea-timeline")).to_be_visible()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["script", "no-script"])
def test_board_moves_an_idea_by_keyboard(visit, stage: Cast, script: bool):
    idea = IdeaFactory(cohort=stage.cohort, title="A talking kiosk")
    page = visit(stage["P"], java_script_enabled=script)
    page.goto(f"/cohorts/{stage.cohort.slug}/board/")
    button = page.get_by_role("link", name="Accept", exact=True)
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Accept").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"/cohorts/{stage.cohort.slug}/board/")
    column = page.locator(".board-column").filter(has=page.get_by_role("heading", name="accepted"))
    expect(column.locator(".board-card")).to_contain_text("A talking kiosk")
    idea.refresh_from_db()
    assert idea.state == "accepted"


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["script", "no-script"])
def test_other_actions_of_a_card_open_by_keyboard(visit, stage: Cast, script: bool):
    idea = IdeaFactory(cohort=stage.cohort, title="A talking kiosk")
    page = visit(stage["P"], java_script_enabled=script)
    page.goto(f"/cohorts/{stage.cohort.slug}/board/")
    page.get_by_role("link", name="See other actions").focus()
    page.keyboard.press("Enter")
    if script:
        expect(page.locator(".board-card summary")).to_be_focused()
        assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Park").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Park")
    expect(page).to_have_url(f"/cohorts/{stage.cohort.slug}/board/")
    idea.refresh_from_db()
    assert idea.state == "parked"
