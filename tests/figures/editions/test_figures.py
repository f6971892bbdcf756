"""Figures of an edition: sums with the number of known values, shared costs, and the masked counts."""

from datetime import date
from decimal import Decimal
from math import exp, hypot, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from figures.editions.figures import CohortRun, EditionFigures, PartialSum, compare, difference
from figures.editions.unit_cost import cost_each
from figures.outcomes.figures import Figures
from figures.rates import CurvePoint, MonthCounts, cumulative_incidence_from_counts, wilson
from figures.work.figures import WorkFigures

DAY = date(2026, 11, 24)
BOTH = CohortRun(7, 1, planned_euros=Decimal(100), actual_euros=Decimal(80), planned_days=Decimal(9), seats=15)
PLANNED = CohortRun(7, 2, planned_euros=Decimal(50), seats=12)
UNKNOWN = CohortRun(7, 2)
WITHDRAWN = CohortRun(7, 3, withdrawn=True, planned_euros=Decimal(1000), seats=15)


def edition(*runs: CohortRun, **implemented: int) -> EditionFigures:
    return EditionFigures(runs, Figures(DAY), WorkFigures(DAY), implemented)


def rates(implemented: int, still_open: int, month: int = 12) -> Figures:
    """Return rates of an edition: this many implemented in the third month, this many followed until a later one."""
    return Figures(DAY, (MonthCounts(3, implemented, 0, 0), MonthCounts(month, 0, 0, still_open)))


def test_sum_states_for_how_many_cohorts_it_is_known():
    figures = edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN)
    assert figures.sum_of("seats") == PartialSum(Decimal(27), 2, 3)
    assert figures.sum_of("actual_euros") == PartialSum(Decimal(80), 1, 3)
    assert [figures.sum_of(name).is_complete for name in ("seats", "sessions_held")] == [False, True]


def test_authorities_taking_part_are_counted_once_each():
    assert edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN).authorities == 2


def test_cost_is_the_actual_one_or_else_the_planned_one():
    figures = edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN)
    assert (figures.cost("euros"), figures.planned_cost_count("euros")) == (PartialSum(Decimal(130), 2, 3), 1)
    assert (figures.cost("days"), figures.planned_cost_count("days")) == (PartialSum(Decimal(9), 1, 3), 1)


def test_withdrawn_cohort_counts_its_actual_cost():
    spent = CohortRun(7, 3, withdrawn=True, planned_euros=Decimal(1000), actual_euros=Decimal(20))
    assert edition(BOTH, spent).cost("euros") == PartialSum(Decimal(100), 2, 2)


def test_cost_is_divided_by_the_ideas_of_cohorts_with_known_cost():
    assert edition(BOTH, PLANNED, euros=13).cost_each("euros") == cost_each(Decimal(130), 13)
    assert edition(BOTH, PLANNED).cost_each("days") == cost_each(Decimal(9), 0)
    assert edition(UNKNOWN, euros=3).cost_each("euros") is None


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        (date(2026, 1, 5), date(2028, 1, 4), 24),
        (date(2026, 1, 5), date(2028, 1, 3), 23),
        (date(2026, 1, 5), None, None),
        (None, date(2028, 1, 4), None),
    ],
)
def test_a_cohort_lasts_from_its_first_to_its_last_day(starts: date | None, ends: date | None, months: int | None):
    run = CohortRun(7, 1, started_on=starts, ended_on=ends)
    assert (run.months, edition(run).months) == (months, [] if months is None else [months])


# Whether figures tell editions apart


@pytest.mark.parametrize(
    ("editions", "months", "compared", "left_out", "significant_differences"),
    [
        ([], 24, (), (), []),
        ([rates(10, 20)], 12, (0,), (), []),
        ([rates(10, 20), rates(2, 2)], 12, (0,), (1,), []),  # fewer than five at risk
        ([rates(10, 20), rates(12, 20)], 12, (0, 1), (), []),
        ([rates(10, 20), rates(0, 20)], 12, (0, 1), (), [(0, 1)]),  # none implemented tells something too
        ([rates(1, 20), rates(0, 20)], 12, (0, 1), (), []),
        ([rates(2, 40), rates(1, 1), rates(30, 20)], 12, (0, 2), (1,), [(0, 2)]),
        ([rates(2, 40, 24), rates(30, 20, 24)], 24, (0, 1), (), [(0, 1)]),
        ([rates(10, 20, 24), rates(10, 20, 24), rates(10, 20)], 12, (0, 1, 2), (), []),
        ([Figures(DAY), rates(10, 20), rates(10, 20)], 12, (1, 2), (0,), []),
    ],
)
def test_editions_are_compared_at_the_horizon_most_reached_and_others_are_listed_as_left_out(
    editions: list[Figures],
    months: int,
    compared: tuple[int, ...],
    left_out: tuple[int, ...],
    significant_differences: list[tuple[int, int]],
):
    comparison = compare(editions)
    assert (comparison.months, comparison.compared, comparison.left_out) == (months, compared, left_out)
    assert [
        (difference.one, difference.other) for difference in comparison.significant_differences
    ] == significant_differences


