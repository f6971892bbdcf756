"""A residency is planned: its weeks are placed, one is locked, and the others are placed again around it."""

import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from cohorts.models import Session
from planning.calculation import calculate_due_plans
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.planning import residency_cohort
from tests.journeys.conftest import follow, press


def calculate(page: Page, button: str) -> None:
    """Have the plans calculated by a worker; the page shows the result by itself."""
    press(page, button)
    expect(page.get_by_role("region", name="Progress")).to_be_visible()
    assert calculate_due_plans(timezone.now) == 1
    expect(page.locator(".plan-choice")).to_have_count(3)


def weeks(page: Page) -> list[str]:
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
    page.locator(".plan-choice").last.click()
    locked = next(week for week in weeks(page) if week not in best)
    page.locator(".week", has_text=locked).get_by_role("button").click()
    expect(page.locator("#results")).to_contain_text("Something has changed since these plans were calculated.")
    calculate(page, "Calculate again around locked weeks")
    expect(page.locator(".week", has_text=locked)).to_contain_text("locked")
    planned = weeks(page)
    assert (locked in planned, planned == best) == (True, False)
    page.locator(".plan-choice").first.click()
    follow(page, "Use plan A")
    press(page, "Give the drafts these weeks")
    expect(page.locator(".message")).to_contain_text("The drafts have the weeks of the plan.")
    assert Session.objects.filter(cohort=cohort, state="draft").count() == len(planned) == 3
