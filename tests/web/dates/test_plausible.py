"""Plausible dates, checked by every date field and every date column."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from factory.django import DjangoModelFactory

from tests.database_rules import domain_models
from tests.factories import budget as of_budget
from tests.factories import calls as of_calls
from tests.factories import cohorts as of_cohorts
from tests.factories import programmes as of_programmes
from tests.factories.invitations import InvitationFactory
from tests.sql import refused_by, update
from web.dates.plausible import CHECK_THE_YEAR, FIRST_DAY, LAST_DAY, check_year, is_far_from, is_plausible
from web.forms.fields import DayField

ONE_DAY = timedelta(days=1)
BEFORE, AFTER = FIRST_DAY - ONE_DAY, LAST_DAY + ONE_DAY
START, END = date(2026, 1, 5), date(2028, 1, 4)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("day", "plausible"),
    [
        (date.min, False),
        (BEFORE, False),
        (date(1990, 1, 1), True),
        (date(2026, 11, 24), True),
        (date(2100, 12, 31), True),
        (AFTER, False),
        (date.max, False),
    ],
)
def test_days_between_1990_and_2100_are_plausible(day: date, plausible: bool):
    assert is_plausible(day) is plausible


def test_an_implausible_date_is_refused_with_a_sentence():
    check_year(FIRST_DAY)
    with pytest.raises(ValidationError) as refused:
        check_year(BEFORE)
    assert refused.value.messages == ["Check the year: dates must be between 1990 and 2100."]


@pytest.mark.parametrize(
    ("day", "start", "end", "far"),
    [
        (START - timedelta(days=366), START, END, False),
        (START - timedelta(days=367), START, END, True),
        (date(2027, 1, 1), START, END, False),
        (END + timedelta(days=366), START, END, False),
        (END + timedelta(days=367), START, END, True),
        (date.min, None, END, False),
        (date.max, START, None, False),
        (date.min, START, START, True),
        (date.max, START, START, True),
    ],
)
def test_is_far_from_means_more_than_a_year_outside(day: date, start: date | None, end: date | None, far: bool):
    assert is_far_from(day, start, end) is far


@pytest.mark.parametrize("typed", ["0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_field_refuses_implausible_dates(typed: str):
    form = type("Form", (forms.Form,), {"day": DayField()})({"day": typed})
    assert form.errors == {"day": [str(CHECK_THE_YEAR)]}
    assert f'value="{typed}"' in form["day"].as_widget()


# A row, a column, a day that only this rule refuses, and the rule.
COLUMNS: list[tuple[type[DjangoModelFactory], str, date, str]] = [
    (of_programmes.AuthorityFactory, "dissolved_on", BEFORE, "authority_plausible_date"),
    (of_programmes.AuthorityFactory, "dissolved_on", AFTER, "authority_plausible_date"),
    (of_programmes.AuthorityAdminFactory, "since", BEFORE, "authority_admin_plausible_dates"),
    (of_programmes.AuthorityAdminFactory, "until", AFTER, "authority_admin_plausible_dates"),
    (of_programmes.CalendarPeriodFactory, "starts_on", BEFORE, "calendar_period_plausible_dates"),
    (of_programmes.CalendarPeriodFactory, "ends_on", AFTER, "calendar_period_plausible_dates"),
    (of_programmes.EditionFactory, "starts_on", BEFORE, "edition_plausible_dates"),
    (of_programmes.EditionFactory, "ends_on", AFTER, "edition_plausible_dates"),
    (of_programmes.ClaimFactory, "as_of", BEFORE, "claim_plausible_date"),
    (of_programmes.ClaimFactory, "as_of", AFTER, "claim_plausible_date"),
    (of_cohorts.CohortFactory, "planned_start", BEFORE, "cohort_plausible_dates"),
    (of_cohorts.CohortFactory, "planned_end", AFTER, "cohort_plausible_dates"),
    (of_cohorts.CohortFactory, "actual_start", BEFORE, "cohort_plausible_dates"),
    (of_cohorts.CohortFactory, "actual_end", AFTER, "cohort_plausible_dates"),
    (of_cohorts.PhaseFactory, "starts_on", BEFORE, "phase_plausible_dates"),
    (of_cohorts.PhaseFactory, "ends_on", AFTER, "phase_plausible_dates"),
    (of_cohorts.MembershipFactory, "starts_on", BEFORE, "membership_plausible_dates"),
    (of_cohorts.MembershipFactory, "ends_on", AFTER, "membership_plausible_dates"),
    (of_cohorts.MembershipFactory, "mission_letter_on", BEFORE, "membership_plausible_dates"),
    (of_cohorts.MembershipFactory, "mission_letter_on", AFTER, "membership_plausible_dates"),
    (InvitationFactory, "starts_on", BEFORE, "invitation_plausible_dates"),
    (InvitationFactory, "ends_on", AFTER, "invitation_plausible_dates"),
    (InvitationFactory, "mission_letter_on", BEFORE, "invitation_plausible_dates"),
    (of_cohorts.InnovationTeamFactory, "proposed_on", BEFORE, "team_plausible_dates"),
    (of_cohorts.InnovationTeamFactory, "prefigured_on", BEFORE, "team_plausible_dates"),
    (of_cohorts.InnovationTeamFactory, "recorded_on", AFTER, "team_plausible_dates"),
    (of_cohorts.InnovationTeamFactory, "decided_on", AFTER, "team_plausible_dates"),
    (of_cohorts.InnovationTeamFactory, "opened_on", BEFORE, "team_plausible_dates"),
    (of_cohorts.InnovationTeamFactory, "closed_on", AFTER, "team_plausible_dates"),
    (of_budget.BudgetLineFactory, "day", BEFORE, "budget_line_plausible_dates"),
    (of_budget.DayRateFactory, "starts_on", AFTER, "day_rate_plausible_dates"),
    (of_budget.AgreementFactory, "starts_on", BEFORE, "agreement_plausible_dates"),
    (of_budget.AgreementFactory, "ends_on", AFTER, "agreement_plausible_dates"),
    (of_calls.CallFactory, "closes_on", AFTER, "call_plausible_dates"),
    (of_cohorts.AttendanceFactory, "recorded_on", AFTER, "attendance_plausible_dates"),
    (of_cohorts.AttendanceFactory, "answered_on", BEFORE, "attendance_plausible_dates"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("factory", "column", "day", "rule"), COLUMNS)
def test_the_database_refuses_implausible_dates(factory: type[DjangoModelFactory], column: str, day: date, rule: str):
    row = factory()
    with refused_by(rule):
        update(row, **{column: day})


@pytest.mark.django_db
@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_the_database_refuses_an_implausible_session_day(day: date):
    row = of_cohorts.SessionFactory().days.get()
    with refused_by("session_day_plausible_date"):
        update(row, date=day)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_the_database_refuses_an_implausible_date_of_a_lesson(day: date):
    """The date never changes, so it is checked when the lesson is added."""
    with refused_by("lesson_plausible_date"):
        of_programmes.LessonFactory(noted_on=day)


@pytest.mark.django_db
def test_the_database_refuses_an_implausible_date_of_a_follow_up():
    """The date never changes, so it is checked when the answer is added; one before the team opened is not due yet."""
    with refused_by("team_follow_up_plausible_date"):
        of_cohorts.TeamFollowUpFactory(noted_on=AFTER)


@pytest.mark.django_db
def test_the_database_refuses_an_implausible_date_of_a_statement():
    """The date never changes, so it is checked when the statement is issued."""
    with refused_by("statement_plausible_dates"):
        of_budget.StatementFactory(issued_on=AFTER)


def test_every_date_column_has_the_constraint():
    tried = {(factory._meta.model.__name__, column) for factory, column, _day, _rule in COLUMNS}
    known = {
        (model.__name__, field.name)
        for app in ("programmes", "cohorts")
        for model in domain_models(app)
        for field in model._meta.concrete_fields
        if type(field) is models.DateField
    }
    follow_the_days = {("Session", "first_day"), ("Session", "last_day")}  # by trigger, whatever is written there
    never_typed = {(model, column) for model, column in known if column == "created_on"}
    tried_apart = {("SessionDay", "date"), ("Lesson", "noted_on"), ("TeamFollowUp", "noted_on")}
    tried_apart |= {("Statement", column) for column in ("first_day", "last_day", "issued_on")}
    within_others = {("Application", "submitted_on"), ("Call", "opens_on")}  # the days of the call; before its last day
    assert tried | tried_apart | within_others | follow_the_days | never_typed == known


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("factory", "rule", "columns"),
    [
        (of_programmes.EditionFactory, "edition_ten_years", ("starts_on", "ends_on")),
        (of_cohorts.CohortFactory, "cohort_ten_years", ("planned_start", "planned_end")),
    ],
)
def test_the_database_refuses_periods_of_more_than_ten_years(
    factory: type[DjangoModelFactory], rule: str, columns: tuple[str, str]
):
    row, (start, end) = factory(), columns
    update(row, **{start: date(2026, 1, 5), end: date(2036, 1, 6)})
    with refused_by(rule):
        update(row, **{end: date(2036, 1, 7)})
