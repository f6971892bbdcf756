"""What speaks against a day: the calendar there, the cohort's other sessions, its design team."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from cohorts.models import Cohort
from cohorts.registries import days_taken
from cohorts.sessions.conflicts import COSTLY, IMPOSSIBLE, Conflict, DatesInConflict, conflicts_of
from programmes.models import CalendarPeriod
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory

pytestmark = pytest.mark.django_db
PLAIN = date(2026, 11, 24)  # a Tuesday nothing speaks against


def slugs(cohort: Cohort, *days: date, **more: Any) -> list[str]:
    return [conflict.slug for conflict in conflicts_of(cohort=cohort, days=days, **more)]


def test_nothing_speaks_against_a_plain_tuesday():
    assert slugs(CohortFactory(), PLAIN) == []


@pytest.mark.parametrize(
    ("day", "against"),
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
def test_the_calendar_of_the_authority_speaks(day: date, against: list[str]):
    assert slugs(CohortFactory(), day) == against


def test_school_holidays_are_those_of_the_authoritys_zone():
    days = {zone: CohortFactory(authority=AuthorityFactory(school_zone=zone)) for zone in "AB"}
    assert {zone: slugs(cohort, date(2027, 3, 2)) for zone, cohort in days.items()} == {
        "A": [],
        "B": ["school_holiday"],
    }


def test_public_holidays_are_those_of_the_place():
    good_friday = date(2027, 3, 26)
    metz = CohortFactory(authority=AuthorityFactory(holiday_subdivision="57"))
    assert (slugs(metz, good_friday), slugs(CohortFactory(), good_friday)) == (["public_holiday"], [])


@pytest.mark.parametrize(
    ("period", "against"),
    [
        ({"kind": "closed"}, ["closed_period"]),
        ({"kind": "school_holiday"}, ["school_holiday"]),
        ({"kind": "school_holiday", "school_zone": "A"}, []),
        ({"kind": "electoral"}, []),
    ],
)
def test_the_table_of_further_periods_counts(period: dict[str, str], against: list[str]):
    CalendarPeriod.objects.create(name="Élections", starts_on=PLAIN, ends_on=PLAIN, **period)
    assert slugs(CohortFactory(), PLAIN) == against


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2024, 12, 1), date(2029, 2, 1), date(9999, 12, 31)])
def test_a_day_in_another_age_is_impossible(day: date):
    assert slugs(CohortFactory(), day) == ["far_away"]


@pytest.mark.parametrize(
    ("state", "against"),
    [("draft", 1), ("scheduled", 1), ("held", 1), ("reported", 1), ("postponed", 0), ("cancelled", 0)],
)
def test_another_session_of_the_cohort_that_day_speaks_while_it_is_on(state: str, against: int):
    session = SessionFactory(state=state, date=PLAIN)
    assert slugs(session.cohort, PLAIN) == ["other_session"] * against


def test_a_session_is_not_in_its_own_way_nor_in_another_cohorts():
    session = SessionFactory(date=PLAIN)
    assert slugs(session.cohort, PLAIN, session=session) == []
    assert slugs(CohortFactory(), PLAIN) == []


def booked_elsewhere(role: str = "resident", there: str = "resident", **session: Any) -> Cohort:
    """A cohort whose Dora is booked by another cohort on the plain Tuesday."""
    person, cohort = UserFactory(full_name="Dora Klein"), CohortFactory()
    MembershipFactory(cohort=cohort, user=person, role=role)
    day = SessionFactory(date=PLAIN, **session).days.get()
    member = MembershipFactory(cohort=day.session.cohort, user=person, role=there)
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    return cohort


@pytest.mark.parametrize(
    ("role", "there", "against"),
    [
        ("resident", "resident", ["design_team_elsewhere"]),
        ("resident", "coordinator", ["design_team_elsewhere"]),
        ("coordinator", "resident", ["design_team_elsewhere"]),
        ("coordinator", "coordinator", []),
        ("relay", "resident", []),
    ],
)
def test_a_member_of_the_design_team_is_elsewhere(role: str, there: str, against: list[str]):
    assert slugs(booked_elsewhere(role, there), PLAIN) == against


def test_someone_booked_on_another_day_is_free():
    assert slugs(booked_elsewhere(), date(2026, 11, 25)) == []


def test_a_postponed_session_elsewhere_books_nobody():
    assert slugs(booked_elsewhere(state="postponed"), PLAIN) == []


def test_someone_who_has_left_the_cohort_is_not_missed():
    cohort = booked_elsewhere()
    cohort.memberships.update(ends_on=date(2026, 11, 23))
    assert slugs(cohort, PLAIN) == []


@pytest.mark.parametrize(("settled", "slug"), [(True, "edition_meets"), (False, "edition_may_meet")])
def test_a_day_an_app_above_has_taken_speaks_with_its_name(monkeypatch: pytest.MonkeyPatch, settled: bool, slug: str):
    cohort = CohortFactory()

    def taken(edition: int, days: Any) -> list[tuple[date, str, bool]]:
        return [(day, "Fair", settled) for day in days if edition == cohort.edition_id]

    monkeypatch.setitem(days_taken._items, "test_fair", (1, taken))
    found = conflicts_of(cohort=cohort, days=[PLAIN])
    assert [(conflict.slug, conflict.details, conflict.impossible) for conflict in found] == [
        (slug, {"what": "Fair"}, False)
    ]


def test_conflicts_come_day_by_day_worst_first():
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
def test_however_many_days_four_statements_do_and_one_for_exchanges(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    cohort = CohortFactory()
    days = [date(2026, 11, 24 + extra) for extra in range(count)]
    with django_assert_num_queries(5):
        conflicts_of(cohort=cohort, days=days)


def test_every_conflict_is_said_in_words():
    details = {"who": "Dora Klein", "what": "4", "zone": "B"}
    with translation.override("en"):
        said = [Conflict(PLAIN, slug, details).sentence for slug in [*IMPOSSIBLE, *COSTLY]]
    assert [sentence.split(":")[0] for sentence in said] == ["Tue 24 November 2026"] * len(said)
    assert said[1] == "Tue 24 November 2026: Dora Klein is on site in another cohort."
    assert said[7] == "Tue 24 November 2026: the edition may meet that day (4 is proposed)."
    assert said[8] == "Tue 24 November 2026: school holidays in zone B."


def test_days_in_conflict_are_impossible_when_one_of_them_is():
    costly, impossible = Conflict(PLAIN, "weekend"), Conflict(PLAIN, "far_away")
    assert not DatesInConflict([costly]).impossible
    refused = DatesInConflict([costly, impossible])
    assert refused.impossible
    assert str(refused) == f"{costly.sentence} {impossible.sentence}"
