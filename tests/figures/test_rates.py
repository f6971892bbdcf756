"""Rates against the worked example, the jackknife, SciPy and general properties (R: `tools/oracles`)."""

import random
from collections import Counter
from dataclasses import FrozenInstanceError, astuple
from itertools import accumulate
from math import exp, log, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from figures.intervals.pooled import pooled_incidence
from figures.rates import (
    MASK_BELOW,
    CurvePoint,
    MonthCounts,
    cumulative_incidence,
    cumulative_incidence_from_counts,
    is_masked,
    months_of,
    wilson,
)

IMPLEMENTED, ABANDONED, OPEN = "implemented", "abandoned", "open"

TWENTY_FOUR_IDEAS = [
    (3, IMPLEMENTED),
    (4, ABANDONED),
    (5, IMPLEMENTED),
    (6, IMPLEMENTED),
    (6, ABANDONED),
    (7, OPEN),
    (8, IMPLEMENTED),
    (9, ABANDONED),
    (9, IMPLEMENTED),
    (10, OPEN),
    (11, IMPLEMENTED),
    (12, ABANDONED),
    (12, IMPLEMENTED),
    (13, OPEN),
    (14, ABANDONED),
    (15, IMPLEMENTED),
    (16, OPEN),
    (18, ABANDONED),
    (18, IMPLEMENTED),
    (20, OPEN),
    (21, IMPLEMENTED),
    (22, OPEN),
    (24, OPEN),
    (24, OPEN),
]

observations = st.tuples(st.integers(0, 30), st.sampled_from([IMPLEMENTED, ABANDONED, OPEN]))
portfolios = st.lists(observations, min_size=1, max_size=60)


def random_portfolio(seed):
    """Return ideas with few distinct months, so that events of both kinds and censoring often tie."""
    chance = random.Random(seed)
    weights = [chance.uniform(0.2, 1) for _ in range(3)]
    last_month = chance.choice([4, 9, 24])
    return [
        (chance.randint(0, last_month), chance.choices([IMPLEMENTED, ABANDONED, OPEN], weights)[0])
        for _ in range(chance.randint(5, 60))
    ]


def rounded(point):
    return tuple(None if figure is None else round(figure, 6) for figure in astuple(point)[:-1])


def implemented_shares(curve):
    return [curve.at(month).implemented for month in range(32)]


# The worked example


def test_the_worked_example_at_12_months():
    point = cumulative_incidence(TWENTY_FOUR_IDEAS).at(12)
    assert rounded(point) == (12, 0.307209, 0.135890, 0.497631, 0.174438, 0.518353, 13)


def test_the_worked_example_at_24_months():
    point = cumulative_incidence(TWENTY_FOUR_IDEAS).at(24)
    assert rounded(point) == (24, 0.492335, 0.256978, 0.691057, 0.285514, 0.222151, 2)


def test_the_worked_example_as_a_plain_count():
    low, high = wilson(10, 24)
    assert (round(100 * low, 1), round(100 * high, 1)) == (24.5, 61.2)


def test_the_curve_has_one_step_for_each_month_with_an_event():
    curve = cumulative_incidence(TWENTY_FOUR_IDEAS)
    assert [step.months for step in curve.steps] == [3, 4, 5, 6, 8, 9, 11, 12, 14, 15, 18, 21]
    assert [step.at_risk for step in curve.steps] == [24, 23, 22, 21, 18, 17, 14, 13, 10, 9, 7, 4]
    assert all(step == curve.at(step.months) for step in curve.steps)


def test_curve_is_flat_between_two_steps_while_fewer_ideas_are_at_risk():
    curve = cumulative_incidence(TWENTY_FOUR_IDEAS)
    assert [curve.at(months).at_risk for months in (15, 16, 17, 18)] == [9, 8, 7, 7]
    assert rounded(curve.at(17)) == (17, *rounded(curve.at(15))[1:-1], 7)


def test_months_to_a_share_of_the_ideas():
    curve = cumulative_incidence(TWENTY_FOUR_IDEAS)
    assert [curve.months_to_quantile(share) for share in (0.01, 0.25, 0.3, 0.4923, 0.5, 1)] == [
        3,
        11,
        12,
        21,
        None,
        None,
    ]


