"""Tests of a cohort that departs from its format: it shows a warning, and continues with a recorded reason."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from cohorts.cohort import actions
from cohorts.cohort.format_checks import deviations_from_format, surplus_weeks_warning
from cohorts.models import Cohort
from cohorts.sessions.actions.sessions import DayPlan, describe_session, plan_session
from tests.cohorts.pages import browser, errors, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import EditionFactory, FormatFactory, ProgrammeFactory
from tests.sql import refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY, AT = date(2026, 11, 24), datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEKS = "3 on-site weeks: the format has 2."
MISSING = "Required disciplines without a resident: sociology."


@pytest.fixture
def staff() -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def residency() -> Cohort:
    """A residency agreed for January 2026, with two on-site weeks and a designer; its format requires design and
    sociology.
    """
    pattern = FormatFactory(
        programme=ProgrammeFactory(family="residency"),
        onsite_weeks=2,
        required_disciplines=["design", "sociology"],
    )
    cohort = CohortFactory(edition=EditionFactory(format=pattern), slug="colbert", state="agreed", actual_start=None)
    for number in ("1", "2"):
        SessionFactory(cohort=cohort, number=number, kind="immersion", state="draft", date=date(2026, 12, int(number)))
    MembershipFactory(cohort=cohort, role="resident", discipline=" Désign ", starts_on=date(2026, 1, 5))
    return cohort


def sociologist(cohort: Cohort, **dates: Any) -> None:
    MembershipFactory(
        cohort=cohort, role="resident", discipline="Sociology", **{"starts_on": date(2026, 1, 5), **dates}
    )


def plan_week(cohort: Cohort, **options: Any) -> Any:
    return plan_session(
        cohort=cohort,
        number="3",
        kind="immersion",
        days=[DayPlan(date(2026, 12, 8))],
        accept_conflicts=True,
        by=None,
        **options,
    )


def test_as_many_weeks_as_the_format_has_are_no_departure(residency):
    sociologist(residency)
    assert deviations_from_format(residency, TODAY) == []


def test_one_more_week_is_a_departure(residency):
    SessionFactory(cohort=residency, number="3", kind="immersion", state="draft", date=date(2026, 12, 3))
    assert deviations_from_format(residency, TODAY) == [WEEKS, MISSING]


def test_a_cancelled_week_does_not_count(residency):
    SessionFactory(cohort=residency, number="3", kind="immersion", state="cancelled", date=date(2026, 12, 3))
    assert surplus_weeks_warning(residency) == ""


def test_a_transfo_without_on_site_weeks_is_not_checked():
    cohort = CohortFactory()
    SessionFactory(cohort=cohort, kind="immersion")
    assert deviations_from_format(cohort, TODAY) == []


@pytest.mark.parametrize(("last", "missing"), [(date(2026, 11, 23), [MISSING]), (date(2026, 11, 24), [])])
def test_a_discipline_is_missing_once_its_last_resident_has_left(residency, last, missing):
    sociologist(residency, ends_on=last)
    assert deviations_from_format(residency, TODAY) == missing


def test_only_residents_bring_disciplines(residency):
    MembershipFactory(cohort=residency, role="relay", discipline="sociology", starts_on=date(2026, 1, 5))
    assert deviations_from_format(residency, TODAY) == [MISSING]


def test_an_ended_cohort_has_no_deviations(residency):
    for state in ("running", "completed"):
        residency.state = state
        residency.save()
    assert deviations_from_format(residency, TODAY) == []


class TestStart:
    def start(self, cohort: Cohort, **given: Any) -> Cohort:
        return actions.start_cohort(cohort=cohort, actual_start=date(2026, 11, 23), by=None, today=TODAY, **given)

    def test_a_start_without_a_reason_is_refused_and_names_what_is_missing(self, residency):
        with pytest.raises(DomainError) as refused:
            self.start(residency)
        assert (str(refused.value), refused.value.field) == (
            f"{MISSING} Say why the cohort departs from its format.",
            "reason",
        )

    def test_a_start_with_a_reason_saves_the_reason(self, residency):
        start = self.start(residency, reason=" A sociologist joins in March ")
        start.refresh_from_db()
        assert (start.state, start.format_exception) == ("running", "A sociologist joins in March")
        assert start.events.last().pgh_context.metadata["reason"] == " A sociologist joins in March "

    def test_without_a_departure_no_reason_is_needed_nor_recorded(self, residency):
        sociologist(residency)
        assert self.start(residency, reason="Because").format_exception == ""

    def test_the_start_page_shows_the_warning_and_asks_for_a_reason(self, residency, staff):
        lab = browser(staff)
        page = lab.get("/cohorts/colbert/start/")
        assert MISSING in page_text(page)
        assert set(errors(lab.post("/cohorts/colbert/start/", {"actual_start": "2026-11-23"}))) == {"reason"}
        sociologist(residency)
        assert "reason" not in lab.get("/cohorts/colbert/start/").context["form"].fields

    @pytest.mark.parametrize(
        ("path", "condition"),
        [
            ("start", "(required if the cohort departs from its format)"),
            ("sessions/plan", "(required for an on-site week beyond those of the format)"),
        ],
    )
    def test_the_form_names_the_condition_of_its_reason(self, residency, staff, path: str, condition: str):
        form = browser(staff).get(f"/cohorts/colbert/{path}/").context["form"]
        label = form["reason"].as_field_group().partition("</label>")[0]
        assert (label.count(condition), label.count("(optional)")) == (1, 0)


class TestWeeks:
    def test_one_more_week_needs_a_reason(self, residency):
        with pytest.raises(DomainError) as refused:
            plan_week(residency)
        assert (str(refused.value), refused.value.field) == (
            f"{WEEKS} Say why the cohort departs from its format.",
            "reason",
        )
        assert residency.sessions.count() == 2

    def test_each_reason_is_recorded(self, residency):
        plan_week(residency, reason="The school asked for it")
        group = SessionFactory(cohort=residency, number="4", kind="group", state="draft", date=date(2026, 12, 15))
        about = {"number": "4", "title": "", "at": AT, "by": UserFactory()}
        with pytest.raises(DomainError, match="4 on-site weeks: the format has 2"):
            describe_session(session=group, kind="immersion", **about)
        describe_session(session=group, kind="immersion", reason="The fair", **about)
        residency.refresh_from_db()
        assert residency.format_exception.splitlines() == ["The school asked for it", "The fair"]

    def test_other_kinds_of_session_need_no_reason(self, residency):
        plan_session(cohort=residency, number="3", kind="group", days=[DayPlan(date(2026, 12, 8))], by=None)
        assert residency.sessions.count() == 3

    def test_the_form_asks_for_a_reason_only_when_all_weeks_are_planned(self, residency, staff):
        lab = browser(staff)
        assert WEEKS in page_text(lab.get("/cohorts/colbert/sessions/plan/"))
        residency.sessions.get(number="2").delete()
        assert WEEKS not in page_text(lab.get("/cohorts/colbert/sessions/plan/"))


def test_the_cohort_page_warns_people_who_plan_it_and_shows_the_reason(residency, staff):
    Cohort.objects.filter(pk=residency.pk).update(format_exception="A sociologist joins in March")
    ambassador = MembershipFactory(cohort=residency, starts_on=date(2026, 1, 5)).user
    assert f"{MISSING} A sociologist joins in March" in page_text(browser(staff).get("/cohorts/colbert/"))
    assert MISSING not in page_text(browser(ambassador).get("/cohorts/colbert/"))


def test_required_disciplines_are_frozen_with_their_format(residency):
    with refused_by("format_published_frozen"):
        update(residency.edition.format, required_disciplines=["design"])
