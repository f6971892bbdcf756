"""What one implemented idea cost, and how unsure that is: the count of implemented ideas is small. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import exp, lgamma, log

from figures.rates import CONFIDENCE

HALVINGS = 60  # enough for all digits that a float has
NEGLIGIBLE = 1e-14
MOST_OF_NONE = -log(1 - CONFIDENCE)  # from a mean of 3.00 on, none at all has less than that chance


@dataclass(frozen=True, slots=True)
class UnitCost:
    """A cost shared out over so many ideas, in the unit of the cost.

    Without any idea there is no estimate and no upper end, and `low` is the end of a one-sided interval: that one
    costs more is as sure as that it lies between both ends elsewhere.
    """

    estimate: float | None
    low: float
    high: float | None


def cost_each(total: Decimal, count: int) -> UnitCost:
    """`total` over `count` ideas, between what it would be at both ends of the count's exact Poisson interval."""
    if not count:
        return UnitCost(None, float(total) / MOST_OF_NONE, None)
    least, most = poisson_limits(count)
    return UnitCost(float(total) / count, float(total) / most, float(total) / least)


def poisson_limits(count: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Garwood's exact interval for the mean of a Poisson count: each end leaves half of what is left beyond it.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError(f"{count} is no count.")
    beyond = (1 - confidence) / 2
    low = _crossing(lambda mean: _at_least(count, mean) - beyond, 0.0, float(count)) if count else 0.0
    widest = count + 10 * (count + 4) ** 0.5 + 10
    return low, _crossing(lambda mean: beyond - _at_most(count, mean), float(count), widest)


def _crossing(rises: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function passes 0 between two ends."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2


def _at_least(count: int, mean: float) -> float:
    """The chance of so many or more; the terms fall, since `mean` lies below `count`."""
    if mean <= 0:
        return 0.0
    term = _exactly(count, mean)
    total, place = 0.0, count
    while term > total * NEGLIGIBLE:
        total += term
        place += 1
        term *= mean / place
    return total


def _at_most(count: int, mean: float) -> float:
    """The chance of so many or fewer; the terms fall, since `mean` lies above `count`."""
    if mean <= 0:
        return 1.0
    term = _exactly(count, mean)
    total, place = 0.0, count
    while place >= 0 and term > total * NEGLIGIBLE:
        total += term
        term *= place / mean
        place -= 1
    return total


def _exactly(count: int, mean: float) -> float:
    return exp(count * log(mean) - mean - lgamma(count + 1))
