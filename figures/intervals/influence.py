"""What each cohort contributes to an Aalen-Johansen share at a horizon: its weight, and its own share."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from math import inf
from typing import NamedTuple

from figures.rates import ALL_STILL_OPEN, CohortMonths, IncidenceCurve

__all__ = ["CohortPart", "cohort_parts", "number_of_ideas"]


class CohortPart(NamedTuple):
    """What a cohort contributes to a pooled share: its weight, and its own share (may lie outside 0–1).

    `followed` is its weight relative to that of a cohort of its size followed to the horizon, from 0 to 1.
    """

    weight: float
    share: float
    followed: float = 1.0


def cohort_parts(cohorts: Sequence[CohortMonths], curve: IncidenceCurve, months: float) -> list[CohortPart]:
    """Return weight and share of each cohort at the horizon, as the derivative of the estimate gives them.

    `curve` is that of all cohorts together. The derivative of the Aalen-Johansen share in the weight of a cohort (its
    influence, the infinitesimal jackknife) over its weight is the difference of its share from the pooled one; where
    all ideas are followed, exactly so. The weight of a cohort is its part of the ideas not censored before each event,
    averaged over events up to the horizon. Cohorts that were followed until no event at all are left out.
    """
    share = curve.at(months).implemented or 0.0
    steps = _steps_until(cohorts, curve, months)
    last_steps = _last_steps(curve, steps)
    influence_by_outcome = _influence_by_outcome(last_steps)
    influences = [
        sum(influence[after] for influence, ideas in zip(influence_by_outcome, cohort, strict=True) for after in ideas)
        for cohort in cohorts
    ]
    part_if_open = {after: step.part for after, step in last_steps.items()}
    parts = [
        (len(implemented) + len(abandoned)) * steps[-1].part + sum(part_if_open[after] for after in still_open)
        for implemented, abandoned, still_open in cohorts
    ]
    total = sum(parts)
    return [
        CohortPart(part / total, share + influence * total / part, part / (number_of_ideas(cohort) * steps[-1].part))
        for cohort, influence, part in zip(cohorts, influences, parts, strict=True)
        if part
    ]


def number_of_ideas(cohort: CohortMonths) -> int:
    return sum(map(len, cohort))


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


def _steps_until(cohorts: Sequence[CohortMonths], curve: IncidenceCurve, months: float) -> list[_Step]:
    """Return the sums for the influence of ideas at each step of the curve until the horizon, first an empty one."""
    share = curve.at(months).implemented or 0.0
    ideas, censored = sum(map(number_of_ideas, cohorts)), sorted(chain.from_iterable(cohort[-1] for cohort in cohorts))
    steps = [_Step(-inf, 0.0, 0.0, 0.0, 0.0)]
    points = [ALL_STILL_OPEN, *(point for point in curve.steps if point.months <= months)]
    for before, point in pairwise(points):
        open_before, open_after = before.open or 0.0, point.open or 0.0
        gain = (point.implemented or 0.0) - (before.implemented or 0.0)
        still_to_come = share - (point.implemented or 0.0)
        lost = open_before * still_to_come / (point.at_risk * open_after) if open_after else 0.0
        uncensored = ideas - bisect_left(censored, point.months)  # those censored in that moment still count
        steps.append(
            _Step(
                point.months,
                open_before / point.at_risk - lost,
                -lost,
                steps[-1].at_risk - gain / point.at_risk + (1 - open_after / open_before) * lost,
                steps[-1].part + (open_before - open_after) / uncensored,
            )
        )
    return steps


def _last_steps(curve: IncidenceCurve, steps: Sequence[_Step]) -> dict[float, _Step]:
    """Return the last step up to each number of months that an idea was followed; `risk_sets` has all of them."""
    moments = [step.months for step in steps]
    return {after: steps[bisect_right(moments, after) - 1] for after, _at_risk in curve.risk_sets}


def _influence_by_outcome(last_steps: Mapping[float, _Step]) -> tuple[dict[float, float], ...]:
    """Return for implemented, abandoned and open ideas by how much one idea moves the pooled share, by its months.

    It is compared with an idea like all others together. The influence of a cohort is the sum over its ideas.
    """
    at_risk = {after: step.at_risk for after, step in last_steps.items()}
    events = {after: step for after, step in last_steps.items() if step.months == after}
    implemented = at_risk | {after: at_risk[after] + step.implemented for after, step in events.items()}
    abandoned = at_risk | {after: at_risk[after] + step.abandoned for after, step in events.items()}
    return implemented, abandoned, at_risk