def test_shares_are_known_as_long_as_five_ideas_are_at_risk():
    curve = cumulative_incidence(TWENTY_FOUR_IDEAS)
    assert (curve.at(20).at_risk, curve.at(21).at_risk) == (MASK_BELOW, MASK_BELOW - 1)
    assert [curve.is_known_at(months) for months in (0, 20, 21, 24)] == [True, True, False, False]
    assert (curve.last_known(), curve.first_censored) == (20, 7)


def test_shares_are_known_until_the_first_of_five_ideas_is_censored():
    old = [(3, IMPLEMENTED)] * 12 + [(9, ABANDONED)] * 9 + [(26.5, OPEN)] * 3
    curve = cumulative_incidence(old)
    assert [curve.is_known_at(months) for months in (24, 26.5, 26.6)] == [True, True, False]
    assert (curve.at(24).implemented, curve.at(24).at_risk, curve.last_known()) == (0.5, 3, 26.5)
    assert cumulative_incidence([*old, (20, OPEN)]).last_known() == 20
    assert not cumulative_incidence([(3, IMPLEMENTED)] * 4).is_known_at(3)
    assert cumulative_incidence([(3, IMPLEMENTED)] * 5).is_known_at(99)


def test_where_all_is_known_and_nothing_implemented_the_bound_is_that_of_all_ideas():
    closed = [MonthCounts(9, 0, 24, 0)]
    found = [pooled_incidence([months_of(rows)], 24) for rows in (closed, [*closed, MonthCounts(4, 0, 0, 1)])]
    assert [(share.low, share.high) for share in found] == [wilson(0, 24), wilson(0, 0)]


def test_one_minus_kaplan_meier_would_overstate():
    without_competition = [(m, OPEN if outcome == ABANDONED else outcome) for m, outcome in TWENTY_FOUR_IDEAS]
    assert round(cumulative_incidence(without_competition).at(24).implemented, 3) == 0.621


# Agreement with independent computations


def weighted_incidence(weights, until):
    """Return the Aalen-Johansen estimate as a plain function of the weight of each (month, outcome)."""
    still_open, implemented = 1, 0
    for month in sorted({month for month, _ in weights if month <= until}):
        at_risk = sum(weight for (when, _), weight in weights.items() if when >= month)
        won, lost = weights.get((month, IMPLEMENTED), 0), weights.get((month, ABANDONED), 0)
        implemented += still_open * won / at_risk
        still_open *= 1 - (won + lost) / at_risk
    return implemented


def jackknife_interval(portfolio, until):
    """Return the interval from the infinitesimal jackknife, which R uses for its variance.

    Each idea's influence is the derivative of the estimate by that idea's weight, computed exactly by a complex step.
    For unweighted ideas the sum of their squares equals the delta-method variance.
    """
    weights = Counter(portfolio)
    tiny = 1e-30
    influence = {
        kind: weighted_incidence(weights | {kind: n + tiny * 1j}, until).imag / tiny for kind, n in weights.items()
    }
    share = weighted_incidence(weights, until)
    spread = sqrt(sum(n * influence[kind] ** 2 for kind, n in weights.items())) / (share * log(share))
    quantile = 1.959963984540054
    return tuple(exp(-exp(log(-log(share)) + sign * quantile * abs(spread))) for sign in (1, -1))


def test_same_intervals_as_the_infinitesimal_jackknife_at_every_step_of_200_random_portfolios():
    compared = 0
    for seed in range(200):
        portfolio = random_portfolio(seed)
        for step in cumulative_incidence(portfolio).steps:
            if step.low is not None:
                expected = jackknife_interval(portfolio, step.months)
                assert (step.low, step.high) == pytest.approx(expected, abs=1e-9), (seed, step.months)
                compared += 1
    assert compared > 1000


