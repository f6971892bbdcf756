"""The cost of one implemented idea, with an interval, because the count of implemented ideas is small. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import exp, lgamma, log

from figures.rates import CONFIDENCE

HALVINGS = 60  # enough for the precision of a float
NEGLIGIBLE = 1e-14
UPPER_MEAN_OF_ZERO = -log(1 - CONFIDENCE)  # 3.00: with a higher mean, a count of 0 is less likely than that


@dataclass(frozen=True, slots=True)
class UnitCost:
    """A cost divided by a number of ideas, in the unit of the cost.

    Without any idea there is no estimate and no upper bound, and `low` is the bound of a one-sided interval with the
    same confidence as the two-sided one.
    """

    estimate: float | None
    low: float
    high: float | None


def cost_each(total: Decimal, count: int) -> UnitCost:
    """Return the cost of one idea, `total` divided by `count`, with the cost at both ends of the count's 95 % Poisson
    interval.

    With a count of 0 there is only a lower bound; estimate and upper bound are None.
    """
    if not count:
        return UnitCost(None, float(total) / UPPER_MEAN_OF_ZERO, None)
    lowest, highest = poisson_limits(count)
    return UnitCost(float(total) / count, float(total) / highest, float(total) / lowest)


def poisson_limits(count: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the lower and upper bound of the mean of a Poisson variable that was observed once, as `count`.

    Garwood's exact interval at `confidence`, with half of the remaining chance beyond each end. Raises ValueError for a
    negative count.
    """
    if count < 0:
        raise ValueError(f"{count} is no count.")
    tail = (1 - confidence) / 2
    low = _find_root(lambda mean: _at_least(count, mean) - tail, 0.0, float(count)) if count else 0.0
    widest = count + 10 * (count + 4) ** 0.5 + 10
    return low, _find_root(lambda mean: tail - _at_most(count, mean), float(count), widest)


def _find_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return the point between `low` and `high` where a rising function passes 0, by halving the interval 60 times."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if function(middle) > 0 else (middle, high)
    return (low + high) / 2


def _at_least(count: int, mean: float) -> float:
    """Return the chance that a Poisson variable with that mean, which lies below `count`, is `count` or more."""
    if mean <= 0:
        return 0.0
    term = _exactly(count, mean)
    total, k = 0.0, count
    while term > total * NEGLIGIBLE:
        total += term
        k += 1
        term *= mean / k
    return total


def _at_most(count: int, mean: float) -> float:
    """Return the chance that a Poisson variable with that mean, which lies above `count`, is `count` or fewer."""
    if mean <= 0:
        return 1.0
    term = _exactly(count, mean)
    total, k = 0.0, count
    while k >= 0 and term > total * NEGLIGIBLE:
        total += term
        term *= k / mean
        k -= 1
    return total


def _exactly(count: int, mean: float) -> float:
    """Return the chance that a Poisson variable with that mean is `count`."""
    return exp(count * log(mean) - mean - lgamma(count + 1))
