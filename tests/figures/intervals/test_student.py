"""Quantiles of Student's t against printed tables, closed forms and SciPy."""

from math import inf, nan, pi, sqrt, tan
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from figures.intervals.student import t_multiplier, t_quantile

# Degrees of freedom, and the values below which t lies with probability 0.9, 0.975 and 0.995, as tables print them.
TABLE = [
    (1, 3.078, 12.706, 63.657),
    (2, 1.886, 4.303, 9.925),
    (3, 1.638, 3.182, 5.841),
    (4, 1.533, 2.776, 4.604),
    (5, 1.476, 2.571, 4.032),
    (6, 1.440, 2.447, 3.707),
    (8, 1.397, 2.306, 3.355),
    (10, 1.372, 2.228, 3.169),
    (15, 1.341, 2.131, 2.947),
    (20, 1.325, 2.086, 2.845),
    (30, 1.310, 2.042, 2.750),
    (60, 1.296, 2.000, 2.660),
    (120, 1.289, 1.980, 2.617),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row[0]))
def test_quantiles_are_those_of_the_table(row: tuple[int, float, float, float]):
    degrees, *values = row
    assert [round(t_quantile(probability, degrees), 3) for probability in (0.9, 0.975, 0.995)] == values


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.5, 1000))
def test_quantiles_equal_those_of_scipy(probability: float, degrees: float):
    assert t_quantile(probability, degrees) == pytest.approx(t.ppf(probability, degrees), rel=1e-8, abs=1e-8)


@given(st.floats(0.001, 0.999))
def test_quantiles_with_one_and_two_degrees_of_freedom_have_a_closed_form(probability: float):
    odds = 4 * probability * (1 - probability)
    assert t_quantile(probability, 1) == pytest.approx(tan(pi * (probability - 1 / 2)), rel=1e-9, abs=1e-9)
    assert t_quantile(probability, 2) == pytest.approx((2 * probability - 1) * sqrt(2 / odds), rel=1e-9, abs=1e-9)


@given(st.floats(0.001, 0.5), st.floats(0.5, 50))
def test_quantiles_are_symmetric_around_zero(probability: float, degrees: float):
    assert t_quantile(probability, degrees) == pytest.approx(-t_quantile(1 - probability, degrees), rel=1e-9, abs=1e-9)
    assert t_quantile(1 / 2, degrees) == 0


def test_many_degrees_of_freedom_give_the_normal_distribution():
    assert t_quantile(0.975, 1e6) == pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-5)


def test_multiplier_of_a_two_sided_interval():
    assert [round(t_multiplier(confidence, 3), 3) for confidence in (0.8, 0.95, 0.99)] == [1.638, 3.182, 5.841]


@pytest.mark.parametrize("confidence", [0, 1, 95, nan])
def test_impossible_confidence_is_refused(confidence: float):
    with pytest.raises(ValueError, match=rf"^A confidence lies between 0 and 1: {confidence} does not\.$"):
        t_multiplier(confidence, 3)


@pytest.mark.parametrize("probability", [0, 1, -0.5, nan])
def test_impossible_probability_is_refused(probability: float):
    with pytest.raises(ValueError, match=rf"^A probability lies between 0 and 1: {probability} does not\.$"):
        t_quantile(probability, 3)


@pytest.mark.parametrize("degrees", [0, -1, inf, nan])
def test_impossible_degrees_of_freedom_are_refused(degrees: float):
    with pytest.raises(ValueError, match=rf"^Degrees of freedom are above 0 and finite: {degrees} are not\.$"):
        t_quantile(0.975, degrees)