@given(
    st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))), st.floats(0.5, 0.999)
)
def test_same_wilson_interval_as_scipy(count, confidence):
    successes, total = count
    theirs = binomtest(successes, total).proportion_ci(confidence_level=confidence, method="wilson")
    assert wilson(successes, total, confidence=confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


# What holds for any ideas


@given(portfolios)
def test_shares_add_up_to_one_at_every_month(portfolio):
    curve = cumulative_incidence(portfolio)
    for month in range(32):
        point = curve.at(month)
        assert point.implemented + point.abandoned + point.open == pytest.approx(1, abs=1e-12)
        assert min(point.implemented, point.abandoned, point.open) >= 0


@given(portfolios)
def test_implemented_and_abandoned_never_fall_and_open_never_rises(portfolio):
    points = [cumulative_incidence(portfolio).at(month) for month in range(32)]
    for shares in (
        [point.implemented for point in points],
        [point.abandoned for point in points],
        [-point.open for point in points],
    ):
        assert list(accumulate(shares, max)) == shares


@given(portfolios)
def test_the_interval_holds_the_estimate_and_stays_inside_0_and_1(portfolio):
    for step in cumulative_incidence(portfolio).steps:
        if step.low is not None:
            assert 0 <= step.low < step.implemented < step.high <= 1


@given(portfolios)
def test_no_interval_exactly_where_nothing_or_everything_is_implemented(portfolio):
    for step in cumulative_incidence(portfolio).steps:
        certain = step.implemented in (0, pytest.approx(1, abs=1e-12))
        assert [step.low is None, step.high is None] == [certain, certain]


@given(portfolios.flatmap(lambda portfolio: st.tuples(st.just(portfolio), st.permutations(portfolio))))
def test_the_order_of_the_ideas_does_not_matter(orders):
    first, second = orders
    assert cumulative_incidence(first) == cumulative_incidence(second)


@given(portfolios)
def test_counted_ideas_give_the_same_curve_as_ideas_one_by_one(portfolio):
    kinds = (IMPLEMENTED, ABANDONED, OPEN)
    tally = Counter(portfolio)
    rows = [MonthCounts(month, *(tally[month, kind] for kind in kinds)) for month in {month for month, _ in portfolio}]
    assert cumulative_incidence_from_counts(rows) == cumulative_incidence(portfolio)


@given(portfolios, st.integers(2, 50))
def test_more_of_the_same_ideas_move_no_share_and_narrow_the_interval(portfolio, times):
    for step, larger in zip(
        cumulative_incidence(portfolio).steps, cumulative_incidence(portfolio * times).steps, strict=True
    ):
        assert larger.implemented == pytest.approx(step.implemented, abs=1e-12)
        assert larger.at_risk == step.at_risk * times
        if step.low is not None:
            assert step.low < larger.low < larger.high < step.high


@given(portfolios)
def test_an_open_idea_followed_as_long_as_any_other_never_raises_the_incidence(portfolio):
    longest = max(month for month, _ in portfolio)
    before = implemented_shares(cumulative_incidence(portfolio))
    after = implemented_shares(cumulative_incidence([*portfolio, (longest, OPEN)]))
    assert all(new <= old + 1e-12 for old, new in zip(before, after, strict=True))


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from([IMPLEMENTED, OPEN])), min_size=1), st.integers(0, 30))
def test_where_nothing_is_abandoned_no_open_idea_raises_the_incidence(portfolio, month):
    before = implemented_shares(cumulative_incidence(portfolio))
    after = implemented_shares(cumulative_incidence([*portfolio, (month, OPEN)]))
    assert all(new <= old + 1e-12 for old, new in zip(before, after, strict=True))


def test_open_idea_followed_briefly_may_raise_the_incidence():
    nine_lost_then_one_live = [(1, ABANDONED)] * 9 + [(2, IMPLEMENTED)]
    assert cumulative_incidence(nine_lost_then_one_live).at(2).implemented == pytest.approx(1 / 10)
    assert cumulative_incidence([*nine_lost_then_one_live, (1, OPEN)]).at(2).implemented == pytest.approx(2 / 11)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from([IMPLEMENTED, ABANDONED])), min_size=1, max_size=60))
