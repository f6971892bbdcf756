"""The interval of a share pooled over cohorts: by hand, against simpler cases, and as properties."""

from collections import Counter
from collections.abc import Iterable
from math import exp, log, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from figures.intervals import pooled as pooled_shares
from figures.intervals.pooled import PooledShare, pooled_count
from figures.rates import MonthCounts, cumulative_incidence_from_counts, months_of, wilson

cohort_counts = st.integers(1, 40).flatmap(lambda accepted: st.tuples(st.integers(0, accepted), st.just(accepted)))
counts_of_cohorts = st.lists(cohort_counts, min_size=2, max_size=8)
events = st.tuples(st.integers(1, 24), st.booleans())
idea_rows = st.tuples(st.integers(1, 24), st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1)]))
cohorts_of_ideas = st.lists(st.lists(idea_rows, min_size=1, max_size=15), min_size=2, max_size=5)


def in_log_odds(share: float, variance: float, degrees: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval by cohort computed with SciPy."""
    margin = t.ppf((1 + confidence) / 2, degrees) * sqrt(variance) / (share * (1 - share))
    centre = log(share / (1 - share))
    low, high = (1 / (1 + exp(-centre - sign * margin)) for sign in (-1, 1))
    return low, high


def month_counts(ideas) -> list[MonthCounts]:
    return [MonthCounts(months, *counts) for months, counts in ideas]


def pooled_incidence(cohorts: Iterable[list[MonthCounts]], months: float) -> PooledShare:
    return pooled_shares.pooled_incidence(map(months_of, cohorts), months)


def bounds(pooled: PooledShare) -> tuple[float | None, float | None]:
    return pooled.low, pooled.high


# The plain count


def test_two_cohorts_of_one_size_by_hand():
    """Shares 0.2 and 0.4 differ by 0.2: the variance of their mean is (0.2 / 2)²."""
    pooled = pooled_count([(2, 10), (4, 10)])
    assert bounds(pooled) == pytest.approx(in_log_odds(0.3, 0.1**2, 1))
    assert (pooled.share, pooled.interval, pooled.cohorts, pooled.reason) == (0.3, "by cohort", 2, "")
    assert pooled.variance == pytest.approx(0.3 * 0.7 / 20)
    assert pooled.variance_by_cohort == pytest.approx(0.1**2)


def test_two_cohorts_of_different_sizes_by_hand():
    """The weights are 1/4 and 3/4, and half the squared difference of the shares is the variance of one of them."""
    pooled = pooled_count([(1, 10), (15, 30)])
    assert bounds(pooled) == pytest.approx(in_log_odds(0.4, (1 / 16 + 9 / 16) * 0.4**2 / 2, 1))


def test_cohorts_of_one_size_have_the_variance_of_a_mean():
    shares = [0.1, 0.3, 0.35, 0.45]
    variance = sum((share - 0.3) ** 2 for share in shares) / (4 * 3)
    pooled = pooled_count([(2, 20), (6, 20), (7, 20), (9, 20)])
    assert bounds(pooled) == pytest.approx(in_log_odds(0.3, variance, 3))


def test_three_cohorts_of_different_sizes_by_hand():
    """Differences weighted by n / (1 + 0.05 (n − 1)): 5, 8 and 32 ideas count as 25/6, 160/27 and 640/51."""
    weights = [25 / 6, 160 / 27, 640 / 51]
    total, shares = sum(weights), [1 / 5, 4 / 8, 8 / 32]
    mean = sum(weight * share for weight, share in zip(weights, shares, strict=True)) / total
    differences = sum(weight * (share - mean) ** 2 for weight, share in zip(weights, shares, strict=True))
    if_alike = sum(weight * (1 - weight / total) for weight in weights)
    variance = differences / if_alike * (5**2 + 8**2 + 32**2) / 45**2
    assert bounds(pooled_count([(1, 5), (4, 8), (8, 32)])) == pytest.approx(in_log_odds(13 / 45, variance, 2))


def test_more_confidence_is_a_wider_interval():
    assert bounds(pooled_count([(2, 10), (4, 10)], confidence=0.8)) == pytest.approx(in_log_odds(0.3, 0.01, 1, 0.8))


@given(counts_of_cohorts)
def test_interval_contains_that_of_ideas_with_nothing_in_common(counts: list[tuple[int, int]]):
    pooled = pooled_count(counts)
    implemented, accepted = map(sum, zip(*counts, strict=True))
    low, high = wilson(implemented, accepted)
    assert 0 <= pooled.low <= low <= pooled.share <= high <= pooled.high <= 1


@given(counts_of_cohorts, st.randoms())
def test_order_of_cohorts_and_empty_ones_do_not_matter(counts: list[tuple[int, int]], chance):
    shuffled = [*counts, (0, 0)]
    chance.shuffle(shuffled)
    one, other = pooled_count(counts), pooled_count(shuffled)
    assert bounds(one) == pytest.approx(bounds(other))
    assert (one.share, one.cohorts) == (other.share, other.cohorts)


def test_cohorts_with_equal_shares_have_the_interval_of_ideas_with_nothing_in_common():
    pooled = pooled_count([(3, 10), (6, 20), (9, 30)])
    assert bounds(pooled) == wilson(18, 60)
    assert (pooled.interval, pooled.variance_by_cohort) == ("by cohort", pytest.approx(0))


@pytest.mark.parametrize("cohorts", [2, 3, 7])
def test_bound_where_nothing_or_everything_is_implemented_takes_each_cohort_as_one_idea(cohorts: int):
    none, every = pooled_count([(0, 12)] * cohorts), pooled_count([(12, 12)] * cohorts)
    assert none == PooledShare(0, *wilson(0, cohorts), "by cohort", cohorts)
    assert every == PooledShare(1, *wilson(cohorts, cohorts), "by cohort", cohorts)


def test_one_cohort_has_wilsons_interval():
    assert pooled_count([(13, 49), (0, 0)]) == PooledShare(
        13 / 49, *wilson(13, 49), "wilson", 1, pytest.approx(13 / 49 * 36 / 49 / 49)
    )


@pytest.mark.parametrize("counts", [[], [(0, 0), (0, 0)]])
def test_without_ideas_there_is_no_share_and_a_reason(counts: list[tuple[int, int]]):
    assert pooled_count(counts) == PooledShare(None, reason="no ideas")
    assert pooled_incidence([[MonthCounts(1, *pair, 0)] for pair in counts], 12) == PooledShare(None, reason="no ideas")


@pytest.mark.parametrize("pair", [(6, 5), (-1, 5), (0, -1), (nan, 5)])
def test_impossible_counts_are_refused(pair: tuple[int, int]):
    with pytest.raises(ValueError, match=rf"^{pair[0]} out of {pair[1]} is not a count of successes\.$"):
        pooled_count([(1, 5), pair])


@pytest.mark.parametrize("confidence", [0, 1, 95, nan])
def test_impossible_confidence_is_refused(confidence: float):
    with pytest.raises(ValueError, match=rf"^A confidence lies between 0 and 1: {confidence} does not\.$"):
        pooled_count([(1, 5), (2, 5)], confidence=confidence)


# The share at a horizon


@given(st.lists(st.lists(events, min_size=1, max_size=15), min_size=2, max_size=5), st.integers(1, 24))
def test_where_all_ideas_are_followed_the_interval_is_that_of_the_plain_count(cohorts, months: int):
    rows = [
        month_counts((time, (1, 0, 0) if implemented else (0, 1, 0)) for time, implemented in ideas)
        for ideas in cohorts
    ]
    counts = [(sum(time <= months and implemented for time, implemented in ideas), len(ideas)) for ideas in cohorts]
    pooled, plain = pooled_incidence(rows, months), pooled_count(counts)
    assert (pooled.share, pooled.variance) == pytest.approx((plain.share, plain.variance))
    point = cumulative_incidence_from_counts(row for ideas in rows for row in ideas).at(months)
    if 0 < plain.share < 1:
        low, high = point.limits()
        assert bounds(pooled) == pytest.approx(
            (min(low, in_log_odds_of(counts)[0]), max(high, in_log_odds_of(counts)[1])), abs=1e-9
        )
        assert pooled.variance_by_cohort == pytest.approx(plain.variance_by_cohort, abs=1e-12)


def in_log_odds_of(counts: list[tuple[int, int]]) -> tuple[float, float]:
    """Return the interval by cohort of a plain count, without the floor of Wilson's interval."""
    plain = pooled_count(counts)
    return in_log_odds(plain.share, plain.variance_by_cohort, len(counts) - 1)


@given(cohorts_of_ideas, st.integers(1, 20))
def test_interval_at_a_horizon_contains_the_log_log_interval(cohorts, months: int):
    rows = [month_counts(ideas) for ideas in cohorts]
    pooled = pooled_incidence(rows, months)
    point = cumulative_incidence_from_counts(row for ideas in rows for row in ideas).at(months)
    assert (pooled.share, pooled.variance) == (point.implemented, point.variance)
    if pooled.low is not None and 0 < pooled.share < 1:
        low, high = point.limits()
        assert 0 <= pooled.low <= low <= pooled.share <= high <= pooled.high <= 1


@given(cohorts_of_ideas, st.integers(1, 20), st.randoms())
def test_order_of_cohorts_and_rows_added_up_do_not_matter(cohorts, months: int, chance):
    shuffled = [
        [MonthCounts(time, *(ideas * count for count in counts)) for (time, counts), ideas in Counter(cohort).items()]
        for cohort in cohorts
    ]
    chance.shuffle(shuffled)
    one, other = pooled_incidence(map(month_counts, cohorts), months), pooled_incidence([*shuffled, []], months)
    assert (one.low, one.high, one.share) == pytest.approx((other.low, other.high, other.share), nan_ok=True)
    assert (one.cohorts, one.interval, one.reason) == (other.cohorts, other.interval, other.reason)


def test_one_cohort_has_the_log_log_interval():
    rows = [MonthCounts(3, 4, 2, 0), MonthCounts(14, 0, 0, 10)]
    point = cumulative_incidence_from_counts(rows).at(12)
    assert pooled_incidence([rows, []], 12) == PooledShare(
        0.25, point.low, point.high, "log-log", 1, pytest.approx(point.variance)
    )


OLD = [MonthCounts(3, 4, 2, 0), MonthCounts(14, 0, 0, 10)]
YOUNG = [MonthCounts(3, 1, 0, 0), MonthCounts(11, 0, 0, 9)]


def test_one_of_several_cohorts_followed_to_the_horizon_gives_no_interval_and_a_reason():
    pooled = pooled_incidence([OLD, YOUNG, YOUNG], 12)
    assert (*bounds(pooled), pooled.interval, pooled.cohorts) == (None, None, None, 1)
    assert (pooled.share, pooled.reason) == (pytest.approx(5 / 36 + 1 / 36), "too few cohorts followed")


@pytest.mark.parametrize(("months", "interval"), [(11, "by cohort"), (11.01, None)])
def test_cohort_is_followed_as_long_as_one_idea_is(months: float, interval: str | None):
    assert pooled_incidence([OLD, YOUNG], months).interval == interval


def test_cohort_whose_ideas_all_ended_is_followed():
    assert pooled_incidence([OLD, [MonthCounts(2, 1, 1, 0)]], 12).interval == "by cohort"


def test_cohort_not_followed_to_the_horizon_counts_as_a_part_of_a_cohort():
    """The third cohort leaves before the second of two moments with events."""
    old = [[MonthCounts(4, 1, 0, 0), MonthCounts(10, 1, 0, 0), MonthCounts(20, 0, 0, 8)] for _ in range(2)]
    young = [MonthCounts(6, 0, 0, 10)]
    pooled = pooled_incidence([*old, young], 12)
    first, second = 2 / 30, 28 / 30 * 2 / 18  # what the events add: to the weight of 30 ideas, and of 20
    assert (pooled.share, pooled.cohorts) == (pytest.approx(first + second), 3)
    followed = first / 30 / (first / 30 + second / 20)
    assert bounds(pooled) == pytest.approx(in_log_odds(pooled.share, pooled.variance_by_cohort, 2 + followed - 1))


def test_cohort_that_left_before_the_first_event_does_not_count():
    left = [MonthCounts(2, 0, 0, 30)]
    cohorts = [OLD, [MonthCounts(5, 1, 0, 0), MonthCounts(15, 0, 0, 6)]]
    assert pooled_incidence([*cohorts, left], 12) == pooled_incidence(cohorts, 12)


def test_bound_at_a_horizon_without_events_takes_each_cohort_followed_as_one_idea():
    followed, left = [MonthCounts(14, 0, 0, 20)], [MonthCounts(6, 0, 0, 20)]
    assert pooled_incidence([followed, followed, left], 12) == PooledShare(0, *wilson(0, 2), "by cohort", 2)


@pytest.mark.parametrize("months", [-1, nan])
def test_impossible_months_are_refused(months: float):
    with pytest.raises(ValueError, match=rf"^Months after acceptance cannot be negative: {months}\.$"):
        pooled_incidence([OLD, OLD], months)
