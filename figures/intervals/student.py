"""Quantiles of Student's t distribution from the standard library alone."""

from functools import lru_cache
from math import exp, inf, lgamma, log

__all__ = ["t_multiplier", "t_quantile"]

# The continued fraction stops when a factor changes it by less than this; `TINY` stands in for a zero divisor.
PRECISION = 1e-15
TINY = 1e-300
MOST_TERMS = 10_000


def t_multiplier(confidence: float, degrees_of_freedom: float) -> float:
    """Return by how many standard errors a two-sided interval of that confidence extends (12.706 for 0.95 and 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1: {confidence} does not.")
    return t_quantile((1 + confidence) / 2, degrees_of_freedom)


@lru_cache(maxsize=256)
def t_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Return the value below which Student's t lies with that probability, to nine digits.

    Raises ValueError unless 0 < probability < 1 and the degrees of freedom, which may be a fraction, are above 0.
    """
    if not 0 < probability < 1:
        raise ValueError(f"A probability lies between 0 and 1: {probability} does not.")
    if not 0 < degrees_of_freedom < inf:
        raise ValueError(f"Degrees of freedom are above 0 and finite: {degrees_of_freedom} are not.")
    if probability < 1 / 2:
        return -_upper_quantile(probability, degrees_of_freedom)
    return _upper_quantile(1 - probability, degrees_of_freedom)


def _upper_quantile(tail: float, degrees_of_freedom: float) -> float:
    """Return the value above which t lies with probability `tail` (at most a half), by bisection."""
    low, high = 0.0, 1.0
    while _upper_tail(high, degrees_of_freedom) > tail:
        low, high = high, 2 * high
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if _upper_tail(middle, degrees_of_freedom) > tail:
            low = middle
        else:
            high = middle
    return high if low else 0.0


def _upper_tail(value: float, degrees_of_freedom: float) -> float:
    """Return the probability that t lies above `value`, which is not negative."""
    square = value * value
    share = degrees_of_freedom / (degrees_of_freedom + square)
    return _incomplete_beta(share, square / (degrees_of_freedom + square), degrees_of_freedom / 2, 1 / 2) / 2


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function; `rest` is 1 − x, given apart so that it stays exact near 0."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta_near_zero(rest, x, b, a)
    return _incomplete_beta_near_zero(x, rest, a, b)


def _incomplete_beta_near_zero(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function where its continued fraction converges fast."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest)) / a
    return front * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes, 6.4)."""
    upper, lower = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    fraction = lower
    for term in range(1, MOST_TERMS):
        even = term * (b - term) * x / ((a + 2 * term - 1) * (a + 2 * term))
        odd = -(a + term) * (a + b + term) * x / ((a + 2 * term) * (a + 2 * term + 1))
        for numerator in (even, odd):
            lower = 1 / _not_zero(1 + numerator * lower)
            upper = _not_zero(1 + numerator / upper)
            fraction *= lower * upper
        if abs(lower * upper - 1) < PRECISION:
            break
    return fraction


def _not_zero(number: float) -> float:
    return number if abs(number) > TINY else TINY
