"""Time to any decision, against a handwritten product-limit estimate and against lifelines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.outcomes.outcome_counts import time_to_outcome
from figures.rates import MonthCounts
from tests.factories.rates import TWENTY_FOUR_IDEAS

lifelines = pytest.importorskip("lifelines")

IDEAS = st.lists(st.tuples(st.integers(0, 36), st.sampled_from([0, 1, 2])), min_size=1, max_size=40)


def rows_of(ideas: list[tuple[int, int]]) -> list[MonthCounts]:
    return [MonthCounts(months, *(kind == outcome for kind in (1, 2, 0))) for months, outcome in ideas]


def by_hand(ideas: list[tuple[int, int]], share: float) -> int | None:
    """Return the first month at which the product-limit estimate without an outcome is at most 1 - share."""
    waiting = 1.0
    for month in sorted({months for months, outcome in ideas if outcome}):
        at_risk = sum(months >= month for months, _ in ideas)
        waiting *= 1 - sum(bool(outcome) for months, outcome in ideas if months == month) / at_risk
        if waiting <= 1 - share + 1e-12:
            return month
    return None


def test_the_worked_example():
    assert time_to_outcome(rows_of(TWENTY_FOUR_IDEAS)) == [8, 14, 21]


@pytest.mark.parametrize("rows", [[], [MonthCounts(12, 0, 0, 3)]])
def test_without_any_outcome_nothing_is_reached(rows: list[MonthCounts]):
    assert time_to_outcome(rows) == [None, None, None]


def test_time_to_outcome_is_the_same_for_both_outcomes():
    assert time_to_outcome([MonthCounts(3, 2, 0, 1)]) == time_to_outcome([MonthCounts(3, 0, 2, 1)])


@given(IDEAS)
def test_time_to_outcome_is_the_product_limit_estimate(ideas: list[tuple[int, int]]):
    assert time_to_outcome(rows_of(ideas)) == [by_hand(ideas, share) for share in (0.25, 0.5, 0.75)]


def test_median_equals_that_of_lifelines():
    fitted = lifelines.KaplanMeierFitter().fit(
        [months for months, _ in TWENTY_FOUR_IDEAS], [bool(outcome) for _, outcome in TWENTY_FOUR_IDEAS]
    )
    assert time_to_outcome(rows_of(TWENTY_FOUR_IDEAS))[1] == fitted.median_survival_time_
