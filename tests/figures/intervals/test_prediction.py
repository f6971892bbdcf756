"""How many of the next ideas will be implemented: against SciPy, and coverage counted over all outcomes."""

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binom, norm, t

from figures.intervals.pooled import PooledShare, pooled_count
from figures.intervals.prediction import PredictedCount, predicted_count, predicted_count_of_next_cohort


def from_count(implemented: int, accepted: int, **options: float) -> PredictedCount:
    share = implemented / accepted
    return predicted_count(share, share * (1 - share) / accepted, accepted, **options)


def central_range(alpha: float, beta: float, ideas: int, confidence: float = 0.95) -> PredictedCount:
    """Return the quantiles of SciPy's beta-binomial; its lower one is never left out of the range."""
    tail = (1 - confidence) / 2
    up_to = betabinom.cdf(range(ideas + 1), ideas, alpha, beta)
    return PredictedCount(int((up_to <= tail).sum()), int((up_to < 1 - tail).sum()), ideas)


@given(st.integers(1, 200), st.data())
def test_prediction_from_a_count_is_that_of_jeffreys_prior(accepted: int, data):
    implemented = data.draw(st.integers(0, accepted))
    expected = central_range(implemented + 1 / 2, accepted - implemented + 1 / 2, 10)
    assert from_count(implemented, accepted) == expected


def test_prediction_of_the_worked_example():
    """13 of 49 ideas: of the next ten, between none and six; with less confidence or fewer ideas, fewer counts."""
    assert from_count(13, 49) == PredictedCount(0, 6, 10)
    assert from_count(13, 49, confidence=0.5) == PredictedCount(2, 4, 10)
    assert from_count(13, 49, ideas=3) == PredictedCount(0, 2, 3)


@pytest.mark.parametrize("accepted", [10, 11, 15, 20, 24, 30, 50, 75, 100, 150, 200])
def test_prediction_covers_the_next_ten_ideas_whatever_the_share(accepted: int):
    """Of all outcomes of the observed and of the next ten ideas, at least 95 % lie inside: 93 % is what must be."""
    ranges = [from_count(implemented, accepted) for implemented in range(accepted + 1)]
    low, high = np.array([(one.low, one.high) for one in ranges]).T
    shares = np.linspace(0, 1, 201)[:, None]
    inside = binom.cdf(high, 10, shares) - binom.cdf(low - 1, 10, shares)
    coverage = (binom.pmf(np.arange(accepted + 1), accepted, shares) * inside).sum(axis=1)
    assert coverage.min() >= 0.95


def test_larger_variance_is_a_wider_prediction():
    ranges = [predicted_count(0.5, variance, 50) for variance in (0.001, 0.04, 0.1)]
    assert [(one.low, one.high) for one in ranges] == [(2, 8), (1, 9), (0, 10)]


@pytest.mark.parametrize(("followed", "high"), [(0, 10), (1, 9), (5, 5), (49, 1), (200, 0)])
def test_where_nothing_is_implemented_the_ideas_followed_bound_the_count(followed: int, high: int):
    assert predicted_count(0, 0, followed) == PredictedCount(0, high, 10)
    assert predicted_count(1, 0, followed) == PredictedCount(10 - high, 10, 10)


def test_where_the_share_or_its_variance_says_nothing_the_ideas_followed_do():
    assert predicted_count(0, 1e-6, 5) == predicted_count(0, 0, 5)
    assert predicted_count(1, -1e-18, 5) == predicted_count(1, 0, 5)
    assert predicted_count(0.5, 0, 20) == from_count(10, 20)
    assert predicted_count(0.5, 0.01, 5, ideas=1) == PredictedCount(0, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-0.1, 0.01, 5), "A share lies in 0–1 and its variance is not negative: -0.1, 0.01."),
        ((1.1, 0.01, 5), "A share lies in 0–1 and its variance is not negative: 1.1, 0.01."),
        ((0.5, -0.01, 5), "A share lies in 0–1 and its variance is not negative: 0.5, -0.01."),
        ((0.5, nan, 5), "A share lies in 0–1 and its variance is not negative: 0.5, nan."),
        ((0.5, 0.01, -1), "Predict for at least one idea, from a number of ideas: 10, -1."),
    ],
)
def test_impossible_estimate_is_refused(arguments: tuple[float, float, int], message: str):
    with pytest.raises(ValueError, match=rf"^{message}$"):
        predicted_count(*arguments)


def test_prediction_for_no_idea_or_with_an_impossible_confidence_is_refused():
    with pytest.raises(ValueError, match=r"^Predict for at least one idea, from a number of ideas: 0, 5\.$"):
        predicted_count(0.5, 0.01, 5, ideas=0)
    for confidence in (0, 1):
        with pytest.raises(ValueError, match=rf"^A confidence lies between 0 and 1: {confidence} does not\.$"):
            predicted_count(0.5, 0.01, 5, confidence=confidence)


# Ideas of one more cohort


@pytest.mark.parametrize(("ideas", "confidence"), [(10, 0.95), (400, 0.95), (400, 0.5)])
def test_prediction_for_a_next_cohort_follows_its_variance(ideas: int, confidence: float):
    pooled = pooled_count([(2, 20), (6, 20), (7, 20), (9, 20), (5, 20), (6, 20), (4, 20), (9, 20)])
    quantile = (1 + confidence) / 2
    widened = pooled.variance_of_next_cohort * (t.ppf(quantile, 7) / norm.ppf(quantile)) ** 2
    known = 0.3 * 0.7 / widened - 1
    expected = central_range(0.3 * known, 0.7 * known, ideas, confidence)
    assert pooled.share == 0.3
    assert predicted_count_of_next_cohort(pooled, ideas=ideas, confidence=confidence) == expected


def test_prediction_for_a_next_cohort_where_cohorts_differ_much():
    """With 0.2 and half an idea known, most cohorts have nearly none or nearly all implemented."""
    widening = t.ppf(0.75, 3) / norm.ppf(0.75)
    pooled = PooledShare(0.2, 0.01, 0.9, "by cohort", 4, 0.001, 0.16 / 1.5 / widening**2)
    expected = central_range(0.2 * 0.5, 0.8 * 0.5, 400, 0.5)
    assert predicted_count_of_next_cohort(pooled, ideas=400, confidence=0.5) == PredictedCount(
        0, max(expected.high, predicted_count(0.2, 0.001, 4, ideas=400, confidence=0.5).high), 400
    )


def test_two_cohorts_that_differ_tell_nothing_of_a_next_one():
    assert predicted_count_of_next_cohort(pooled_count([(2, 20), (12, 20)])) == PredictedCount(0, 10, 10)


def test_prediction_for_a_next_cohort_is_not_narrower_than_for_the_same_cohorts():
    pooled = pooled_count([(3, 10), (6, 20), (9, 30)])
    assert predicted_count_of_next_cohort(pooled) == predicted_count(0.3, pooled.variance, 60)


def test_where_nothing_is_implemented_each_cohort_counts_as_one_idea():
    pooled = pooled_count([(0, 10), (0, 30)])
    assert predicted_count_of_next_cohort(pooled) == predicted_count(0, 0, 2) == PredictedCount(0, 7, 10)


def test_without_several_cohorts_there_is_no_prediction_for_a_next_one():
    assert predicted_count_of_next_cohort(pooled_count([(3, 10)])) is None
    assert predicted_count_of_next_cohort(PooledShare(None, reason="no ideas")) is None
