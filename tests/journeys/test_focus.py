"""Focus after a swap: on the next row when a row is removed, otherwise on the same control."""

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories.cast import new_cast
from tests.factories.imports import ImportBatchFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import PATH, IdeaFactory
from tests.factories.rates import early_cohort
from tests.journeys.conftest import main

TITLES = ("Une borne", "Un guichet", "Un livret")


@pytest.fixture
def admin(clock: object, transactional_db: None) -> User:
    """Return the admin responsible for three ideas without an update for seven months."""
    start = localdate() - relativedelta(months=20)
    cohort = early_cohort(actual_start=start, planned_start=start)
    for number, title in enumerate(TITLES):
        day = localdate() - relativedelta(months=9 - number)
        IdeaFactory(cohort=cohort, state="accepted", title=title, days=dict.fromkeys(PATH, day))
    return AuthorityAdminFactory(authority=cohort.authority, since=start).user


def confirm(page: Page, title: str) -> None:
    """Confirm an idea by keyboard."""
    button = main(page).get_by_role("group", name=title).get_by_role("button", name="Confirm as unchanged")
    button.focus()
    page.keyboard.press("Enter")
    expect(main(page).get_by_role("group", name=title)).to_have_count(0)


def choice_of(page: Page, title: str):
    return main(page).get_by_role("group", name=title).get_by_role("checkbox", name=title)


def test_focus_moves_to_the_next_row_else_the_previous_one_else_the_empty_message(visit, admin):
    page = visit(admin)
    page.goto("/ideas/unconfirmed/")
    confirm(page, TITLES[0])
    expect(choice_of(page, TITLES[1])).to_be_focused()  # a second Enter must not confirm the next idea
    expect(main(page).get_by_text("1 idea is confirmed.")).to_be_in_viewport()
    expect(page.locator("#announcer")).to_have_text("1 idea is confirmed. 2 ideas to confirm")
    confirm(page, TITLES[2])
    expect(choice_of(page, TITLES[1])).to_be_focused()
    confirm(page, TITLES[1])
    expect(main(page).get_by_text("You have no ideas to confirm", exact=True)).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("1 idea is confirmed. You have no ideas to confirm")


def test_the_focus_stays_on_the_button_that_confirms_several(visit, admin):
    page = visit(admin)
    page.goto("/ideas/unconfirmed/")
    main(page).get_by_role("checkbox", name=TITLES[1]).check()
    button = main(page).get_by_role("button", name="Confirm selected")
    button.focus()
    page.keyboard.press("Enter")
    expect(main(page).get_by_role("group", name=TITLES[1])).to_have_count(0)
    expect(button).to_be_focused()


def test_part_that_is_reloaded_repeatedly_keeps_the_focus(visit, transactional_db):
    """The page polls the progress of an import every two seconds, and replaces the focused link."""
    cast = new_cast()
    page = visit(cast["P"])
    page.goto(ImportBatchFactory(person=cast["P"], state="checking").get_absolute_url())
    link = main(page).get_by_role("link", name="See progress")
    link.focus()
    for _ in range(2):
        with page.expect_response("**/imports/**"):
            pass
        page.wait_for_timeout(200)
        expect(link).to_be_focused()
