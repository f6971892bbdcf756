"""Weight and share of each cohort at a horizon: they add up, and are the derivative of the estimate."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from figures.intervals import influence
from figures.intervals.influence import CohortPart, number_of_ideas
from figures.rates import IncidenceCurve, MonthCounts, cumulative_incidence_from_counts, months_of

rows = st.builds(MonthCounts, st.integers(0, 24), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
group_of_rows = st.lists(rows, min_size=1, max_size=8).filter(lambda group: any(months_of(group)))
groups_of_rows = st.lists(group_of_rows, min_size=2, max_size=5)


def cohort_parts(groups: list[list[MonthCounts]], curve: IncidenceCurve, months: float) -> list[CohortPart]:
    return influence.cohort_parts([months_of(group) for group in groups], curve, months)


def curve_of(groups: list[list[MonthCounts]]):
    return cumulative_incidence_from_counts(row for group in groups for row in group)


def share_with_one_more_copy_of(number: int, groups: list[list[MonthCounts]], months: int, copies: int) -> float:
    """Return the pooled share where each cohort comes `copies` times, and one of them once more."""
    weights = [copies + (position == number) for position in range(len(groups))]
    return (
        cumulative_incidence_from_counts(
            (row.months, *(weight * count for count in row[1:]))
            for weight, group in zip(weights, groups, strict=True)
            for row in group
        )
        .at(months)
        .implemented
    )


@given(groups_of_rows, st.integers(0, 24))
def test_weights_add_up_to_one_and_shares_to_the_pooled_share(groups, months: int):
    curve = curve_of(groups)
    parts = cohort_parts(groups, curve, months)
    assume(parts)
    assert sum(part.weight for part in parts) == pytest.approx(1)
    assert sum(part.weight * part.share for part in parts) == pytest.approx(curve.at(months).implemented, abs=1e-9)
    assert all(0 < part.weight <= 1 and 0 < part.followed <= 1 + 1e-9 for part in parts)


@given(groups_of_rows, st.integers(0, 24))
def test_distance_from_the_pooled_share_is_the_derivative_of_the_estimate(groups, months: int):
    curve, copies = curve_of(groups), 200_000
    share, parts = curve.at(months).implemented, cohort_parts(groups, curve, months)
    assume(len(parts) == len(groups))
    changes = [
        copies * (share_with_one_more_copy_of(number, groups, months, copies) - share) for number in range(len(groups))
    ]
    assert [part.weight * (part.share - share) for part in parts] == pytest.approx(changes, abs=1e-3)


def test_where_all_ideas_are_followed_the_parts_are_those_of_a_plain_count():
    groups = [
        [MonthCounts(2, 2, 1, 0), MonthCounts(9, 1, 0, 0), MonthCounts(20, 0, 0, 6)],
        [MonthCounts(5, 0, 1, 0), MonthCounts(13, 3, 1, 0), MonthCounts(19, 0, 0, 15)],
    ]
    parts = cohort_parts(groups, curve_of(groups), 12)
    assert parts == [
        CohortPart(pytest.approx(1 / 3), pytest.approx(3 / 10), pytest.approx(1)),
        CohortPart(pytest.approx(2 / 3), pytest.approx(0, abs=1e-12), pytest.approx(1)),
    ]


def test_cohort_that_leaves_early_weighs_less_than_its_size():
    """Both have four ideas; half of the events come when those of the second cohort are no longer followed."""
    groups = [
        [MonthCounts(3, 1, 0, 0), MonthCounts(9, 1, 0, 0), MonthCounts(15, 0, 0, 2)],
        [MonthCounts(6, 0, 0, 4)],
    ]
    first, second = 1 / 8, 7 / 8 / 3
    parts = cohort_parts(groups, curve_of(groups), 12)
    assert [part.weight for part in parts] == pytest.approx(
        [(first / 2 + second) / (first + second), first / 2 / (first + second)]
    )
    assert [part.followed for part in parts] == pytest.approx([1, first / 8 / (first / 8 + second / 4)])


def test_idea_censored_in_the_month_of_an_event_was_followed_to_it():
    groups = [[MonthCounts(6, 1, 0, 3)], [MonthCounts(6, 0, 0, 4)]]
    assert [part.followed for part in cohort_parts(groups, curve_of(groups), 12)] == [1, 1]


def test_cohort_that_was_followed_until_no_event_is_left_out():
    groups = [[MonthCounts(6, 1, 1, 3)], [MonthCounts(5, 0, 0, 4)], [MonthCounts(6, 0, 0, 4)]]
    parts = cohort_parts(groups, curve_of(groups), 12)
    assert [round(part.weight, 6) for part in parts] == [round(5 / 9, 6), round(4 / 9, 6)]


def test_without_events_there_are_no_parts():
    groups = [[MonthCounts(6, 0, 0, 3)], [MonthCounts(8, 1, 0, 2)]]
    assert cohort_parts(groups, curve_of(groups), 7) == []
    assert number_of_ideas(months_of(groups[1])) == 3
