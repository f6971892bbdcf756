"""What an edition was, cost and gave: sums that say of how many they are known, costs shared out, what can be told."""

from datetime import date
from decimal import Decimal
from math import exp, hypot, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from figures.editions.figures import EditionFigures, Known, Run, compare, difference
from figures.editions.unit_cost import cost_each
from figures.outcomes.figures import Figures
from figures.rates import CurvePoint, MonthCounts, cumulative_incidence_from_counts, wilson
from figures.work.figures import WorkFigures

DAY = date(2026, 11, 24)
BOTH = Run(7, 1, planned_euros=Decimal(100), actual_euros=Decimal(80), planned_days=Decimal(9), seats=15)
PLANNED = Run(7, 2, planned_euros=Decimal(50), seats=12)
UNKNOWN = Run(7, 2)
WITHDRAWN = Run(7, 3, withdrawn=True, planned_euros=Decimal(1000), seats=15)


def edition(*runs: Run, **implemented: int) -> EditionFigures:
    return EditionFigures(runs, Figures(DAY), WorkFigures(DAY), implemented)


def rates(implemented: int, still_open: int, month: int = 12) -> Figures:
    """So many implemented in the third month, so many followed until a later one."""
    return Figures(DAY, (MonthCounts(3, implemented, 0, 0), MonthCounts(month, 0, 0, still_open)))


def test_a_sum_says_of_how_many_cohorts_it_is_known():
    told = edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN)
    assert told.known("seats") == Known(Decimal(27), 2, 3)
    assert told.known("actual_euros") == Known(Decimal(80), 1, 3)
    assert [told.known(name).complete for name in ("seats", "sessions_held")] == [False, True]


def test_authorities_are_those_that_take_part_each_once():
    assert edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN).authorities == 2


def test_a_cost_is_what_was_spent_else_what_is_planned():
    told = edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN)
    assert (told.cost("euros"), told.planned_only("euros")) == (Known(Decimal(130), 2, 3), 1)
    assert (told.cost("days"), told.planned_only("days")) == (Known(Decimal(9), 1, 3), 1)


def test_a_cohort_that_withdrew_counts_what_it_cost():
    spent = Run(7, 3, withdrawn=True, planned_euros=Decimal(1000), actual_euros=Decimal(20))
    assert edition(BOTH, spent).cost("euros") == Known(Decimal(100), 2, 2)


def test_a_cost_is_shared_out_over_the_ideas_of_the_cohorts_it_is_known_of():
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
    run = Run(7, 1, started_on=starts, ended_on=ends)
    assert (run.months, edition(run).months) == (months, [] if months is None else [months])


# Whether figures tell editions apart


@pytest.mark.parametrize(
    ("editions", "months", "compared", "left_out", "apart"),
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
def test_editions_are_compared_where_most_were_followed_and_none_is_dropped_without_a_word(
    editions: list[Figures],
    months: int,
    compared: tuple[int, ...],
    left_out: tuple[int, ...],
    apart: list[tuple[int, int]],
):
    told = compare(editions)
    assert (told.months, told.compared, told.left_out) == (months, compared, left_out)
    assert [(difference.one, difference.other) for difference in told.apart] == apart


def log_log(implemented: int, followed: int) -> tuple[float, float, float]:
    """A share with its interval, from SciPy's quantile and the variance of a binomial."""
    share = implemented / followed
    reach = norm.ppf(0.975) * sqrt((1 - share) / (share * followed)) / log(share)
    return share, share ** exp(-reach), share ** exp(reach)


def test_overlapping_intervals_do_not_make_editions_alike():
    """30 of 60 and 42 of 60: the intervals overlap, yet so large a difference has a chance of 0.025."""
    (share, low, high), (other_share, other_low, other_high) = log_log(30, 60), log_log(42, 60)
    assert other_low < high
    (told,) = compare([rates(30, 30), rates(42, 18)]).apart
    assert (told.estimate, told.low, told.high) == pytest.approx(
        (-0.2, -0.2 - hypot(share - low, other_high - other_share), -0.2 + hypot(high - share, other_share - other_low))
    )
    assert told.high == pytest.approx(-0.0221, abs=1e-4)


def test_the_more_pairs_the_wider_each_interval():
    told = [compare([rates(30, 30), rates(42, 18), *[rates(36, 24)] * more]) for more in range(5)]
    assert [len(comparison.differences) for comparison in told] == [1, 3, 6, 10, 15]
    assert [round(100 * comparison.confidence, 2) for comparison in told] == [95, 98.33, 99.17, 99.5, 99.67]
    assert [len(comparison.apart) for comparison in told] == [1, 0, 0, 0, 0]
    widths = [comparison.differences[0].high - comparison.differences[0].low for comparison in told]
    assert widths == sorted(widths)


def point_of(implemented: int, followed: int) -> CurvePoint:
    return cumulative_incidence_from_counts([(3, implemented, 0, 0), (12, 0, 0, followed - implemented)]).at(12)


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.8, 0.95, 0.9967]))
def test_a_difference_turned_round_is_its_mirror_and_stays_between_all_and_nothing(
    one: int, other: int, confidence: float
):
    estimate, low, high = difference(point_of(one, 45), point_of(other, 45), confidence)
    mirrored = difference(point_of(other, 45), point_of(one, 45), confidence)
    assert (-estimate, -high, -low) == pytest.approx(mirrored)
    assert -1 <= low <= estimate <= high <= 1


def difference_shown(ideas: int, confidence: float) -> np.ndarray:
    """Whether two editions of so many ideas are told apart, by how many of each are implemented."""
    points = [point_of(implemented, ideas) for implemented in range(ideas - 4)]
    told = [[difference(one, other, confidence) for other in points] for one in points]
    return np.array([[not low <= 0 <= high for _, low, high in row] for row in told])


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_of_three_editions_that_are_alike_chance_sets_two_apart_in_one_of_twenty_cases_at_most(share: float):
    """Every outcome of 24 ideas in each, weighed by its chance."""
    apart = difference_shown(24, 1 - 0.05 / 3)
    weight = binom.pmf(range(len(apart)), 24, share)
    any_pair = apart[:, :, None] | apart[:, None, :] | apart[None, :, :]
    assert np.einsum("abc,a,b,c->", any_pair, weight, weight, weight) <= 0.05


def test_a_share_that_is_none_or_all_is_bounded_by_those_still_at_risk():
    none, everyone = point_of(0, 20), cumulative_incidence_from_counts([(12, 20, 0, 0)]).at(12)
    assert (none.limits(), everyone.limits()) == (wilson(0, 20), wilson(20, 20))
    some = point_of(7, 20)
    assert some.limits() == (some.low, some.high)
    with pytest.raises(ValueError, match="Nothing was followed"):
        cumulative_incidence_from_counts([]).at(12).limits()
