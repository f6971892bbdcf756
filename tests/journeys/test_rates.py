"""A regional admin answers an elected official: the sentence, the curve, the ideas behind it, in both languages."""

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from accounts.models import User
from programmes.models import Claim
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.rates import early_cohort, worked_example
from tests.journeys.conftest import DESKTOP, PHONE

SCREENS = {"phone-fr": PHONE, "desktop-en": DESKTOP}


@pytest.fixture
def admin(transactional_db: None) -> User:
    """Answers for an authority whose ideas are those of the worked example, as of today."""
    today = localdate()
    start = today - relativedelta(months=25)
    cohort = early_cohort(actual_start=start, planned_start=start, planned_end=today + relativedelta(years=1))
    worked_example(cohort, as_of=today)
    Claim.objects.create(
        programme=cohort.edition.programme, metric="ideas_implemented_percent", value=50, source="Étude de cas"
    )
    return AuthorityAdminFactory(authority=cohort.authority, since=start).user


def drawn(page: Page) -> None:
    expect(page.locator(".chart-canvas svg")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_its_chart_and_no_accessibility_fault(visit, faults_of, admin, screen, scheme):
    page = visit(admin, **screen, color_scheme=scheme)
    page.goto("/rates/")
    drawn(page)
    for folded in page.locator("main details > summary").all():
        folded.click()
    expect(page.locator("#curve-table")).to_be_visible()
    assert faults_of(page) == []


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS.keys())
def test_nothing_is_wider_than_the_screen(visit, admin, screen):
    page = visit(admin, **screen)
    page.goto("/rates/")
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_home_page_to_the_figures_and_back_in_time(visit, admin):
    page = visit(admin)
    expect(page.get_by_text("10 were implemented")).to_be_visible()
    page.get_by_role("link", name="All figures").click()
    drawn(page)
    page.get_by_text("Change what is counted").first.click()
    year_ago = (localdate() - relativedelta(years=1)).isoformat()
    page.fill("input[name=as_of]", year_ago)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("7 were implemented")).to_be_visible()
    assert f"as_of={year_ago}" in page.url
    drawn(page)


def test_a_day_to_come_is_refused_and_stays_in_its_field(visit, admin):
    page = visit(admin)
    tomorrow = (localdate() + relativedelta(days=1)).isoformat()
    page.goto(f"/rates/?as_of={tomorrow}")
    expect(page.get_by_text("This day is still to come")).to_be_visible()
    expect(page.locator("input[name=as_of]")).to_have_value(tomorrow)


def test_without_javascript_the_table_says_what_the_curve_shows(visit, admin):
    page = visit(admin, **DESKTOP, java_script_enabled=False)
    page.goto("/rates/")
    expect(page.locator(".chart-canvas")).to_be_hidden()
    page.get_by_text("The curve as a table").click()
    expect(page.locator("#curve-table tbody tr")).to_have_count(13)
    expect(page.locator("#curve-table tbody tr").last).to_contain_text("20")


def test_on_paper_the_table_is_open_and_what_is_pressed_is_gone(visit, admin):
    page = visit(admin)
    page.goto("/rates/")
    drawn(page)
    page.emulate_media(media="print")
    expect(page.locator("#curve-table")).to_be_visible()
    expect(page.locator("#choose")).to_be_hidden()
    expect(page.locator(".say")).to_be_visible()
