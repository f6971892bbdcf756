"""What one edition was, cost and gave, and whether the figures tell editions apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from math import hypot

from figures.editions.unit_cost import UnitCost, cost_each
from figures.outcomes.figures import HORIZONS, Figures
from figures.rates import CONFIDENCE, CurvePoint
from figures.work.figures import WorkFigures
from web.dates.months import completed_months

ONE_DAY = timedelta(days=1)
UNITS = ("euros", "days")


@dataclass(frozen=True, slots=True)
class Run:
    """One cohort of an edition: its dates, seats, sessions and costs, None where nobody noted them.

    `euros` are the authority's contribution, `days` those of the lab's team. `ambassadors` fill its seats; `granted`
    days were granted to `granted_to` of them.
    """

    edition: int
    authority: int
    withdrawn: bool = False
    seats: int | None = None
    started_on: date | None = None
    ended_on: date | None = None
    planned_euros: Decimal | None = None
    actual_euros: Decimal | None = None
    planned_days: Decimal | None = None
    actual_days: Decimal | None = None
    sessions_held: int = 0
    sessions_left: int = 0
    ambassadors: int = 0
    granted_to: int = 0
    granted: int = 0

    @property
    def months(self) -> int | None:
        """Completed months from its first to its last day, the last one included."""
        if self.started_on is None or self.ended_on is None:
            return None
        return completed_months(self.started_on, self.ended_on + ONE_DAY)

    def cost(self, unit: str) -> Decimal | None:
        """What it cost, or is planned to; what was planned for a cohort that withdrew was not spent."""
        actual: Decimal | None = getattr(self, f"actual_{unit}")
        planned: Decimal | None = getattr(self, f"planned_{unit}")
        return planned if actual is None and not self.withdrawn else actual


@dataclass(frozen=True, slots=True)
class Known:
    """A sum over those of which the figure is known."""

    total: Decimal
    known: int
    of: int

    @property
    def complete(self) -> bool:
        return self.known == self.of


@dataclass(frozen=True)
class EditionFigures:
    """An edition's runs, what became of its ideas, and what its work gave.

    `implemented_where_known` counts implemented ideas of cohorts whose cost is known, by unit: a cost is shared out
    over the ideas of the cohorts that it is the cost of, and no others.
    """

    runs: tuple[Run, ...]
    rates: Figures
    work: WorkFigures
    implemented_where_known: dict[str, int]

    @property
    def taking_part(self) -> list[Run]:
        return [run for run in self.runs if not run.withdrawn]

    @property
    def authorities(self) -> int:
        return len({run.authority for run in self.taking_part})

    @property
    def months(self) -> list[int]:
        """The lengths of the cohorts that have ended, shortest first."""
        return sorted(run.months for run in self.taking_part if run.months is not None)

    def known(self, name: str) -> Known:
        """The sum of one figure of the cohorts that take part."""
        values = [getattr(run, name) for run in self.taking_part]
        told = [Decimal(value) for value in values if value is not None]
        return Known(sum(told, Decimal(0)), len(told), len(values))

    def cost(self, unit: str) -> Known:
        """What the cohorts cost where it is noted, else what is planned; those that withdrew count what they cost."""
        costs = [run.cost(unit) for run in self.runs if not run.withdrawn or run.cost(unit) is not None]
        told = [cost for cost in costs if cost is not None]
        return Known(sum(told, Decimal(0)), len(told), len(costs))

    def planned_only(self, unit: str) -> int:
        """Of how many cohorts the cost is the planned one."""
        return sum(getattr(run, f"actual_{unit}") is None and run.cost(unit) is not None for run in self.runs)

    def cost_each(self, unit: str) -> UnitCost | None:
        """What one implemented idea cost; None where no cost is known."""
        cost = self.cost(unit)
        return cost_each(cost.total, self.implemented_where_known.get(unit, 0)) if cost.known else None


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much the share of one edition exceeds another's, between which ends; both by their place."""

    one: int
    other: int
    estimate: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out that there is none."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every difference between two editions after so many months, each at a confidence that holds for all together.

    Editions are named by their place: those `compared`, and those `left_out`, where too few ideas were followed.
    """

    months: int
    compared: tuple[int, ...]
    left_out: tuple[int, ...]
    confidence: float = CONFIDENCE
    differences: tuple[Difference, ...] = ()

    @property
    def apart(self) -> list[Difference]:
        return [difference for difference in self.differences if difference.shown]


def compare(editions: Sequence[Figures]) -> Comparison:
    """At the horizon to which most of them were followed, the longer of two.

    What is left beyond an interval is shared out over the pairs (Bonferroni): the more pairs, the likelier chance
    alone sets one of them apart.
    """
    followed = {months: _followed(editions, months) for months in HORIZONS}
    months = max(followed, key=lambda months: (len(followed[months]), months))
    points = followed[months]
    pairs = list(combinations(points, 2))
    confidence = 1 - (1 - CONFIDENCE) / max(1, len(pairs))
    return Comparison(
        months,
        tuple(points),
        tuple(place for place in range(len(editions)) if place not in points),
        confidence,
        tuple(Difference(a, b, *difference(points[a], points[b], confidence)) for a, b in pairs),
    )


def _followed(editions: Sequence[Figures], months: int) -> dict[int, CurvePoint]:
    points = {place: figures.within(months) for place, figures in enumerate(editions)}
    return {place: point for place, point in points.items() if point and point.implemented is not None}


def difference(one: CurvePoint, other: CurvePoint, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """One share minus another, with an interval recovered from the interval of each.

    Newcombe's way (Statistics in Medicine 17, 1998, method 10) for any two intervals (Zou and Donner, same journal 27,
    2008): unlike the sum of two variances it stays within -1 and 1, and knows a share of 0 or 1.
    """
    share, (low, high) = one.implemented or 0.0, one.limits(confidence)
    other_share, (other_low, other_high) = other.implemented or 0.0, other.limits(confidence)
    estimate = share - other_share
    return (
        estimate,
        estimate - hypot(share - low, other_high - other_share),
        estimate + hypot(high - share, other_share - other_low),
    )
