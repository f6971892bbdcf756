"""Filters of the list of sessions."""

from datetime import date

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from cohorts.sessions.session_list import SESSIONS
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from web.lists.bound import BoundList
from web.lists.columns import Reader


@pytest.fixture
def calendar(cast: Cast) -> Cast:
    """Sessions before and after today in both cohorts of the cast."""
    for title, day, more in (
        ("last year", date(2026, 1, 20), {"state": "reported"}),
        ("last week", date(2026, 11, 17), {"state": "held", "kind": "debrief", "led_by": "both"}),
        ("today", TODAY, {}),
        ("in six days", date(2026, 11, 30), {"cohort": cast.other_cohort}),
        ("in seven days", date(2026, 12, 1), {}),
        ("in spring", date(2027, 3, 2), {"state": "draft"}),
    ):
        SessionFactory(**{"title": title, "date": day, "cohort": cast.cohort} | more)
    return cast


def calendar_of(query: str, cast: Cast, role: str = "S") -> BoundList:
    return BoundList(SESSIONS, Reader(cast[role], TODAY), QueryDict(query))


def titles(query: str, cast: Cast, role: str = "S") -> list[str]:
    return [session.title for session in calendar_of(query, cast, role).rows]


UPCOMING = ["today", "in six days", "in seven days", "in spring"]
ALL = [*reversed(UPCOMING), "last week", "last year"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", UPCOMING),
        ("period=week", UPCOMING[:2]),
        ("period=month", UPCOMING[:3]),
        ("period=past", ["last week", "last year"]),
        ("period=all", ALL),
        ("kind=debrief", []),
        ("kind=debrief&period=all", ["last week"]),
        ("state=draft", ["in spring"]),
        ("state=held", ["last week"]),
        ("state=scheduled&period=week", UPCOMING[:2]),
        ("led_by=both", ["last week"]),
    ],
)
def test_sessions_are_filtered(query: str, found: list[str], calendar: Cast):
    assert titles(query, calendar) == found


def test_sessions_are_filtered_by_cohort_and_edition(calendar: Cast):
    SessionFactory(cohort=CohortFactory(), title="another edition", date=TODAY)
    assert titles(f"cohort={calendar.other_cohort.pk}", calendar) == ["in six days"]
    assert titles(f"edition={calendar.edition.pk}", calendar) == UPCOMING


def test_member_can_choose_only_their_own_cohort(calendar: Cast):
    assert "cohort" not in calendar_of("", calendar, "M").filters.form.fields
    MembershipFactory(cohort=CohortFactory(name="Plaine"), user=calendar["M"])
    choices = calendar_of("", calendar, "M").filters.form.fields["cohort"].choices
    assert [name for _key, name in choices] == ["Plaine", "Rivage"]
    assert titles("", calendar, "M") == ["today", "in seven days", "in spring"]


@pytest.mark.parametrize(
    "query", ["cohort=9999", "cohort=x", "edition=%00", "state=asleep", "kind=&kind=party", "period=yesterday"]
)
def test_invalid_input_is_ignored_and_reported(query: str, calendar: Cast):
    filtered = calendar_of(query, calendar)
    assert [session.title for session in filtered.rows] == UPCOMING
    assert list(filtered.filters.form.errors) == [query.split("=", maxsplit=1)[0]]


def test_member_cannot_filter_by_an_invisible_cohort(calendar: Cast):
    assert titles(f"cohort={calendar.other_cohort.pk}&period=all", calendar, "M") == [
        title for title in ALL if title != "in six days"
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_choices_take_one_query(count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    for _ in range(count):
        CohortFactory()
    with django_assert_num_queries(1):
        assert len(calendar_of("", cast).filters.form.fields["cohort"].choices) == 2 + count
