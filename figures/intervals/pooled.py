"""Intervals of a share pooled over cohorts, where ideas of one cohort are alike.

The method, for a plain count and for a share at a horizon alike:

1. Each cohort has a weight (its part in the estimate; the weights sum to 1) and a share of its own.
2. The cohorts' shares are compared with each other, larger cohorts counting more, but not in proportion to their size:
   with n / (1 + 0.05 (n − 1)) for n ideas. A cohort of eighty then does not decide alone how much cohorts differ, and
   the degrees of freedom are one less than the number of cohorts even where sizes are unequal. The usual residuals,
   which count cohorts by size, cover as little as 86 % there, also with the correction CR3 (`tools.simulations`).
3. The variance of the pooled share follows from these differences as if the ideas of a cohort were completely alike:
   that is where it is largest.
4. The interval is t's with one less than the number of cohorts, symmetric in log-odds and therefore inside 0 and 1, and
   never narrower than the interval of ideas that have nothing in common (Wilson's, or log-log). At a horizon, a cohort
   that is not followed so far has less weight than its size would give it, and counts as that part of a cohort here;
   two must be followed to the horizon.
5. Where nothing or everything is implemented there are no differences to measure: the bound is Wilson's for as many
   ideas as there are cohorts, as if all ideas of a cohort always shared one fate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Literal, TypeAlias

from figures.intervals.influence import CohortPart, cohort_parts
from figures.intervals.student import t_multiplier
from figures.rates import (
    CONFIDENCE,
    ROUNDING,
    CohortMonths,
    IncidenceCurve,
    cumulative_incidence_from_counts,
    month_counts_of,
    wilson,
)

__all__ = ["ASSUMED_LIKENESS", "PooledShare", "pooled_count", "pooled_incidence"]

# The correlation between ideas of one cohort for which the comparison of cohorts is most precise. The interval does not
# depend on it being true: simulated with correlations from 0 to 0.2, it covers.
ASSUMED_LIKENESS = 0.05

IntervalName: TypeAlias = Literal["wilson", "log-log", "by cohort"]
Reason: TypeAlias = Literal["", "no ideas", "too few cohorts followed"]


@dataclass(frozen=True, slots=True)
class PooledShare:
    """A share of the ideas of all cohorts, with its interval and the name of the interval.

    `low` and `high` are None without an interval; `reason` is then the reason: there are no ideas, or fewer than two of
    several cohorts were followed to the horizon. `cohorts` counts the cohorts that the interval rests on: those with
    ideas followed until the first event, or to the horizon where nothing or everything is implemented. `variance` is
    that of `share` if ideas of one cohort had nothing in common; `variance_by_cohort` follows from how much cohorts
    differ, None without several cohorts or where nothing or everything is implemented.
    """

    share: float | None
    low: float | None = None
    high: float | None = None
    interval: IntervalName | None = None
    cohorts: int = 0
    variance: float = 0.0
    variance_by_cohort: float | None = None
    reason: Reason = ""


def pooled_count(cohorts: Iterable[tuple[int, int]], *, confidence: float = CONFIDENCE) -> PooledShare:
    """Return the share of all accepted ideas that are implemented, from pairs (implemented, accepted), one per cohort.

    Cohorts without accepted ideas are left out. Of one cohort the interval is Wilson's. Raises ValueError for counts or
    a confidence that are impossible.
    """
    counts = [_checked(implemented, accepted) for implemented, accepted in cohorts if accepted]
    implemented, accepted = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    independent = wilson(implemented, accepted, confidence=confidence)
    if not counts:
        return PooledShare(None, reason="no ideas")
    share = implemented / accepted
    variance = share * (1 - share) / accepted
    if len(counts) == 1:
        return PooledShare(share, *independent, "wilson", 1, variance)
    parts = [CohortPart(ideas / accepted, successes / ideas) for successes, ideas in counts]
    return _pooled(share, variance, parts, len(parts), independent, confidence=confidence)


def pooled_incidence(
    cohorts: Iterable[CohortMonths],
    months: float,
    *,
    confidence: float = CONFIDENCE,
    curve: IncidenceCurve | None = None,
) -> PooledShare:
    """Return the Aalen-Johansen share implemented within `months` of acceptance.

    Each cohort is given as the months of its ideas. Of one cohort the interval is log-log, or Wilson's where nothing
    or everything is implemented (see `CurvePoint.limits`). `curve` is that of all cohorts together, where it is known
    already. Raises ValueError for impossible months, counts or confidence.
    """
    groups = [cohort for cohort in cohorts if any(cohort)]
    curve = curve or cumulative_incidence_from_counts(month_counts_of(groups))
    point = curve.at(months)
    if point.implemented is None:
        return PooledShare(None, reason="no ideas")
    all_known = months <= curve.first_censored
    independent = point.limits(confidence, ideas=curve.at_risk(0) if all_known else None)
    if len(groups) == 1:
        name: IntervalName = "log-log" if ROUNDING < point.implemented < 1 - ROUNDING else "wilson"
        return PooledShare(point.implemented, *independent, name, 1, point.variance)
    followed = sum(_is_followed(cohort, months) for cohort in groups)
    if followed < 2:
        return PooledShare(
            point.implemented, cohorts=followed, variance=point.variance, reason="too few cohorts followed"
        )
    parts = cohort_parts(groups, curve, months)
    return _pooled(point.implemented, point.variance, parts, followed, independent, confidence=confidence)


def _pooled(
    share: float,
    variance: float,
    parts: Sequence[CohortPart],
    followed: int,
    independent: tuple[float, float],
    *,
    confidence: float,
) -> PooledShare:
    """Return the pooled share of several cohorts with its interval by cohort, `independent` being the other one.

    `followed` of the cohorts are followed to the horizon.
    """
    if not ROUNDING < share < 1 - ROUNDING:
        bounds = wilson(round(share) * followed, followed, confidence=confidence)
        return PooledShare(share, *bounds, "by cohort", followed, variance)
    by_cohort = _variance_by_cohort(parts, share * (1 - share) / variance)
    degrees_of_freedom = max(sum(part.followed for part in parts) - 1, 1)
    bounds = _interval_by_cohort(share, by_cohort, degrees_of_freedom, confidence)
    low, high = min(bounds[0], independent[0]), max(bounds[1], independent[1])
    return PooledShare(share, low, high, "by cohort", len(parts), variance, by_cohort)


def _checked(implemented: int, accepted: int) -> tuple[int, int]:
    if not 0 <= implemented <= accepted:
        raise ValueError(f"{implemented} out of {accepted} is not a count of successes.")
    return implemented, accepted


def _is_followed(cohort: CohortMonths, months: float) -> bool:
    """Return whether an idea is still observed after `months`, or the outcome of every idea is known before."""
    return not cohort[-1] or any(max(of_outcome) >= months for of_outcome in cohort if of_outcome)


def _variance_by_cohort(parts: Sequence[CohortPart], ideas: float) -> float:
    """Return the variance of the pooled share of cohorts; `ideas` is the number of independent ideas it is worth.

    The differences between cohorts are Σ v (share − mean)² / (K − 1), v = n / (1 + 0.05 (n − 1)). Their expected value
    and the variance of the pooled share grow with the likeness of ideas. Their ratio is largest for complete likeness,
    because v / n² falls with n: that ratio turns one into the other.
    """
    sizes = [part.weight * ideas for part in parts]
    weights = [size / (1 + ASSUMED_LIKENESS * (size - 1)) for size in sizes]
    total = sum(weights)
    mean = sum(weight * part.share for weight, part in zip(weights, parts, strict=True)) / total
    differences = sum(weight * (part.share - mean) ** 2 for weight, part in zip(weights, parts, strict=True))
    if_alike = sum(weight * (1 - weight / total) for weight in weights)
    return differences / if_alike * sum(part.weight**2 for part in parts)


def _interval_by_cohort(
    share: float, variance: float, degrees_of_freedom: float, confidence: float
) -> tuple[float, float]:
    """Return t's interval, symmetric in log-odds."""
    margin = t_multiplier(confidence, degrees_of_freedom) * sqrt(variance) / (share * (1 - share))
    centre = log(share / (1 - share))
    return _logistic(centre - margin), _logistic(centre + margin)


def _logistic(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds)) if log_odds > -700 else 0.0
