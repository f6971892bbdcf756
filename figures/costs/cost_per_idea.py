"""The cost of a cohort per implemented idea: so far, and with the interval of the share implemented in time. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from figures.outcomes.outcome_counts import HORIZONS, Figures


@dataclass(frozen=True, slots=True)
class EstimatedCost:
    """What was spent, for each idea implemented within some months of acceptance, at the two ends of the interval of
    their share.

    `share`, `low` and `high` are that share (0–1); `most` is None where its lower end is 0.
    """

    months: int
    share: float
    low: float
    high: float
    least: Decimal
    most: Decimal | None


def cost_so_far(spent: Decimal, figures: Figures) -> Decimal | None:
    """Return what was spent divided by the number of implemented ideas; None while none is implemented."""
    return spent / figures.implemented if figures.implemented else None


def estimated_cost(spent: Decimal, figures: Figures) -> EstimatedCost | None:
    """Return the cost at both ends of the interval of the share implemented within the longest time that is known.

    None while no idea is implemented, where no such share is known, and where it has no interval.
    """
    for months in reversed(HORIZONS) if figures.implemented else ():
        within = figures.share_within(months)
        if not figures.incidence_at(months) or within.share is None or within.low is None or not within.high:
            continue
        least, most = (_per_idea(spent, figures.accepted * bound) for bound in (within.high, within.low))
        if least is not None:
            return EstimatedCost(months, within.share, within.low, within.high, least, most)
    return None


def _per_idea(spent: Decimal, ideas: float) -> Decimal | None:
    """Return what was spent divided by a number of ideas that may be a fraction; None for 0."""
    return spent / Decimal(ideas) if ideas else None
