"""Journey 1: lab staff open an edition of a Transfo, adjust its calendar and see its e-mails.

Then, without JavaScript, they open a Residency and run its first session.
"""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cohorts.models import Attendance, Cohort, Session, SessionDay
from programmes.models import Authority, Format
from tests.factories.accounts import UserFactory
from tests.factories.programmes import (
    AuthorityFactory,
    CalendarPeriodFactory,
    FormatFactory,
    ProgrammeFactory,
    format_with_schedules,
)
from tests.full import only_in_full
from tests.journeys.conftest import DESKTOP, follow, go, main, press

pytestmark = pytest.mark.usefixtures("clock")

PUBLIC_HOLIDAYS = {  # of the twelve months from November 2026 on, everywhere in France
    *(date(2026, 12, 25), date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 1), date(2027, 5, 6), date(2027, 5, 8)),
    *(date(2027, 5, 17), date(2027, 7, 14), date(2027, 8, 15), date(2027, 11, 1), date(2027, 11, 11)),
}
TRANSFO_PHASES = ["Preparation", "Test case", "Priority challenges", "Handover"]


@pytest.fixture
def staff(transactional_db: None) -> User:
    return UserFactory(full_name="Alix Labo", is_lab_staff=True)


@pytest.fixture
def towns(transactional_db: None) -> list[Authority]:
    return [AuthorityFactory(name=name, slug=name.lower()) for name in ("Dunkerque", "Nantes")]


@pytest.fixture
def transfo(transactional_db: None) -> Format:
    """Return a format of twelve months, six sessions of two days, and their e-mails."""
    phases = (("preparation", 0, 1), ("test_case", 1, 5), ("priority_challenges", 5, 11), ("handover", 11, 12))
    numbers = {"label": "One year", "months": 12, "sessions": 6, "phases": phases}
    return format_with_schedules("group_session", programme=ProgrammeFactory(name_en="The Transfo"), **numbers)


@pytest.fixture
def residency(transactional_db: None) -> Format:
    """Return a format of six months with three weeks on site and nothing else."""
    return FormatFactory(
        programme=ProgrammeFactory(family="residency", name_en="Residencies"),
        label="Six months",
        months=6,
        sessions=3,
        onsite_weeks=3,
        days_per_session=1,
        first_prototype_months=2,
        exchange_interval_months=None,
        phases=(("immersion", 0, 6),),
    )


def propose_edition(page: Page, pattern: Format, name: str, towns: list[Authority]) -> None:
    """Take the two steps from the home page to the proposed calendars; nothing is saved."""
    follow(page, "Open an edition")
    choice = main(page).locator(".format-choice", has_text=str(pattern))
    expect(choice.get_by_role("group", name=f"Phases by month, {pattern}")).to_be_visible()
    choice.get_by_role("radio").check()
    page.get_by_label("Name of the edition").fill(name)
    page.get_by_label("First day").fill("2026-11-23")
    press(page, "Next: choose authorities")
    for town in towns:
        page.get_by_label(town.name, exact=True).check()
    press(page, "Next: check the calendars")
    expect(page.locator(".say")).to_contain_text("Nothing is saved yet.")


def publish(page: Page, name: str) -> None:
    press(page, "Open the edition")
    expect(page.locator(".message")).to_contain_text(f"{name} is open with")
    expect(main(page).get_by_role("heading", level=1)).to_have_text(name)


def days_of(cohort: Cohort) -> list[date]:
    return list(SessionDay.objects.filter(session__cohort=cohort).order_by("date").values_list("date", flat=True))


def are_working_days(days: list[date]) -> bool:
    return not any(day.weekday() > 4 or day in PUBLIC_HOLIDAYS for day in days)


def bands_of(page: Page) -> list[str]:
    """Return the phases of the cohort from the table next to its timeline."""
    table = main(page).locator("figure.timeline details").first
    table.locator("summary").click()
    return table.locator("tbody tr td:last-child").all_inner_texts()


def start_cohort(page: Page) -> None:
    follow(page, "Record the agreement")
    press(page, "Record the agreement")
    follow(page, "Start the cohort")
    press(page, "Start the cohort")


def add_people(page: Page, cohort: Cohort) -> None:
    """Add a user as ambassador from the first day on, and an association."""
    UserFactory(email="camille@town.example", full_name="Camille Essai")
    follow(page, "Add someone")
    page.get_by_label("E-mail address").fill("camille@town.example")
    page.get_by_label("Name", exact=True).fill("Camille Essai")
    page.get_by_label("From", exact=True).fill("2026-11-23")
    press(page, "Add or invite")
    expect(page.locator(".message")).to_have_text("Camille Essai takes part as ambassador.")
    page.goto(cohort.get_absolute_url())
    follow(page, "Stakeholders")
    follow(page, "Add stakeholder")
    page.get_by_label("Name", exact=True).fill("Association des usagers")
    press(page, "Save")
    expect(page.locator(".message")).to_have_text("Association des usagers is on the list of stakeholders.")


