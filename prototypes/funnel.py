"""Cohorts beside one another in a funnel: how far apart chance alone would put them. Pure, and no ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, log, sqrt

from prototypes.figures import CohortCount
from prototypes.rates import MASK_BELOW, is_masked

# Chances of lying below the lower line, and again above the upper one: 95 % and 99.8 % lie between.
INNER, OUTER = 0.025, 0.001
FEWEST_COHORTS = 3
POINTS_DRAWN = 40


def lower_limit(ideas: int, share: float, chance: float) -> float:
    """The share below which `ideas` of that true share lie with at most that chance.

    Exact binomial, smoothed between two counts as Spiegelhalter does (Statistics in Medicine 24, 2005, appendix A.1): a
    count lies under it exactly when so few or fewer have at most that chance.
    """
    if share in (0, 1):
        return share
    count = max(0, int(ideas * share - 12 * sqrt(ideas * share * (1 - share)) - 40))  # so few: no chance worth a float
    here = up_to = _chance(count, ideas, share)
    while up_to <= chance:
        count += 1
        here *= (ideas - count + 1) / count * share / (1 - share)
        up_to += here
    return max(0.0, (count - (up_to - chance) / here) / ideas)


def _chance(count: int, ideas: int, share: float) -> float:
    ways = lgamma(ideas + 1) - lgamma(count + 1) - lgamma(ideas - count + 1)
    return exp(ways + count * log(share) + (ideas - count) * log(1 - share))


@dataclass(frozen=True, slots=True)
class Limits:
    """What chance alone would give `ideas` of one true share: 95 % between low and high, 99.8 % between the others."""

    ideas: int
    lowest: float
    low: float
    high: float
    highest: float

    def inside(self, share: float) -> bool:
        return self.low <= share <= self.high

    def far_outside(self, share: float) -> bool:
        return not self.lowest <= share <= self.highest


def limits(ideas: int, share: float) -> Limits:
    """The upper lines mirror the lower ones, so that both ends mean the same."""
    return Limits(
        ideas,
        lower_limit(ideas, share, OUTER),
        lower_limit(ideas, share, INNER),
        1 - lower_limit(ideas, 1 - share, INNER),
        1 - lower_limit(ideas, 1 - share, OUTER),
    )


@dataclass(frozen=True)
class Funnel:
    """Cohorts of five ideas or more, around the share that they have together."""

    dots: tuple[CohortCount, ...]

    @cached_property
    def share(self) -> float:
        return sum(dot.implemented for dot in self.dots) / sum(dot.accepted for dot in self.dots)

    @cached_property
    def at_dots(self) -> dict[int, Limits]:
        """The limits at each number of ideas that some cohort has."""
        return {ideas: limits(ideas, self.share) for ideas in {dot.accepted for dot in self.dots}}

    @cached_property
    def lines(self) -> list[Limits]:
        """The limits along the width of the drawing."""
        most = max(dot.accepted for dot in self.dots)
        step = max(1, -(-(most - MASK_BELOW) // POINTS_DRAWN))
        drawn = [*range(MASK_BELOW, most, step), most]
        return [limits(ideas, self.share) for ideas in drawn]

    def of(self, dot: CohortCount) -> Limits:
        return self.at_dots[dot.accepted]

    @property
    def outside(self) -> int:
        """Cohorts where chance alone would put one in twenty, or fewer."""
        return sum(not self.of(dot).inside(share_of(dot)) for dot in self.dots)

    @property
    def far_outside(self) -> int:
        """Cohorts where chance alone would put two in a thousand."""
        return sum(self.of(dot).far_outside(share_of(dot)) for dot in self.dots)


def share_of(dot: CohortCount) -> float:
    return dot.implemented / dot.accepted


def funnel(cohorts: Iterable[CohortCount]) -> Funnel | None:
    """None with fewer than three cohorts that may be shown."""
    dots = tuple(shown(cohorts))
    return Funnel(dots) if len(dots) >= FEWEST_COHORTS else None


def shown(cohorts: Iterable[CohortCount]) -> list[CohortCount]:
    """Cohorts of five ideas or more, in the order given.

    Others' small cohorts could be worked out by taking those shown from their sum: where fewer than five ideas would
    be left so, the smallest of the others is left out as well.
    """
    every = list(cohorts)
    others = sorted((cohort for cohort in every if not cohort.own), key=lambda cohort: cohort.accepted)
    kept_back = [cohort for cohort in others if is_masked(cohort.accepted)]
    while 0 < sum(cohort.accepted for cohort in kept_back) < MASK_BELOW and len(kept_back) < len(others):
        kept_back.append(others[len(kept_back)])
    return [cohort for cohort in every if cohort not in kept_back and not is_masked(cohort.accepted)]
