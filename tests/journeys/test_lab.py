"""Lab staff open a Transfo and, without JavaScript, a Residency; they see the calendars and run the first session."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cohorts.models import Attendance, Cohort, SessionDay
from programmes.models import Authority, Format
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityFactory, FormatFactory, ProgrammeFactory
from tests.journeys.conftest import DESKTOP, follow, main, press, sign_in

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
    """Twelve months, six sessions of two days."""
    phases = (("preparation", 0, 1), ("test_case", 1, 5), ("priority_challenges", 5, 11), ("handover", 11, 12))
    return FormatFactory(
        programme=ProgrammeFactory(name_en="The Transfo"), label="One year", months=12, sessions=6, phases=phases
    )


@pytest.fixture
def residency(transactional_db: None) -> Format:
    """Six months, three weeks on site and nothing else."""
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


def open_edition(page: Page, pattern: Format, name: str, towns: list[Authority]) -> None:
    """The three steps, from the home page's main action to the edition's own page."""
    follow(page, "Open an edition")
    main(page).get_by_role("radio", name=f"{pattern.programme.name_en} · {pattern}").check()
    page.get_by_label("Name of the edition").fill(name)
    page.get_by_label("First day").fill("2026-11-23")
    press(page, "Next: its authorities")
    for town in towns:
        page.get_by_label(town.name, exact=True).check()
    press(page, "Next: check the calendars")
    expect(page.locator(".say")).to_contain_text("Nothing is saved yet.")
    press(page, "Open the edition")
    expect(main(page).get_by_role("heading", level=1)).to_have_text(name)


def days_of(cohort: Cohort) -> list[date]:
    return list(SessionDay.objects.filter(session__cohort=cohort).order_by("date").values_list("date", flat=True))


def are_working_days(days: list[date]) -> bool:
    return not any(day.weekday() > 4 or day in PUBLIC_HOLIDAYS for day in days)


def bands_of(page: Page) -> list[str]:
    """The phases of the cohort on the page, from the table beside its line of time."""
    table = main(page).locator("figure.timeline details").first
    table.locator("summary").click()
    return table.locator("tbody tr td:last-child").all_inner_texts()


def start_cohort(page: Page) -> None:
    follow(page, "Record the agreement")
    press(page, "Record the agreement")
    follow(page, "Start the cohort")
    press(page, "Start the cohort")


def add_people(page: Page, cohort: Cohort) -> None:
    """Somebody with an account, as ambassador from the first day on, and an association."""
    UserFactory(email="camille@town.example", full_name="Camille Essai")
    follow(page, "Add someone")
    page.get_by_label("E-mail address").fill("camille@town.example")
    page.get_by_label("Name", exact=True).fill("Camille Essai")
    page.get_by_label("From", exact=True).fill("2026-11-23")
    press(page, "Add or invite")
    expect(page.locator(".message")).to_have_text("Camille Essai takes part as ambassador.")
    page.goto(cohort.get_absolute_url())
    follow(page, "Stakeholders")
    follow(page, "A stakeholder")
    page.get_by_label("Name", exact=True).fill("Association des usagers")
    press(page, "Save")
    expect(page.locator(".message")).to_have_text("Association des usagers is on the list.")


def move_first_session(page: Page, cohort: Cohort) -> None:
    """To today and tomorrow."""
    page.goto(cohort.sessions.order_by("pk")[0].get_absolute_url())
    follow(page, "Move")
    rows = page.locator("fieldset.day-row")
    for place, day in enumerate(["2026-11-24", "2026-11-25"]):
        rows.nth(place).get_by_label("Date").fill(day)
    for place in range(2, rows.count()):
        for label in ("Date", "From", "To"):
            rows.nth(place).get_by_label(label).fill("")
    press(page, "Move to these days")
    expect(page.locator(".message")).to_have_text("The session has its new days.")


def record_attendance(page: Page) -> None:
    press(page, "Confirm the dates")
    follow(page, "Attendance")
    press(page, "Everyone else was here")
    press(page, "Save attendance")
    expect(page.locator(".message")).to_have_text("1 line saved.")


def run_first_session(page: Page, cohort: Cohort) -> None:
    page.goto(cohort.get_absolute_url())
    start_cohort(page)
    add_people(page, cohort)
    move_first_session(page, cohort)
    record_attendance(page)
    row = Attendance.objects.get(status="present")
    assert (row.day.date, row.member.name, row.half_days) == (date(2026, 11, 24), "Camille Essai", 2)


def test_a_transfo_from_its_format_to_the_first_attendance(visit, staff, transfo, towns):
    page = visit()
    sign_in(page, staff)
    open_edition(page, transfo, "La Transfo 2026–2027", towns)
    assert main(page).locator(".plain-links a").all_inner_texts() == ["Dunkerque", "Nantes"]
    for cohort in Cohort.objects.order_by("pk"):
        page.goto(cohort.get_absolute_url())
        assert bands_of(page)[:4] == TRANSFO_PHASES
        page.goto(f"{cohort.get_absolute_url()}sessions/")
        expect(main(page).locator("tbody tr")).to_have_count(6)
        assert (len(days_of(cohort)), are_working_days(days_of(cohort))) == (12, True)
    run_first_session(page, Cohort.objects.get(name="Nantes"))


def test_a_residency_has_three_separate_weeks_on_site_and_is_opened_without_javascript(visit, staff, residency, towns):
    page = visit(staff, **DESKTOP, java_script_enabled=False)
    open_edition(page, residency, "Résidences 2027", towns[:1])
    cohort = Cohort.objects.get()
    days = days_of(cohort)
    weeks = [days[start : start + 5] for start in (0, 5, 10)]
    assert [[day.weekday() for day in week] for week in weeks] == [[0, 1, 2, 3, 4]] * 3
    assert (len({day.isocalendar()[:2] for day in days}), len(days), are_working_days(days)) == (3, 15, True)
    follow(page, cohort.name)
    assert bands_of(page)[:1] == ["Immersion"]
    run_first_session(page, cohort)
