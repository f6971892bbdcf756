"""A residency is planned, a week is locked, and the others are placed again; so are sessions of an edition."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from cohorts.models import Session
from planning.calculation import calculate_due_plans
from planning.editions.calculation import calculate_due_edition_plans
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.planning import edition_sharing_sam, residency_cohort
from tests.full import only_in_full
from tests.journeys.conftest import follow, go, main, press


def calculate(page: Page, button: str, calculate_due: Callable[[Any], int] = calculate_due_plans) -> None:
    """Have the plans calculated by a worker; the page shows the result by itself."""
    press(page, button)
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_be_visible()
    assert calculate_due(timezone.now) == 1
    expect(progress).to_have_count(0)
    expect(page.locator(".plan-choice")).to_have_count(3)
    page.wait_for_load_state()


def weeks(page: Page) -> list[str]:
    """Return the weeks of the plan that the page shows; it must be complete."""
    return page.locator(".weeks b").all_inner_texts()


def test_a_residency_is_planned_a_week_locked_and_the_others_placed_again(visit, clock: time_machine.Traveller):
    cohort = residency_cohort(name="Embruns", slug="embruns")
    for discipline in ("Design", "sociologie"):
        MembershipFactory(cohort=cohort, role="resident", discipline=discipline, starts_on=cohort.planned_start)
    page = visit(UserFactory(is_lab_staff=True, language="en"))
    page.goto("/cohorts/embruns/weeks/")
    calculate(page, "Calculate plans")
    assert Axe().run(page).response["violations"] == []
    best = weeks(page)
    other_plan = page.locator(".plan-choice").last
    go(other_plan)
    expect(other_plan).to_have_attribute("aria-current", "true")
    locked = next(week for week in weeks(page) if week not in best)
    go(page.locator(".week", has_text=locked).get_by_role("button"))
    expect(main(page)).to_contain_text("Something has changed since these plans were calculated.")
    calculate(page, "Calculate again around what is locked")
    expect(page.locator(".week", has_text=locked)).to_contain_text("locked")
    planned = weeks(page)
    assert locked in planned
    follow(page, "Use plan A")
    press(page, "Give the drafts these weeks")
    expect(page.locator(".message")).to_contain_text("The drafts have the weeks of the plan.")
    assert Session.objects.filter(cohort=cohort, state="draft").count() == len(planned) == 3


@only_in_full
def test_sessions_of_cohorts_that_share_someone_are_planned_used_and_restored(visit, transactional_db: None):
    edition = edition_sharing_sam()
    with time_machine.travel(datetime(2027, 1, 6, 9, tzinfo=UTC), tick=True):
        page = visit(UserFactory(is_lab_staff=True, language="en"))
        page.goto(edition.get_absolute_url())
        follow(page, "Plan the sessions together")
        calculate(page, "Calculate plans", calculate_due_edition_plans)
        assert Axe().run(page).response["violations"] == []
        moved = page.locator(".week", has_text="At present:")
        first = moved.get_by_role("link").inner_text()
        go(moved.get_by_role("button"))
        calculate(page, "Calculate again around what is locked", calculate_due_edition_plans)
        expect(page.locator(".week", has=page.get_by_role("link", name=first))).to_contain_text("locked")
        second = moved.get_by_role("link").inner_text()
        follow(page, "Use plan A")
        press(page, "Give the sessions these days")
        expect(page.locator(".message")).to_contain_text("the drafts have the days of the plan.")
        expect(page.locator("#shared").locator("..")).to_contain_text("Nobody is expected in two cohorts on one day.")
        page.goto(f"/cohorts/{second.partition(',')[0].lower()}/")
        follow(page, "Undo the move of the drafts")
        press(page, "Restore the earlier days")
        expect(page.locator(".message")).to_be_visible()
        assert list(Session.objects.filter(number="1").values_list("first_day", flat=True)) == [date(2027, 3, 9)] * 2
