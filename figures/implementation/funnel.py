"""A funnel plot of cohorts at one age: how far apart chance alone would put them. Pure, without ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, log, sqrt

from figures.outcomes.figures import CohortCount
from figures.rates import MASK_BELOW, is_masked

# The chance of being below the lower line, and the same above the upper one: 95 % and 99.8 % are in between.
INNER, OUTER = 0.025, 0.001
MIN_COHORTS = 3
MAX_LINE_POINTS = 40
MIN_WIDTH = 20  # ideas: narrower, the lines of one small cohort would be a point


def lower_limit(ideas: int, share: float, chance: float) -> float:
    """Return the share below which a cohort of `ideas` ideas lies with a probability of at most `chance`.

    `share` is the true share implemented. Exact binomial, smoothed between two counts as in Spiegelhalter (Statistics
    in Medicine 24, 2005, appendix A.1): a count lies under the limit exactly when so few or fewer have at most that
    chance.
    """
    if share in (0, 1):
        return share
    count = max(0, int(ideas * share - 12 * sqrt(ideas * share * (1 - share)) - 40))  # below it, no chance
    chance_here = cumulative = _chance(count, ideas, share)
    while cumulative <= chance:
        count += 1
        chance_here *= (ideas - count + 1) / count * share / (1 - share)
        cumulative += chance_here
    return max(0.0, (count - (cumulative - chance) / chance_here) / ideas)


def _chance(count: int, ideas: int, share: float) -> float:
    """Return the binomial probability of exactly `count` implemented out of `ideas`, if `share` is the true share."""
    ways = lgamma(ideas + 1) - lgamma(count + 1) - lgamma(ideas - count + 1)
    return exp(ways + count * log(share) + (ideas - count) * log(1 - share))


@dataclass(frozen=True, slots=True)
class Limits:
    """The range that chance alone gives the share of `ideas`: 95 % between low and high, 99.8 % between the others."""

    ideas: int
    lowest: float
    low: float
    high: float
    highest: float

    def inside(self, share: float) -> bool:
        """Return whether a cohort's share (0–1) lies within the inner limits, where chance alone puts 95 % of cohorts
        of its size.
        """
        return self.low <= share <= self.high

    def far_outside(self, share: float) -> bool:
        """Return whether a cohort's share (0–1) lies beyond the outer limits, within which chance alone puts 99.8 % of
        cohorts.
        """
        return not self.lowest <= share <= self.highest


def limits(ideas: int, share: float) -> Limits:
    """Return the 95 % and 99.8 % limits that chance alone gives the share of a cohort with that many ideas.

    `share` is the true share implemented (0–1). The upper limits mirror the lower ones, so that both ends mean the
    same.
    """
    return Limits(
        ideas,
        lower_limit(ideas, share, OUTER),
        lower_limit(ideas, share, INNER),
        1 - lower_limit(ideas, 1 - share, INNER),
        1 - lower_limit(ideas, 1 - share, OUTER),
    )


@dataclass(frozen=True)
class Funnel:
    """Cohorts with at least five ideas of one age, and the share of all ideas implemented by the horizon."""

    dots: tuple[CohortCount, ...]
    followed: int
    implemented_by_horizon: int

    @property
    def share(self) -> float:
        """The share implemented by the horizon (12 months after acceptance) of all followed ideas, of every cohort
        together.
        """
        return self.implemented_by_horizon / self.followed

    @cached_property
    def limits_by_size(self) -> dict[int, Limits]:
        """The limits that chance alone gives, by number of followed ideas, for each number that a cohort of the funnel
        has.
        """
        return {ideas: limits(ideas, self.share) for ideas in {dot.followed for dot in self.dots}}

    @cached_property
    def lines(self) -> list[Limits]:
        """The limits from five ideas up to the size of the largest cohort, as about forty points through which the
        lines run.

        The lines reach at least 20 ideas, however small the cohorts are.
        """
        widest = max(MIN_WIDTH, *(dot.followed for dot in self.dots))
        step = max(1, -(-(widest - MASK_BELOW) // MAX_LINE_POINTS))
        sizes = [*range(MASK_BELOW, widest, step), widest]
        return [limits(ideas, self.share) for ideas in sizes]

    def limits_for(self, dot: CohortCount) -> Limits:
        """Return the limits that chance alone gives a cohort with as many followed ideas as the one of the dot."""
        return self.limits_by_size[dot.followed]

    @property
    def outside(self) -> int:
        """The number of cohorts outside the 95 % limits, where chance alone would put at most one in twenty."""
        return sum(not self.limits_for(dot).inside(dot.share) for dot in self.dots)

    @property
    def far_outside(self) -> int:
        """The number of cohorts outside the 99.8 % limits, where chance alone would put two in a thousand."""
        return sum(self.limits_for(dot).far_outside(dot.share) for dot in self.dots)


def build_funnel(cohorts: Sequence[CohortCount]) -> Funnel | None:
    """Return the funnel of the reader's own cohorts that have at least five ideas followed for a year; None without
    one.

    There is none where fewer than three cohorts are that large. Cohorts of other authorities, which share their figures
    as part of totals, count in the share of all only.
    """
    dots = tuple(cohort for cohort in _large(cohorts) if cohort.own)
    if not dots or too_early(cohorts):
        return None
    return Funnel(
        dots, sum(cohort.followed for cohort in cohorts), sum(cohort.implemented_by_horizon for cohort in cohorts)
    )


def too_early(cohorts: Sequence[CohortCount]) -> bool:
    """Return whether fewer than three of the cohorts have five ideas that were accepted a year ago or earlier."""
    return len(_large(cohorts)) < MIN_COHORTS


def _large(cohorts: Sequence[CohortCount]) -> list[CohortCount]:
    """Return the cohorts with at least five ideas that were accepted a year ago or earlier."""
    return [cohort for cohort in cohorts if not is_masked(cohort.followed)]
