"""A funnel plot of cohorts at one age: how far from the others chance alone would put each. Pure, without ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, sqrt
from typing import NamedTuple

from figures.outcomes.outcome_counts import CohortCount
from figures.rates import is_masked

# The chance of being below the lower limit, and the same above the upper one: 95 % and 99.8 % are in between.
INNER, OUTER = 0.025, 0.001
MIN_COHORTS = 3


class Others(NamedTuple):
    """The other cohorts together: `implemented` of their `followed` ideas were implemented by the horizon."""

    implemented: int
    followed: int

    @property
    def share(self) -> float:
        """The share (0–1) of the other cohorts' ideas that were implemented; raises ZeroDivisionError without any."""
        return self.implemented / self.followed


def lower_limits(ideas: int, others: Others) -> tuple[float, float]:
    """Return the shares below which a cohort like the others lies with a probability of at most OUTER, and INNER.

    The share of the others is an estimate too: the count is beta-binomial, from Jeffreys' prior. Smoothed between two
    counts as in Spiegelhalter (Statistics in Medicine 24, 2005, appendix A.1): a count lies under the limit exactly
    when so few or fewer have at most that chance.
    """
    alpha, beta = others.implemented + 1 / 2, others.followed - others.implemented + 1 / 2
    share, known = alpha / (alpha + beta), alpha + beta
    spread = sqrt(ideas * share * (1 - share) * (known + ideas) / (known + 1))
    count = max(0, int(ideas * share - 12 * spread - 40))  # below it, no chance
    chance_here = cumulative = beta_binomial(count, ideas, alpha, beta)
    found = []
    for chance in (OUTER, INNER):
        while cumulative <= chance:
            chance_here *= (ideas - count) / (count + 1) * (count + alpha) / (ideas - count - 1 + beta)
            count += 1
            cumulative += chance_here
        found.append(max(0.0, (count - (cumulative - chance) / chance_here) / ideas))
    return found[0], found[1]


def beta_binomial(count: int, ideas: int, alpha: float, beta: float) -> float:
    """Return the probability of `count` successes among `ideas` when the share is beta distributed."""
    choices = lgamma(ideas + 1) - lgamma(count + 1) - lgamma(ideas - count + 1)
    return exp(choices + _log_beta(count + alpha, ideas - count + beta) - _log_beta(alpha, beta))


def _log_beta(alpha: float, beta: float) -> float:
    return lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)


@dataclass(frozen=True, slots=True)
class Limits:
    """The range that chance alone gives the share of one cohort: 95 % between low and high, 99.8 % between the others.

    It leaves the cohort itself out: it follows from the `others` and from the cohort's number of ideas.
    """

    others: Others
    lowest: float
    low: float
    high: float
    highest: float

    def inside(self, share: float) -> bool:
        """Return whether a share (0–1) lies within the inner limits, where chance alone puts 95 % of cohorts."""
        return self.low <= share <= self.high

    def far_outside(self, share: float) -> bool:
        """Return whether a share (0–1) lies beyond the outer limits, where chance alone puts 2 cohorts in 1,000."""
        return not self.lowest <= share <= self.highest


def limits(ideas: int, others: Others) -> Limits:
    """Return the 95 % and 99.8 % limits that chance alone gives the share of a cohort with that many ideas.

    The upper limits mirror the lower ones, so that both ends mean the same.
    """
    mirrored = Others(others.followed - others.implemented, others.followed)
    lowest, low = lower_limits(ideas, others)
    above_highest, above_high = lower_limits(ideas, mirrored)
    return Limits(others, lowest, low, 1 - above_high, 1 - above_highest)


@dataclass(frozen=True)
class Funnel:
    """Cohorts with at least five ideas of one age, and all ideas of that age, of every cohort that is counted."""

    dots: tuple[CohortCount, ...]
    followed: int
    implemented_by_horizon: int

    @cached_property
    def limits_by_cohort(self) -> dict[int, Limits]:
        """The limits that chance alone gives each cohort of the funnel, next to all the others, by cohort id."""
        return {dot.cohort: limits(dot.followed, self._others(dot)) for dot in self.dots}

    def _others(self, dot: CohortCount) -> Others:
        """Return the ideas of all cohorts but one, small cohorts included."""
        return Others(self.implemented_by_horizon - dot.implemented_by_horizon, self.followed - dot.followed)

    def limits_for(self, dot: CohortCount) -> Limits:
        """Return the limits that chance alone gives the cohort of the dot."""
        return self.limits_by_cohort[dot.cohort]

    @property
    def outside(self) -> int:
        """The number of cohorts outside their 95 % limits, where chance alone would put at most one in twenty."""
        return sum(not self.limits_for(dot).inside(dot.share) for dot in self.dots)

    @property
    def far_outside(self) -> int:
        """The number of cohorts outside their 99.8 % limits, where chance alone would put two in a thousand."""
        return sum(self.limits_for(dot).far_outside(dot.share) for dot in self.dots)


def build_funnel(cohorts: Sequence[CohortCount]) -> Funnel | None:
    """Return the funnel of the reader's own cohorts with at least five ideas followed for a year; None without one.

    There is none where fewer than three cohorts are that large. Cohorts of other authorities, which share their figures
    as part of totals, count among the others only.
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
