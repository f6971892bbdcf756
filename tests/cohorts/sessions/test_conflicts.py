"""Conflicts of a day: the calendar, the cohort's other sessions, its design team."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from cohorts.hooks import CohortHooks, TakenDay, cohort_hooks
from cohorts.models import Cohort
from cohorts.sessions.conflicts import COSTLY, IMPOSSIBLE, Conflict, DatesInConflict, conflicts_of
from programmes.models import CalendarPeriod
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory

pytestmark = pytest.mark.django_db
PLAIN = date(2026, 11, 24)  # a Tuesday without conflicts


def slugs(cohort: Cohort, *days: date, **more: Any) -> list[str]:
    return [conflict.slug for conflict in conflicts_of(cohort=cohort, days=days, **more)]


def test_plain_tuesday_has_no_conflict():
    assert slugs(CohortFactory(), PLAIN) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 21), ["weekend"]),
        (date(2026, 11, 22), ["weekend"]),
        (date(2026, 11, 11), ["public_holiday"]),
        (date(2026, 10, 20), ["school_holiday"]),
        (date(2027, 2, 23), ["school_holiday"]),
        (date(2027, 5, 7), ["school_holiday", "bridge"]),
        (date(2026, 12, 16), ["closed_season"]),
        (date(2026, 12, 25), ["public_holiday", "school_holiday", "closed_season"]),
        (date(2028, 1, 5), ["outside_cohort"]),
        (date(2025, 12, 10), ["outside_cohort"]),
    ],
)
def test_calendar_of_the_authority_gives_conflicts(day: date, expected: list[str]):
    assert slugs(CohortFactory(), day) == expected


def test_school_holidays_follow_the_authoritys_zone():
    days = {zone: CohortFactory(authority=AuthorityFactory(school_zone=zone)) for zone in "AB"}
    assert {zone: slugs(cohort, date(2027, 3, 2)) for zone, cohort in days.items()} == {
        "A": [],
        "B": ["school_holiday"],
    }


def test_public_holidays_follow_the_authoritys_area():
    good_friday = date(2027, 3, 26)
    metz = CohortFactory(authority=AuthorityFactory(holiday_subdivision="57"))
    assert (slugs(metz, good_friday), slugs(CohortFactory(), good_friday)) == (["public_holiday"], [])


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"kind": "closed"}, ["closed_period"]),
        ({"kind": "school_holiday"}, ["school_holiday"]),
        ({"kind": "school_holiday", "school_zone": "A"}, []),
        ({"kind": "electoral"}, []),
    ],
)
def test_calendar_periods_give_conflicts(period: dict[str, str], expected: list[str]):
    CalendarPeriod.objects.create(name="Élections", starts_on=PLAIN, ends_on=PLAIN, **period)
    assert slugs(CohortFactory(), PLAIN) == expected


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2024, 12, 1), date(2029, 2, 1), date(9999, 12, 31)])
def test_day_far_from_the_cohorts_dates_is_impossible(day: date):
    assert slugs(CohortFactory(), day) == ["far_away"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [("draft", 1), ("scheduled", 1), ("held", 1), ("reported", 1), ("postponed", 0), ("cancelled", 0)],
)
def test_other_session_that_day_is_a_conflict_unless_called_off(state: str, expected: int):
    session = SessionFactory(state=state, date=PLAIN)
    assert slugs(session.cohort, PLAIN) == ["other_session"] * expected


def test_session_does_not_conflict_with_itself_or_other_cohorts():
    session = SessionFactory(date=PLAIN)
    assert slugs(session.cohort, PLAIN, session=session) == []
    assert slugs(CohortFactory(), PLAIN) == []


def booked_elsewhere(role: str = "resident", role_there: str = "resident", **session: Any) -> Cohort:
    """Create a cohort with a member, Dora, who is booked by another cohort on the plain Tuesday."""
    person, cohort = UserFactory(full_name="Dora Klein"), CohortFactory()
    MembershipFactory(cohort=cohort, user=person, role=role)
    day = SessionFactory(date=PLAIN, **session).days.get()
    member = MembershipFactory(cohort=day.session.cohort, user=person, role=role_there)
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    return cohort


@pytest.mark.parametrize(
    ("role", "role_there", "expected"),
    [
        ("resident", "resident", ["design_team_elsewhere"]),
        ("resident", "coordinator", ["design_team_elsewhere"]),
        ("coordinator", "resident", ["design_team_elsewhere"]),
        ("coordinator", "coordinator", []),
        ("relay", "resident", []),
    ],
)
def test_design_team_member_on_site_elsewhere_is_a_conflict(role: str, role_there: str, expected: list[str]):
    assert slugs(booked_elsewhere(role, role_there), PLAIN) == expected


def test_booking_on_another_day_is_no_conflict():
    assert slugs(booked_elsewhere(), date(2026, 11, 25)) == []


def test_postponed_session_elsewhere_is_no_conflict():
    assert slugs(booked_elsewhere(state="postponed"), PLAIN) == []


def test_former_member_booked_elsewhere_is_no_conflict():
    cohort = booked_elsewhere()
    cohort.memberships.update(ends_on=date(2026, 11, 23))
    assert slugs(cohort, PLAIN) == []


@pytest.mark.parametrize(("confirmed", "slug"), [(True, "edition_meets"), (False, "edition_may_meet")])
def test_day_taken_by_another_app_is_a_conflict_with_its_name(
    monkeypatch: pytest.MonkeyPatch, confirmed: bool, slug: str
):
    cohort = CohortFactory()

    def taken(edition: int, days: Any) -> list[TakenDay]:
        return [TakenDay(day, "Fair", confirmed) for day in days if edition == cohort.edition_id]

    monkeypatch.setitem(cohort_hooks.by_app, "test", CohortHooks(days_taken=taken))
    found = conflicts_of(cohort=cohort, days=[PLAIN])
    assert [(conflict.slug, conflict.details, conflict.impossible) for conflict in found] == [
        (slug, {"what": "Fair"}, False)
    ]


def test_conflicts_are_sorted_by_day_and_severity():
    cohort = booked_elsewhere()
    SessionFactory(cohort=cohort, date=PLAIN)
    days = [date(2026, 12, 25), PLAIN, date(2099, 1, 1)]
    assert [(conflict.day.year, conflict.slug) for conflict in conflicts_of(cohort=cohort, days=days)] == [
        (2026, "design_team_elsewhere"),
        (2026, "other_session"),
        (2026, "public_holiday"),
        (2026, "school_holiday"),
        (2026, "closed_season"),
        (2099, "far_away"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_conflicts_take_five_queries_for_any_number_of_days(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    cohort = CohortFactory()
    days = [date(2026, 11, 24 + extra) for extra in range(count)]
    with django_assert_num_queries(5):
        conflicts_of(cohort=cohort, days=days)


def test_every_conflict_has_a_sentence():
    details = {"who": "Dora Klein", "what": "4", "zone": "B"}
    with translation.override("en"):
        sentences = [Conflict(PLAIN, slug, details).sentence for slug in [*IMPOSSIBLE, *COSTLY]]
    assert [sentence.split(":")[0] for sentence in sentences] == ["Tue 24 November 2026"] * len(sentences)
    assert sentences[1] == "Tue 24 November 2026: Dora Klein is on site in another cohort."
    assert sentences[7] == "Tue 24 November 2026: the edition may meet that day (4 is proposed)."
    assert sentences[8] == "Tue 24 November 2026: school holidays in zone B."


def test_days_are_impossible_when_one_conflict_is():
    costly, impossible = Conflict(PLAIN, "weekend"), Conflict(PLAIN, "far_away")
    assert not DatesInConflict([costly]).impossible
    refused = DatesInConflict([costly, impossible])
    assert refused.impossible
    assert str(refused) == f"{costly.sentence} {impossible.sentence}"