def test_without_open_ideas_the_incidence_is_the_plain_share(portfolio):
    by_month = Counter(month for month, outcome in portfolio if outcome == IMPLEMENTED)
    plain = [reached / len(portfolio) for reached in accumulate(by_month[month] for month in range(32))]
    assert implemented_shares(cumulative_incidence(portfolio)) == pytest.approx(plain, abs=1e-12)


# Edges of the curve


def test_curve_without_ideas_has_no_shares():
    for curve in (
        cumulative_incidence([]),
        cumulative_incidence_from_counts([]),
        cumulative_incidence_from_counts([(3, 0, 0, 0)]),
    ):
        assert curve.at(12) == CurvePoint(12, None, None, None, None, None, 0)
        assert curve.steps == ()
        assert curve.last_known() is None
        assert curve.months_to_quantile(0.25) is None


def test_without_events_every_idea_is_open_and_there_is_no_interval():
    curve = cumulative_incidence([(4, OPEN), (9, OPEN)])
    assert curve.at(9) == CurvePoint(9, 0.0, None, None, 0.0, 1.0, 1)
    assert (curve.steps, curve.last_known(), curve.months_to_quantile(0.01)) == ((), None, None)


def test_before_the_first_event_every_idea_is_open():
    assert cumulative_incidence(TWENTY_FOUR_IDEAS).at(0) == CurvePoint(0, 0.0, None, None, 0.0, 1.0, 24)


def test_one_idea_implemented():
    curve = cumulative_incidence([(5, IMPLEMENTED)])
    assert curve.at(4) == CurvePoint(4, 0.0, None, None, 0.0, 1.0, 1)
    assert curve.at(5) == CurvePoint(5, 1.0, None, None, 0.0, 0.0, 1)
    assert (curve.months_to_quantile(1), curve.last_known()) == (5, None)


def test_all_ideas_abandoned():
    curve = cumulative_incidence([(2, ABANDONED), (7, ABANDONED)])
    assert curve.at(7) == CurvePoint(7, 0.0, None, None, 1.0, 0.0, 1)
    assert curve.months_to_quantile(0.01) is None


def test_all_ideas_implemented_reach_one_and_lose_the_interval():
    curve = cumulative_incidence([(month, IMPLEMENTED) for month in range(1, 8)])
    assert [step.low is None for step in curve.steps] == [False] * 6 + [True]


@pytest.mark.parametrize("ideas", range(1, 41))
def test_a_round_share_is_reached_in_its_month_whatever_the_rounding_of_sums(ideas):
    curve = cumulative_incidence([(month, IMPLEMENTED) for month in range(1, ideas + 1)])
    reached = [curve.months_to_quantile(count / ideas) for count in range(1, ideas + 1)]
    assert reached == list(range(1, ideas + 1))


def test_events_come_before_censoring_in_the_same_month():
    curve = cumulative_incidence([(6, OPEN), (6, IMPLEMENTED), (6, ABANDONED), (7, OPEN)])
    point = curve.at(6)
    assert (point.implemented, point.abandoned, point.open, point.at_risk) == (0.25, 0.25, 0.5, 4)


def test_an_event_in_the_month_of_acceptance_counts_from_month_0():
    point = cumulative_incidence([(0, IMPLEMENTED), (3, OPEN)]).at(0)
    assert (point.implemented, point.open, point.at_risk) == (0.5, 0.5, 2)


def test_after_the_last_follow_up_the_shares_stay_and_nobody_is_at_risk():
    curve = cumulative_incidence(TWENTY_FOUR_IDEAS)
    assert rounded(curve.at(60)) == (60, 0.492335, 0.256978, 0.691057, 0.285514, 0.222151, 0)


def test_rows_of_the_same_month_add_up():
    split = [(3, 1, 0, 0), (5, 0, 0, 2), (3, 0, 2, 1)]
    assert cumulative_incidence_from_counts(split) == cumulative_incidence_from_counts([(3, 1, 2, 1), (5, 0, 0, 2)])


def test_a_row_without_ideas_changes_nothing():
    rows = [(3, 1, 0, 0), (5, 0, 0, 2)]
    assert cumulative_incidence_from_counts([*rows, (4, 0, 0, 0), (90, 0, 0, 0)]) == cumulative_incidence_from_counts(
        rows
    )