def move_session(page: Page, session: Session, *days: str) -> None:
    page.goto(session.get_absolute_url())
    follow(page, "Move")
    fill_days(page, *days)
    expect(page.locator(".message")).to_have_text("The session has its new days.")


def fill_days(page: Page, *days: str) -> None:
    expect(main(page).get_by_role("button", name="Move to these days")).to_be_visible()  # below the rows
    rows = page.locator("fieldset.day-row:visible")
    for index, day in enumerate(days):
        rows.nth(index).get_by_label("Date").fill(day)
    for index in range(len(days), rows.count()):
        for label in ("Date", "From", "To"):
            rows.nth(index).get_by_label(label).fill("")
    press(page, "Move to these days")


def adjust(page: Page, session: Session) -> None:
    """Move to closed days, which is refused before anything changes, then to free ones."""
    page.goto(session.get_absolute_url())
    follow(page, "Move")
    fill_days(page, "2027-01-12", "2027-01-13")
    expect(main(page).get_by_role("alert")).to_contain_text("Tue 12 January 2027: a closed period.")
    fill_days(page, "2027-01-19", "2027-01-20")
    expect(page.locator(".message")).to_have_text("The session has its new days.")


def record_attendance(page: Page) -> None:
    press(page, "Confirm the dates")
    follow(page, "Record attendance")
    go(main(page).get_by_role("button", name="Fill").first)
    press(page, "Save attendance")
    expect(page.locator(".message")).to_have_text("Attendance saved: 1 entry.")


def run_first_session(page: Page, cohort: Cohort) -> None:
    page.goto(cohort.get_absolute_url())
    start_cohort(page)
    add_people(page, cohort)
    move_session(page, cohort.sessions.order_by("pk")[0], "2026-11-24", "2026-11-25")
    record_attendance(page)
    row = Attendance.objects.get(status="present")
    assert (row.day.date, row.member.name, row.half_days) == (date(2026, 11, 24), "Camille Essai", 2)


def test_lab_opens_an_edition_adjusts_its_calendar_publishes_it_and_sees_the_emails(visit, staff, transfo, towns):
    CalendarPeriodFactory(kind="closed", starts_on=date(2027, 1, 11), ends_on=date(2027, 1, 15))
    page = visit(staff)
    page.goto("/")
    propose_edition(page, transfo, "La Transfo 2026–2027", towns)
    expect(main(page).get_by_role("heading", level=2)).to_have_text(["Proposed Intertransfos", "Dunkerque", "Nantes"])
    assert Cohort.objects.count() == 0
    publish(page, "La Transfo 2026–2027")
    assert main(page).locator(".plain-links a:not(.small)").all_inner_texts() == ["Dunkerque", "Nantes"]
    for cohort in Cohort.objects.all():
        assert (len(days_of(cohort)), are_working_days(days_of(cohort))) == (12, True)
    follow(page, "Nantes")
    expect(main(page).get_by_role("heading", level=1)).to_have_text("Nantes")
    assert bands_of(page)[:4] == TRANSFO_PHASES
    nantes = Cohort.objects.get(name="Nantes")
    page.goto(f"{nantes.get_absolute_url()}sessions/")
    expect(main(page).locator("tbody tr")).to_have_count(6)
    adjust(page, nantes.sessions.order_by("pk")[1])
    press(page, "Confirm the dates")
    emails = main(page).locator("section.card", has=page.get_by_role("heading", name="E-mails", exact=True))
    expect(emails.locator("li").first).to_contain_text("will be sent in 35 days")


@only_in_full
def test_residency_with_three_separate_weeks_is_opened_without_javascript(visit, staff, residency, towns):
    page = visit(staff, **DESKTOP, java_script_enabled=False)
    page.goto("/")
    propose_edition(page, residency, "Résidences 2027", towns[:1])
    publish(page, "Résidences 2027")
    cohort = Cohort.objects.get()
    days = days_of(cohort)
    weeks = [days[start : start + 5] for start in (0, 5, 10)]
    assert [[day.weekday() for day in week] for week in weeks] == [[0, 1, 2, 3, 4]] * 3
    assert (len({day.isocalendar()[:2] for day in days}), len(days), are_working_days(days)) == (3, 15, True)
    follow(page, cohort.name)
    expect(main(page).locator("ol.weeks > li")).to_have_count(3)
    run_first_session(page, cohort)
