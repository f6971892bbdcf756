"""The figures of one edition (people, costs, results), and the test whether editions differ. Pure."""

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
class CohortRun:
    """One cohort of an edition: its dates, seats, sessions and costs, None where they are not recorded.

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
    cohort: int = 0

    @property
    def months(self) -> int | None:
        """The length of the cohort: completed months from its first to its last day, that day included.

        None where one of the two days is not recorded.
        """
        if self.started_on is None or self.ended_on is None:
            return None
        return completed_months(self.started_on, self.ended_on + ONE_DAY)

    def cost(self, unit: str) -> Decimal | None:
        """Return the cohort's cost in a unit (“euros” or “days”): the actual cost, else the planned one; None if
        unknown.

        A planned cost does not count for a cohort that withdrew.
        """
        actual: Decimal | None = getattr(self, f"actual_{unit}")
        planned: Decimal | None = getattr(self, f"planned_{unit}")
        return planned if actual is None and not self.withdrawn else actual


@dataclass(frozen=True, slots=True)
class PartialSum:
    """A sum over the `known_count` cohorts, out of `out_of`, for which the figure is known."""

    total: Decimal
    known_count: int
    out_of: int

    @property
    def is_complete(self) -> bool:
        """Whether the figure is known for all cohorts of the sum."""
        return self.known_count == self.out_of


@dataclass(frozen=True)
class EditionFigures:
    """An edition's cohorts, the outcomes of its ideas, and the results of its work.

    `implemented_with_known_cost` counts implemented ideas of cohorts with a known cost, by unit: a cost is divided by
    the ideas of the cohorts that it covers, and no others.
    """

    runs: tuple[CohortRun, ...]
    rates: Figures
    work: WorkFigures
    implemented_with_known_cost: dict[str, int]

    @property
    def active_runs(self) -> list[CohortRun]:
        """The cohorts of the edition that did not withdraw, in the order in which they were read."""
        return [run for run in self.runs if not run.withdrawn]

    @property
    def authorities(self) -> int:
        """The number of authorities with a cohort in the edition that did not withdraw."""
        return len({run.authority for run in self.active_runs})

    @property
    def months(self) -> list[int]:
        """The lengths of the cohorts that ended without withdrawing, each in completed months, shortest first.

        Empty while no cohort has ended.
        """
        return sorted(run.months for run in self.active_runs if run.months is not None)

    def sum_of(self, name: str) -> PartialSum:
        """Return the sum of one field of the cohorts that did not withdraw, with the number of cohorts where it is
        known.

        `name` is the name of a numeric field of `CohortRun`, such as “seats” or “planned_euros”; cohorts where it is
        None are counted in `out_of` only.
        """
        values = [getattr(run, name) for run in self.active_runs]
        known_values = [Decimal(value) for value in values if value is not None]
        return PartialSum(sum(known_values, Decimal(0)), len(known_values), len(values))

    def cost(self, unit: str) -> PartialSum:
        """Return the sum of the cohorts' costs in a unit (“euros” or “days”): actual costs, else planned ones.

        Cohorts that withdrew count only where an actual cost is recorded.
        """
        costs = [run.cost(unit) for run in self.runs if not run.withdrawn or run.cost(unit) is not None]
        known_values = [cost for cost in costs if cost is not None]
        return PartialSum(sum(known_values, Decimal(0)), len(known_values), len(costs))

    def planned_cost_count(self, unit: str) -> int:
        """Return the number of cohorts whose cost is the planned one because no actual cost is recorded.

        `unit` is “euros” or “days”. Cohorts that withdrew are not counted.
        """
        return sum(getattr(run, f"actual_{unit}") is None and run.cost(unit) is not None for run in self.runs)

    def cost_each(self, unit: str) -> UnitCost | None:
        """Return the cost of one implemented idea with its interval, from the cohorts with a known cost only.

        `unit` is “euros” or “days”. None where no cohort has a known cost.
        """
        cost = self.cost(unit)
        return cost_each(cost.total, self.implemented_with_known_cost.get(unit, 0)) if cost.known_count else None


@dataclass(frozen=True, slots=True)
class Difference:
    """The share implemented of one edition minus that of another, with its interval.

    `one` and `other` are the positions of the two editions in the list compared.
    """

    one: int
    other: int
    estimate: float
    low: float
    high: float

    @property
    def is_significant(self) -> bool:
        """Whether the interval of the difference excludes 0, so that chance alone hardly explains it."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class EditionsComparison:
    """All differences between two editions after so many months, with a joint confidence.

    Editions are named by position: those `compared`, and those `left_out` because too few ideas were followed.
    """

    months: int
    compared: tuple[int, ...]
    left_out: tuple[int, ...]
    confidence: float = CONFIDENCE
    differences: tuple[Difference, ...] = ()

    @property
    def significant_differences(self) -> list[Difference]:
        """The differences between two editions whose interval excludes 0, in the order of the comparison."""
        return [difference for difference in self.differences if difference.is_significant]


def compare(editions: Sequence[Figures]) -> EditionsComparison:
    """Return the comparison of every two editions by their share of ideas implemented 12 or 24 months after acceptance.

    `editions` are the rates of each edition. The 12 or 24 months are those for which more editions have five ideas
    followed that long (24 if equal); the other editions are left out. The chance beyond an interval is divided by the
    number of pairs (Bonferroni), because more pairs make a difference by chance likelier.
    """
    followed = {months: _followed(editions, months) for months in HORIZONS}
    months = max(followed, key=lambda months: (len(followed[months]), months))
    points = followed[months]
    pairs = list(combinations(points, 2))
    confidence = 1 - (1 - CONFIDENCE) / max(1, len(pairs))
    return EditionsComparison(
        months,
        tuple(points),
        tuple(index for index in range(len(editions)) if index not in points),
        confidence,
        tuple(Difference(a, b, *difference(points[a], points[b], confidence)) for a, b in pairs),
    )


def _followed(editions: Sequence[Figures], months: int) -> dict[int, CurvePoint]:
    """Return, by position in `editions`, the point of an edition's curve after `months` (since acceptance).

    Editions with fewer than five ideas followed that long are left out.
    """
    points = {index: figures.incidence_at(months) for index, figures in enumerate(editions)}
    return {index: point for index, point in points.items() if point and point.implemented is not None}


def difference(one: CurvePoint, other: CurvePoint, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return (estimate, lower bound, upper bound) of the share implemented of `one` minus that of `other`.

    The bounds have the given `confidence`, by Newcombe's method (Statistics in Medicine 17, 1998, method 10) for any
    two intervals (Zou and Donner, same journal 27, 2008): they stay within -1 and 1, and handle a share of 0 or 1.
    """
    share, (low, high) = one.implemented or 0.0, one.limits(confidence)
    other_share, (other_low, other_high) = other.implemented or 0.0, other.limits(confidence)
    estimate = share - other_share
    return (
        estimate,
        estimate - hypot(share - low, other_high - other_share),
        estimate + hypot(high - share, other_share - other_low),
    )
