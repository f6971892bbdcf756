"""Tests of the actions on a cohort: what each changes, and what prevents it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest

from cohorts.cohort import actions
from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.models import Cohort
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory, PhaseFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)

# The action that leads to each state.
ACTION_BY_STATE: dict[CohortState, Callable[[Cohort], Cohort]] = {
    CohortState.AGREED: lambda cohort: actions.agree_cohort(cohort=cohort, at=NOW, by=None),
    CohortState.RUNNING: lambda cohort: actions.start_cohort(cohort=cohort, actual_start=TODAY, by=None, today=TODAY),
    CohortState.SUSPENDED: lambda cohort: actions.suspend_cohort(cohort=cohort, reason="Elections", at=NOW, by=None),
    CohortState.COMPLETED: lambda cohort: actions.complete_cohort(
        cohort=cohort, actual_end=TODAY, by=None, today=TODAY
    ),
    CohortState.ALUMNI: lambda cohort: actions.become_alumni(cohort=cohort, by=None),
    CohortState.WITHDRAWN: lambda cohort: actions.withdraw_cohort(cohort=cohort, reason="Budget", at=NOW, by=None),
}


def cohort_in(state: CohortState) -> Cohort:
    return CohortFactory(state=state, reason="Because")


@pytest.mark.parametrize("before", CohortState)
@pytest.mark.parametrize("after", ACTION_BY_STATE)
def test_each_action_follows_the_declared_transitions(before, after):
    cohort = cohort_in(before)
    if after in COHORT_TRANSITIONS.get(before, []):
        assert ACTION_BY_STATE[after](cohort).state == after
    else:
        with pytest.raises(DomainError, match="cannot become"):
            ACTION_BY_STATE[after](cohort)
    cohort.refresh_from_db()
    assert cohort.state == (after if after in COHORT_TRANSITIONS.get(before, []) else before)


def test_a_second_identical_action_is_refused_with_a_sentence():
    cohort = cohort_in(CohortState.PROSPECT)
    actions.agree_cohort(cohort=cohort, at=NOW, by=None)
    with pytest.raises(DomainError) as refused:
        actions.agree_cohort(cohort=cohort, at=NOW, by=None)
    assert str(refused.value) == "A cohort that is “agreed” cannot become “agreed”."


def test_starting_records_the_day_and_sets_an_open_edition_running():
    cohort = CohortFactory(state="agreed", edition=EditionFactory(state="open"), actual_start=None)
    actions.start_cohort(cohort=cohort, actual_start=date(2026, 11, 23), by=None, today=TODAY)
    cohort.refresh_from_db()
    assert (cohort.actual_start, cohort.planned_start) == (date(2026, 11, 23), date(2026, 1, 5))
    assert cohort.edition.state == "running"


def test_starting_leaves_an_edition_that_runs_already_as_it_is():
    cohort = CohortFactory(state="agreed", actual_start=None)
    lines = cohort.edition.events.count()
    actions.start_cohort(cohort=cohort, actual_start=TODAY, by=None, today=TODAY)
    assert cohort.edition.events.count() == lines


@pytest.mark.parametrize(
    ("state", "action", "field"),
    [
        ("agreed", actions.start_cohort, "actual_start"),
        ("running", actions.complete_cohort, "actual_end"),
    ],
)
def test_a_future_start_or_end_cannot_be_recorded(state, action, field):
    cohort = CohortFactory(state=state)
    with pytest.raises(DomainError) as refused:
        action(cohort=cohort, by=None, today=TODAY, **{field: date(2026, 11, 25)})
    assert refused.value.field == field


@pytest.mark.parametrize("day", [date.min, date(2024, 1, 3), date(2025, 1, 2), date(2027, 1, 7), date(2028, 1, 4)])
def test_a_start_more_than_a_year_from_the_planned_one_is_refused(day: date):
    cohort = CohortFactory(state="agreed", planned_start=date(2026, 1, 5), actual_start=None)
    with pytest.raises(DomainError) as refused:
        actions.start_cohort(cohort=cohort, actual_start=day, by=None, today=date(2028, 3, 1))
    assert str(refused.value) == "This date is more than a year from the planned start. Check the year."
    assert refused.value.field == "actual_start"


@pytest.mark.parametrize("day", [date(2025, 1, 4), date(2027, 1, 6)])
def test_a_start_just_within_a_year_of_the_planned_one_is_accepted(day: date):
    cohort = CohortFactory(state="agreed", planned_start=date(2026, 1, 5), actual_start=None)
    assert actions.start_cohort(cohort=cohort, actual_start=day, by=None, today=date(2028, 3, 1)).actual_start == day


def test_an_end_is_within_a_year_of_the_cohorts_dates():
    cohort = CohortFactory(planned_end=date(2026, 6, 30))
    for day in (date.min, date(2027, 7, 2)):
        with pytest.raises(DomainError) as refused:
            actions.complete_cohort(cohort=cohort, actual_end=day, by=None, today=date(2027, 9, 1))
        assert str(refused.value) == "This date is more than a year from the cohort’s dates. Check the year."
        assert refused.value.field == "actual_end"
    assert actions.complete_cohort(
        cohort=cohort, actual_end=date(2027, 7, 1), by=None, today=date(2027, 9, 1)
    ).actual_end == date(2027, 7, 1)


def test_a_cohort_cannot_have_ended_before_it_started():
    cohort = CohortFactory(actual_start=date(2026, 1, 5))
    with pytest.raises(DomainError) as refused:
        actions.complete_cohort(cohort=cohort, actual_end=date(2026, 1, 4), by=None, today=TODAY)
    assert refused.value.field == "actual_end"
    cohort.refresh_from_db()
    assert (cohort.state, cohort.actual_end) == ("running", None)


def test_a_cohort_cannot_start_once_its_authority_is_dissolved():
    merged = AuthorityFactory(dissolved_on=date(2026, 6, 1))
    cohort = CohortFactory(state="agreed", authority=merged, actual_start=None)
    with pytest.raises(DomainError) as refused:
        actions.start_cohort(cohort=cohort, actual_start=TODAY, by=None, today=TODAY)
    assert refused.value.field == "authority"


def test_a_suspended_cohort_keeps_the_reason_until_work_resumes():
    cohort = CohortFactory()
    assert actions.suspend_cohort(cohort=cohort, reason=" Elections ", at=NOW, by=None).reason == "Elections"
    cohort.refresh_from_db()
    resumed = actions.resume_cohort(cohort=cohort, at=NOW, by=None)
    assert (resumed.state, resumed.reason, resumed.actual_start) == ("running", "", date(2026, 1, 5))


def test_only_a_suspended_cohort_is_resumed():
    with pytest.raises(DomainError, match="nothing to resume"):
        actions.resume_cohort(cohort=CohortFactory(state="agreed"), at=NOW, by=None)


@pytest.mark.parametrize("action", [actions.suspend_cohort, partial(actions.withdraw_cohort, at=NOW)])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_suspending_and_withdrawing_need_a_reason(action, reason):
    cohort = CohortFactory()
    with pytest.raises(DomainError) as refused:
        action(cohort=cohort, reason=reason, at=NOW, by=None)
    assert refused.value.field == "reason"
    cohort.refresh_from_db()
    assert cohort.state == "running"


def test_completing_ends_no_membership():
    member = MembershipFactory()
    actions.complete_cohort(cohort=member.cohort, actual_end=TODAY, by=None, today=TODAY)
    member.refresh_from_db()
    assert member.ends_on is None


def test_withdrawing_cancels_sessions_still_to_be_held_with_the_same_reason():
    cohort = CohortFactory()
    for state in ("draft", "scheduled", "postponed", "held"):
        SessionFactory(cohort=cohort, state=state)
    actions.withdraw_cohort(cohort=cohort, reason="Budget", at=NOW, by=None)
    assert list(cohort.sessions.order_by("pk").values_list("state", "reason")) == [
        *[("cancelled", "Budget")] * 3,
        ("held", ""),
    ]


def reschedule(cohort: Cohort, start: date, end: date) -> Cohort:
    return actions.reschedule_cohort(cohort=cohort, planned_start=start, planned_end=end, by=None)


@pytest.fixture
def agreed_cohort() -> Cohort:
    """A cohort agreed for January 2027, with its first and its last phase."""
    cohort = CohortFactory(
        state="agreed", planned_start=date(2027, 1, 4), planned_end=date(2029, 1, 3), actual_start=None
    )
    PhaseFactory(cohort=cohort, kind="preparation", starts_on=date(2027, 1, 4), ends_on=date(2027, 3, 3))
    PhaseFactory(cohort=cohort, kind="handover", starts_on=date(2028, 11, 4), ends_on=date(2029, 1, 3))
    return cohort


def phases_of(cohort: Cohort) -> list[tuple[str, date, date]]:
    return list(cohort.phases.values_list("kind", "starts_on", "ends_on"))


def test_phases_follow_a_new_start_and_the_last_one_the_new_end(agreed_cohort):
    reschedule(agreed_cohort, date(2027, 3, 1), date(2029, 3, 31))
    agreed_cohort.refresh_from_db()
    assert (agreed_cohort.planned_start, agreed_cohort.planned_end) == (date(2027, 3, 1), date(2029, 3, 31))
    assert phases_of(agreed_cohort) == [
        ("preparation", date(2027, 3, 1), date(2027, 4, 30)),
        ("handover", date(2029, 1, 1), date(2029, 3, 31)),
    ]


def test_phases_beyond_an_earlier_end_are_cut(agreed_cohort):
    reschedule(agreed_cohort, date(2027, 1, 4), date(2027, 2, 15))
    assert phases_of(agreed_cohort) == [
        ("preparation", date(2027, 1, 4), date(2027, 2, 15)),
        ("handover", date(2027, 2, 15), date(2027, 2, 15)),
    ]


def test_sessions_keep_their_days_when_the_planned_dates_change(agreed_cohort):
    session = SessionFactory(cohort=agreed_cohort, state="draft", date=date(2027, 1, 12))
    reschedule(agreed_cohort, date(2027, 9, 1), date(2029, 8, 31))
    assert session.days.get().date == date(2027, 1, 12)


def test_an_end_before_the_start_is_refused_next_to_the_end(agreed_cohort):
    with pytest.raises(DomainError) as refused:
        reschedule(agreed_cohort, date(2027, 9, 1), date(2027, 8, 31))
    assert refused.value.field == "planned_end"
    assert phases_of(agreed_cohort)[0] == ("preparation", date(2027, 1, 4), date(2027, 3, 3))


@pytest.mark.parametrize("start", [date(2025, 1, 3), date(2029, 1, 5)])
def test_a_planned_start_is_within_a_year_of_the_edition(agreed_cohort, start):
    with pytest.raises(DomainError) as refused:
        reschedule(agreed_cohort, start, date(2030, 1, 3))
    assert str(refused.value) == "This date is more than a year from the edition’s dates. Check the year."
    assert refused.value.field == "planned_start"


def test_a_cohort_lasts_ten_years_at_most(agreed_cohort):
    SessionFactory(cohort=agreed_cohort, state="draft", date=date(2027, 1, 12))
    with pytest.raises(DomainError) as refused:
        reschedule(agreed_cohort, date(2027, 1, 4), date.max)
    assert str(refused.value) == "Check the year: dates must be between 1990 and 2100."
    with pytest.raises(DomainError) as refused:
        reschedule(agreed_cohort, date(2027, 1, 4), date(2037, 1, 6))
    assert (str(refused.value), refused.value.field) == (
        "These dates are more than ten years apart. Check the year.",
        "planned_end",
    )


def test_once_started_only_the_planned_end_can_change():
    cohort = CohortFactory()
    with pytest.raises(DomainError) as refused:
        reschedule(cohort, date(2026, 2, 2), date(2028, 1, 4))
    assert refused.value.field == "planned_start"
    assert reschedule(cohort, date(2026, 1, 5), date(2028, 3, 31)).planned_end == date(2028, 3, 31)


@pytest.mark.parametrize("state", ["completed", "alumni", "withdrawn"])
def test_dates_of_an_ended_cohort_cannot_change(state):
    with pytest.raises(DomainError, match="The cohort is over: its dates can no longer be changed"):
        reschedule(cohort_in(CohortState(state)), date(2026, 1, 5), date(2028, 3, 31))


def test_details_change_and_the_url_stays():
    cohort = CohortFactory(slug="rivage")
    details = {"name": "Rivage Sud", "code": "RS", "site": "Gare", "theme": "Mobilité", "seats": 12}
    actions.change_details(cohort=cohort, **details, by=None)
    cohort.refresh_from_db()
    assert (cohort.name, cohort.code, cohort.site, cohort.theme, cohort.seats, cohort.slug) == (
        "Rivage Sud",
        "RS",
        "Gare",
        "Mobilité",
        12,
        "rivage",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [({"seats": 1}, "seats"), ({"code": "RIV"}, "code"), ({"code": "r1"}, "code")],
    ids=["seats taken", "code taken", "not capitals"],
)
def test_details_that_break_a_rule_are_refused_next_to_their_field(change, field):
    CohortFactory(code="RIV")
    cohort = CohortFactory(seats=3)
    MembershipFactory.create_batch(2, cohort=cohort)
    details = {"name": "Rivage", "code": "RS", "site": "", "theme": "", "seats": 3} | change
    with pytest.raises(DomainError) as refused:
        actions.change_details(cohort=cohort, by=None, **details)
    assert refused.value.field == field


def test_the_history_records_who_suspended_the_cohort_and_why():
    cohort, staff = CohortFactory(), UserFactory(is_lab_staff=True)
    actions.suspend_cohort(cohort=cohort, reason="Elections", at=NOW, by=staff)
    assert cohort.events.latest("pgh_id").pgh_context.metadata == {
        "action": "suspend_cohort",
        "by": staff.pk,
        "reason": "Elections",
    }
