"""People by circle: distinct on any day, counted once in the innermost circle, with leavers."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.people.enums import MembershipRole
from figures.network.charts import network_chart
from figures.network.people import (
    CIRCLE_OF,
    CircleChange,
    NetworkCircle,
    comparison_day,
    month_ends,
    network,
)
from figures.network.people_sql import ORDER, PEOPLE_OVER_TIME
from figures.network.queries import read_people_counts

AS_OF = date(2026, 11, 25)
FIRST_DAY = date(2024, 9, 1)
DAYS = st.integers(0, 900).map(lambda days: FIRST_DAY + timedelta(days=days))
# Person, circle, first and last day.
MEMBERSHIPS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 3), DAYS, st.none() | st.integers(0, 500)), max_size=25
).map(lambda rows: [(*who, first, None if days is None else first + timedelta(days)) for *who, first, days in rows])
VALUES = """
    SELECT *, NULL::bigint AS cohort
    FROM unnest(ARRAY[{0}]::int[], ARRAY[{1}]::int[], ARRAY[{2}]::date[], ARRAY[{3}]::date[])
    AS rows (person, circle, starts_on, ends_on)
"""
Held = tuple[int, int, date, date | None]


def as_sql(rows: list[Held]) -> str:
    columns = zip(*rows, strict=True) if rows else ((),) * 4
    return VALUES.format(*(", ".join("NULL" if cell is None else f"'{cell}'" for cell in each) for each in columns))


def innermost(rows: list[Held], day: date) -> dict[int, NetworkCircle]:
    """Count naively: everyone in the network that day, each in the innermost of their circles."""
    held = [(person, circle) for person, circle, first, last in rows if first <= day and (not last or day <= last)]
    return {person: ORDER[min(circle for one, circle in held if one == person)] for person, _circle in held}


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(MEMBERSHIPS, DAYS)
def test_statement_agrees_with_a_naive_count_on_every_day_shown(rows, as_of: date):
    sql = PEOPLE_OVER_TIME.format(memberships=as_sql(rows))
    counts = read_people_counts(sql, {"as_of": as_of, "earlier": comparison_day(as_of)})
    grown = network(counts.changes, as_of=as_of)
    for point in (*grown.points, *([grown.earlier] if grown.earlier else [])):
        people = list(innermost(rows, point.day).values())
        ever = {person for person, _circle, first, *_rest in rows if first <= point.day}
        assert point.circles == {circle: people.count(circle) for circle in NetworkCircle}
        assert point.ever == len(ever)
        assert 0 <= point.left == point.ever - point.active
    assert bool(grown.now) == any(first <= as_of for _person, _circle, first, *_rest in rows)
    assert not grown.now or grown.now.day == as_of


def test_every_role_has_a_circle_and_ambassadors_are_innermost():
    assert set(CIRCLE_OF) == set(MembershipRole)
    assert [CIRCLE_OF[role] for role in ("ambassador", "relay", "elected", "resident")] == list(NetworkCircle)


def test_before_the_first_member_there_is_no_point():
    nothing = network([], as_of=AS_OF)
    assert (nothing.now, nothing.earlier, nothing.points, nothing.changed_points, network_chart(nothing)) == (
        None,
        None,
        (),
        [],
        None,
    )


def test_there_is_a_point_for_each_month_end_and_for_the_day_itself():
    grown = network([CircleChange(date(2026, 8, 31), "first", 3), CircleChange(AS_OF, "first", -1)], as_of=AS_OF)
    days = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), AS_OF]
    assert [(point.day, point.active) for point in grown.points] == list(zip(days, [3, 3, 3, 2], strict=True))
    assert [point.day for point in grown.changed_points] == [days[0], days[-1]]


def test_the_end_of_a_month_is_one_point():
    assert list(month_ends(date(2027, 1, 31), date(2027, 3, 31))) == [date(2027, 1, 31), date(2027, 2, 28)]


@pytest.mark.parametrize(
    ("as_of", "before"),
    [
        (AS_OF, date(2024, 11, 25)),
        (date(2028, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2024, 2, 29)),
        (date(2026, 2, 27), date(2024, 2, 27)),
        (date(2026, 4, 30), date(2024, 4, 30)),
    ],
)
def test_the_end_of_a_month_is_compared_with_the_end_of_a_month(as_of: date, before: date):
    """Otherwise they would be two days of one month, and reveal what one person did between them."""
    assert comparison_day(as_of) == before
