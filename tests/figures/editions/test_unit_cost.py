"""The cost of one implemented idea: the exact Poisson interval against SciPy's, and the text if none is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from figures.editions.unit_cost import cost_each, poisson_limits


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 24, 137, 5000])
def test_limits_equal_those_of_scipy(count: int, confidence: float):
    beyond = (1 - confidence) / 2
    low = chi2.ppf(beyond, 2 * count) / 2 if count else 0.0
    assert poisson_limits(count, confidence=confidence) == pytest.approx((low, chi2.ppf(1 - beyond, 2 * count + 2) / 2))


@given(st.integers(0, 400))
def test_limits_contain_the_count_and_rise_with_it(count: int):
    (low, high), (next_low, next_high) = poisson_limits(count), poisson_limits(count + 1)
    assert low <= count < high
    assert low < next_low < high < next_high


def test_unit_cost_has_an_estimate_and_both_bounds():
    cost = cost_each(Decimal(120_000), 10)
    assert (cost.estimate, round(cost.low), round(cost.high or 0)) == (12_000, 6525, 25_024)


def test_without_ideas_only_a_lower_bound_is_given():
    """A mean of three or more gives no event in at most one of twenty cases: the rule of three."""
    cost = cost_each(Decimal(120_000), 0)
    assert (cost.estimate, cost.high) == (None, None)
    assert cost.low == pytest.approx(120_000 / (chi2.ppf(0.95, 2) / 2))
    assert round(cost.low) == 40_057


def test_unit_cost_of_a_zero_cost_is_zero():
    cost = cost_each(Decimal(0), 3)
    assert (cost.estimate, cost.low, cost.high) == (0, 0, 0)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="-1 is no count"):
        poisson_limits(-1)
