"""What a list of sessions can be narrowed down to."""

from datetime import date

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from cohorts.models import Session
from cohorts.sessions.filters import SessionFilter
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, SessionFactory


@pytest.fixture
def calendar(cast: Cast) -> Cast:
    """Sessions before and after today in both cohorts of the cast."""
    for title, day, more in (
        ("last year", date(2026, 1, 20), {"state": "reported"}),
        ("last week", date(2026, 11, 17), {"state": "held", "kind": "debrief"}),
        ("today", TODAY, {}),
        ("in six days", date(2026, 11, 30), {"cohort": cast.other}),
        ("in seven days", date(2026, 12, 1), {}),
        ("in spring", date(2027, 3, 2), {"state": "draft"}),
    ):
        SessionFactory(**{"title": title, "date": day, "cohort": cast.cohort} | more)
    return cast


def asked(query: str, cast: Cast, letter: str = "S") -> SessionFilter:
    visible = Session.objects.visible_to(cast[letter])
    return SessionFilter(QueryDict(query), queryset=visible, user=cast[letter], today=TODAY)


def titles(query: str, cast: Cast, letter: str = "S") -> list[str]:
    return [session.title for session in asked(query, cast, letter).sessions]


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
    ],
)
def test_sessions_are_narrowed_down(query: str, found: list[str], calendar: Cast):
    assert titles(query, calendar) == found


def test_by_cohort_and_by_edition(calendar: Cast):
    SessionFactory(cohort=CohortFactory(), title="another edition", date=TODAY)
    assert titles(f"cohort={calendar.other.pk}", calendar) == ["in six days"]
    assert titles(f"edition={calendar.edition.pk}", calendar) == UPCOMING


def test_a_member_is_offered_their_own_cohort_and_finds_nothing_else(calendar: Cast):
    choices = asked("", calendar, "M").form.fields["cohort"].choices
    assert [label for _value, label in choices] == ["All cohorts", "Rivage"]
    assert titles("", calendar, "M") == ["today", "in seven days", "in spring"]


@pytest.mark.parametrize(
    "query", ["cohort=9999", "cohort=x", "edition=%00", "state=asleep", "kind=&kind=party", "period=yesterday"]
)
def test_nonsense_is_left_aside_and_said(query: str, calendar: Cast):
    filtered = asked(query, calendar)
    assert [session.title for session in filtered.sessions] == UPCOMING
    assert list(filtered.form.errors) == [query.split("=", maxsplit=1)[0]]


def test_a_member_cannot_ask_for_a_foreign_cohort(calendar: Cast):
    assert titles(f"cohort={calendar.other.pk}&period=all", calendar, "M") == [
        title for title in ALL if title != "in six days"
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_choices_cost_one_statement(count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    for _ in range(count):
        CohortFactory()
    with django_assert_num_queries(1):
        filtered = asked("", cast)
        assert len(filtered.form.fields["edition"].choices) == 2 + count