def log_log(implemented: int, followed: int) -> tuple[float, float, float]:
    """Return a share with its interval, from SciPy's quantile and the variance of a binomial."""
    share = implemented / followed
    exponent = norm.ppf(0.975) * sqrt((1 - share) / (share * followed)) / log(share)
    return share, share ** exp(-exponent), share ** exp(exponent)


def test_overlapping_intervals_can_still_differ():
    """30 of 60 and 42 of 60: the intervals overlap, but so large a difference has a probability of 0.025."""
    (share, low, high), (other_share, other_low, other_high) = log_log(30, 60), log_log(42, 60)
    assert other_low < high
    (difference_found,) = compare([rates(30, 30), rates(42, 18)]).significant_differences
    assert (difference_found.estimate, difference_found.low, difference_found.high) == pytest.approx(
        (-0.2, -0.2 - hypot(share - low, other_high - other_share), -0.2 + hypot(high - share, other_share - other_low))
    )
    assert difference_found.high == pytest.approx(-0.0221, abs=1e-4)


def test_the_more_pairs_the_wider_each_interval():
    comparisons = [compare([rates(30, 30), rates(42, 18), *[rates(36, 24)] * more]) for more in range(5)]
    assert [len(comparison.differences) for comparison in comparisons] == [1, 3, 6, 10, 15]
    assert [round(100 * comparison.confidence, 2) for comparison in comparisons] == [95, 98.33, 99.17, 99.5, 99.67]
    assert [len(comparison.significant_differences) for comparison in comparisons] == [1, 0, 0, 0, 0]
    widths = [comparison.differences[0].high - comparison.differences[0].low for comparison in comparisons]
    assert widths == sorted(widths)


def point_of(implemented: int, followed: int) -> CurvePoint:
    return cumulative_incidence_from_counts([(3, implemented, 0, 0), (12, 0, 0, followed - implemented)]).at(12)


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.8, 0.95, 0.9967]))
def test_reversed_difference_has_the_opposite_sign_and_stays_between_minus_one_and_one(
    one: int, other: int, confidence: float
):
    estimate, low, high = difference(point_of(one, 45), point_of(other, 45), confidence)
    mirrored = difference(point_of(other, 45), point_of(one, 45), confidence)
    assert (-estimate, -high, -low) == pytest.approx(mirrored)
    assert -1 <= low <= estimate <= high <= 1


def any_difference_is_significant(ideas: int, confidence: float) -> np.ndarray:
    """Return whether two editions differ significantly, by their numbers of ideas and of implemented ideas."""
    points = [point_of(implemented, ideas) for implemented in range(ideas - 4)]
    pairs = [[difference(one, other, confidence) for other in points] for one in points]
    return np.array([[not low <= 0 <= high for _, low, high in row] for row in pairs])


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_three_equal_editions_differ_by_chance_in_at_most_one_of_twenty_cases(share: float):
    """Every outcome of 24 ideas in each, weighted by its probability."""
    significant_differences = any_difference_is_significant(24, 1 - 0.05 / 3)
    weight = binom.pmf(range(len(significant_differences)), 24, share)
    any_pair = (
        significant_differences[:, :, None] | significant_differences[:, None, :] | significant_differences[None, :, :]
    )
    assert np.einsum("abc,a,b,c->", any_pair, weight, weight, weight) <= 0.05


def test_shares_of_zero_and_one_are_bounded_by_the_ideas_still_at_risk():
    none, everyone = point_of(0, 20), cumulative_incidence_from_counts([(12, 20, 0, 0)]).at(12)
    assert (none.limits(), everyone.limits()) == (wilson(0, 20), wilson(20, 20))
    some = point_of(7, 20)
    assert some.limits() == (some.low, some.high)
    with pytest.raises(ValueError, match="Nothing was followed"):
        cumulative_incidence_from_counts([]).at(12).limits()