def test_a_curve_cannot_be_changed():
    curve = cumulative_incidence(TWENTY_FOUR_IDEAS)
    with pytest.raises(FrozenInstanceError):
        curve.steps = ()
    with pytest.raises(FrozenInstanceError):
        curve.at(12).implemented = 1.0


def test_a_hundred_thousand_counted_ideas_take_no_more_steps_than_months():
    curve = cumulative_incidence_from_counts((month, 1000, 500, 1500) for month in range(36))
    assert (len(curve.steps), curve.at(0).at_risk, curve.last_known()) == (36, 108_000, 35)


# Nonsense is refused in words


def test_an_unknown_outcome_is_refused():
    with pytest.raises(ValueError, match=r"^An outcome is one of implemented, abandoned, open: not merged\.$"):
        cumulative_incidence([(3, "merged")])


@pytest.mark.parametrize("months", [-1, nan, float("inf")])
def test_impossible_months_are_refused(months):
    with pytest.raises(ValueError, match=rf"^Months after acceptance cannot be {months}\.$"):
        cumulative_incidence([(months, OPEN)])


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match=r"^Counts cannot be negative: \[1, -2, 0\] at 3 months\.$"):
        cumulative_incidence_from_counts([(3, 1, -2, 0)])


@pytest.mark.parametrize("months", [-1, nan])
def test_the_curve_has_no_figures_before_acceptance(months):
    with pytest.raises(ValueError, match=rf"^Months after acceptance cannot be negative: {months}\.$"):
        cumulative_incidence(TWENTY_FOUR_IDEAS).at(months)


@pytest.mark.parametrize("share", [0, -0.1, 1.01, 25, nan])
def test_a_share_of_the_ideas_lies_between_0_and_1(share):
    with pytest.raises(ValueError, match=rf"^A share lies above 0 and up to 1: {share} does not\.$"):
        cumulative_incidence(TWENTY_FOUR_IDEAS).months_to_quantile(share)


# Wilson


def test_wilson_interval_of_no_ideas_is_zero_to_one():
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_interval_starts_at_0_without_success_and_ends_at_1_with_only_successes():
    assert {(wilson(0, total)[0], wilson(total, total)[1]) for total in range(1, 200)} == {(0.0, 1.0)}
    assert 0 < wilson(0, 7)[1] < 1
    assert wilson(7, 7)[0] == pytest.approx(1 - wilson(0, 7)[1])


def test_more_confidence_is_a_wider_interval():
    low, high = wilson(12, 24)
    wider_low, wider_high = wilson(12, 24, confidence=0.99)
    assert wider_low < low < 0.5 < high < wider_high


@pytest.mark.parametrize(("successes", "total"), [(-1, 5), (6, 5), (1, 0), (0, -1), (nan, 5)])
def test_impossible_successes_are_refused(successes, total):
    with pytest.raises(ValueError, match=rf"^{successes} out of {total} is not a count of successes\.$"):
        wilson(successes, total)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, nan])
@pytest.mark.parametrize("total", [0, 5])
def test_an_impossible_confidence_is_refused(confidence, total):
    with pytest.raises(ValueError, match=rf"^A confidence lies between 0 and 1: {confidence} does not\.$"):
        wilson(0, total, confidence=confidence)


# Masking


def test_groups_under_five_are_masked():
    assert [count for count in range(8) if is_masked(count)] == [0, 1, 2, 3, 4]


def test_shares_of_zero_and_one_are_bounded_by_the_ideas_still_at_risk():
    none = cumulative_incidence_from_counts([(12, 0, 0, 20)]).at(12)
    everyone = cumulative_incidence_from_counts([(12, 20, 0, 0)]).at(12)
    assert (none.limits(), everyone.limits()) == (wilson(0, 20), wilson(20, 20))
    some = cumulative_incidence_from_counts([(3, 7, 0, 0), (12, 0, 0, 13)]).at(12)
    assert some.limits() == (some.low, some.high)
    with pytest.raises(ValueError, match="Nothing was followed"):
        cumulative_incidence_from_counts([]).at(12).limits()
