"""What each cohort contributes to an Aalen-Johansen share at a horizon: its weight, and its own share."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from figures.rates import ALL_STILL_OPEN, IncidenceCurve, MonthCounts

__all__ = ["CohortPart", "cohort_parts", "number_of_ideas"]


class CohortPart(NamedTuple):
    """What a cohort contributes to a pooled share: its weight, and its own share (may lie outside 0–1).

    `followed` is its weight relative to that of a cohort of its size followed to the horizon, from 0 to 1.
    """

    weight: float
    share: float
    followed: float = 1.0


def cohort_parts(groups: Sequence[Sequence[MonthCounts]], curve: IncidenceCurve, months: float) -> list[CohortPart]:
    """Return weight and share of each cohort at the horizon, as the derivative of the estimate gives them.

    The derivative of the Aalen-Johansen share in the weight of a cohort (its influence, the infinitesimal jackknife)
    over its weight is the difference of its share from the pooled one; where all ideas are followed, exactly so. The
    weight of a cohort is its part of the ideas not censored before each event, averaged over events up to the horizon.
    Cohorts that were followed until no event at all are left out.
    """
    share = curve.at(months).implemented or 0.0
    steps = _steps_until(groups, curve, months)
    moments = [step.months for step in steps]
    step_at = {after: steps[bisect_right(moments, after) - 1] for rows in groups for after, *_ in rows}
    influences = [sum(_influence(row, step_at[row.months]) for row in rows) for rows in groups]
    parts = [sum(_part(row, step_at[row.months], steps[-1]) for row in rows) for rows in groups]
    total = sum(parts)
    return [
        CohortPart(part / total, share + influence * total / part, part / (number_of_ideas(rows) * steps[-1].part))
        for rows, influence, part in zip(groups, influences, parts, strict=True)
        if part
    ]


def number_of_ideas(rows: Sequence[MonthCounts]) -> int:
    return sum(row.implemented + row.abandoned + row.open for row in rows)


class _Step(NamedTuple):
    """Sums over the curve's steps up to one of them, with which an idea's influence is computed.

    `implemented` and `abandoned` are what an idea adds that has this event now; `at_risk` is what it adds by having
    been at risk up to and including this step; `part` is its part in the estimate if it is followed no longer.
    """

    months: float
    implemented: float
    abandoned: float
    at_risk: float
    part: float


def _steps_until(groups: Sequence[Sequence[MonthCounts]], curve: IncidenceCurve, months: float) -> list[_Step]:
    """Return the sums for the influence of ideas at each step of the curve until the horizon, first an empty one."""
    share = curve.at(months).implemented or 0.0
    uncensored = _Uncensored(groups)
    steps = [_Step(-inf, 0.0, 0.0, 0.0, 0.0)]
    points = [ALL_STILL_OPEN, *(point for point in curve.steps if point.months <= months)]
    for before, point in pairwise(points):
        open_before, open_after = before.open or 0.0, point.open or 0.0
        gain = (point.implemented or 0.0) - (before.implemented or 0.0)
        still_to_come = share - (point.implemented or 0.0)
        lost = open_before * still_to_come / (point.at_risk * open_after) if open_after else 0.0
        steps.append(
            _Step(
                point.months,
                open_before / point.at_risk - lost,
                -lost,
                steps[-1].at_risk - gain / point.at_risk + (1 - open_after / open_before) * lost,
                steps[-1].part + (open_before - open_after) / uncensored.just_before(point.months),
            )
        )
    return steps


class _Uncensored:
    """Counts the ideas whose follow-up was not cut short, by an open outcome, before a number of months."""

    def __init__(self, groups: Sequence[Sequence[MonthCounts]]) -> None:
        rows = sorted((row.months, row.open) for rows in groups for row in rows if row.open)
        self.ideas = sum(map(number_of_ideas, groups))
        self.months = [months for months, _ in rows]
        self.censored = [0]
        for _, count in rows:
            self.censored.append(self.censored[-1] + count)

    def just_before(self, months: float) -> int:
        """Return the number of ideas not censored before `months`; those censored in that moment still count."""
        return self.ideas - self.censored[bisect_left(self.months, months)]


def _influence(row: MonthCounts, last: _Step) -> float:
    """Return by how much the ideas of a row move the pooled share, against ideas like all others.

    `last` is the last step not after the months of the row.
    """
    months, implemented, abandoned, still_open = row
    events = implemented * last.implemented + abandoned * last.abandoned if last.months == months else 0.0
    return events + (implemented + abandoned + still_open) * last.at_risk


def _part(row: MonthCounts, last: _Step, horizon: _Step) -> float:
    """Return the part of the ideas of a row in the pooled share: less where they were not followed to the horizon.

    `last` is the last step not after the months of the row, `horizon` the last one of all.
    """
    _, implemented, abandoned, still_open = row
    return (implemented + abandoned) * horizon.part + still_open * last.part
