"""Prediction intervals: how many of the next ideas will be implemented within a horizon."""

from dataclasses import dataclass
from itertools import accumulate
from math import exp, lgamma
from statistics import NormalDist

from figures.intervals.pooled import PooledShare
from figures.intervals.student import t_multiplier
from figures.rates import CONFIDENCE, ROUNDING

__all__ = ["PredictedCount", "beta_binomial", "predicted_count", "predicted_count_of_next_cohort"]


@dataclass(frozen=True, slots=True)
class PredictedCount:
    """Of the next `ideas` ideas, between `low` and `high` will be implemented, both included."""

    low: int
    high: int
    ideas: int


def predicted_count(
    share: float, variance: float, followed: int, *, ideas: int = 10, confidence: float = CONFIDENCE
) -> PredictedCount:
    """Return how many of the next `ideas` ideas of the same cohorts will be implemented within the horizon.

    `share` and `variance` are those of the estimate at that horizon, of ideas that have nothing in common; `followed`
    is the number of ideas it rests on, used where the share is 0 or 1 and has no variance. Beta-binomial: the unknown
    share is beta distributed, as after as many ideas as give this variance, starting from Jeffreys' prior. Raises
    ValueError for impossible numbers.
    """
    _refuse_impossible(share, variance, followed, ideas, confidence)
    spread = share * (1 - share)
    known = spread / variance if spread > ROUNDING and variance > 0 else followed
    return _central_range(share * known + 1 / 2, (1 - share) * known + 1 / 2, ideas, confidence)


def predicted_count_of_next_cohort(
    pooled: PooledShare, *, ideas: int = 10, confidence: float = CONFIDENCE
) -> PredictedCount | None:
    """Return how many of the next `ideas` ideas will be implemented when all come from one cohort not seen before.

    None without an interval by cohort. Cohorts differ: the variance is that of the share of one more cohort, widened as
    t with one less than the number of cohorts asks for. It is never narrower than for the same cohorts.
    Where nothing or everything is implemented, each cohort counts as one idea.
    """
    share, variance = pooled.share, pooled.variance_of_next_cohort
    if share is None or pooled.interval != "by cohort":
        return None
    same = predicted_count(share, pooled.variance, pooled.cohorts, ideas=ideas, confidence=confidence)
    if not variance:
        return same
    widening = t_multiplier(confidence, pooled.cohorts - 1) / NormalDist().inv_cdf((1 + confidence) / 2)
    known = share * (1 - share) / (variance * widening**2) - 1
    if known <= 0:
        return PredictedCount(0, ideas, ideas)
    other = _central_range(share * known, (1 - share) * known, ideas, confidence)
    return PredictedCount(min(same.low, other.low), max(same.high, other.high), ideas)


def _refuse_impossible(share: float, variance: float, followed: int, ideas: int, confidence: float) -> None:
    if not 0 <= share <= 1 or not variance > -ROUNDING:
        raise ValueError(f"A share lies in 0–1 and its variance is not negative: {share}, {variance}.")
    if followed < 0 or ideas < 1:
        raise ValueError(f"Predict for at least one idea, from a number of ideas: {ideas}, {followed}.")
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1: {confidence} does not.")


def _central_range(alpha: float, beta: float, ideas: int, confidence: float) -> PredictedCount:
    """Return the counts outside which a beta-binomial count lies with at most (1 − confidence) / 2 on each side."""
    tail = (1 - confidence) / 2
    up_to = list(accumulate(beta_binomial(count, ideas, alpha, beta) for count in range(ideas + 1)))
    low = next(count for count, chance in enumerate(up_to) if chance > tail)
    high = next((count for count, chance in enumerate(up_to) if chance >= 1 - tail), ideas)
    return PredictedCount(low, high, ideas)


def beta_binomial(count: int, ideas: int, alpha: float, beta: float) -> float:
    """Return the probability of `count` successes among `ideas` when the share is beta distributed."""
    choices = lgamma(ideas + 1) - lgamma(count + 1) - lgamma(ideas - count + 1)
    return exp(choices + _log_beta(count + alpha, ideas - count + beta) - _log_beta(alpha, beta))


def _log_beta(alpha: float, beta: float) -> float:
    return lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)
