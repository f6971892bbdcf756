"""Cohorts beside one another at one age, in a funnel: how far apart chance alone would put them. Pure, no ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, log, sqrt

from figures.outcomes.figures import CohortCount
from figures.rates import MASK_BELOW, is_masked

# Chances of lying below the lower line, and again above the upper one: 95 % and 99.8 % lie between.
INNER, OUTER = 0.025, 0.001
FEWEST_COHORTS = 3
POINTS_DRAWN = 40
WIDTH = 20  # ideas, at least: the lines of one small cohort would be a point


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
    """Cohorts of five ideas or more of one age, around the share `within` the horizon of all that were `followed`."""

    dots: tuple[CohortCount, ...]
    followed: int
    within: int

    @property
    def share(self) -> float:
        return self.within / self.followed

    @cached_property
    def at_dots(self) -> dict[int, Limits]:
        """The limits at each number of ideas that some cohort has."""
        return {ideas: limits(ideas, self.share) for ideas in {dot.followed for dot in self.dots}}

    @cached_property
    def lines(self) -> list[Limits]:
        """The limits along the width of the drawing."""
        most = max(WIDTH, *(dot.followed for dot in self.dots))
        step = max(1, -(-(most - MASK_BELOW) // POINTS_DRAWN))
        drawn = [*range(MASK_BELOW, most, step), most]
        return [limits(ideas, self.share) for ideas in drawn]

    def of(self, dot: CohortCount) -> Limits:
        return self.at_dots[dot.followed]

    @property
    def outside(self) -> int:
        """Cohorts where chance alone would put one in twenty, or fewer."""
        return sum(not self.of(dot).inside(dot.share) for dot in self.dots)

    @property
    def far_outside(self) -> int:
        """Cohorts where chance alone would put two in a thousand."""
        return sum(self.of(dot).far_outside(dot.share) for dot in self.dots)


def funnel(cohorts: Sequence[CohortCount]) -> Funnel | None:
    """The reader's own cohorts of five ideas or more, among all; None where there is none, or too few to compare.

    Others' cohorts count in what all have together, and as a sum of five ideas or more: a size alone would name them.
    """
    dots = tuple(cohort for cohort in _large(cohorts) if cohort.own)
    hidden = sum(cohort.followed for cohort in cohorts if not cohort.own)
    if not dots or too_early(cohorts) or 0 < hidden < MASK_BELOW:
        return None
    return Funnel(dots, sum(cohort.followed for cohort in cohorts), sum(cohort.within for cohort in cohorts))


def too_early(cohorts: Sequence[CohortCount]) -> bool:
    """Whether fewer than three cohorts have five ideas of that age."""
    return len(_large(cohorts)) < FEWEST_COHORTS


def _large(cohorts: Sequence[CohortCount]) -> list[CohortCount]:
    return [cohort for cohort in cohorts if not is_masked(cohort.followed)]
