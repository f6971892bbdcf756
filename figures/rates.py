"""Arithmetic of implementation rates: how many accepted ideas are implemented, and how soon.

Pure: nothing here reads the clock or the database.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from math import ceil, exp, inf, log, sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple, TypeAlias

from web.dates.months import months_between

__all__ = [
    "ALL_STILL_OPEN",
    "CONFIDENCE",
    "MASK_BELOW",
    "NOTHING_FOLLOWED",
    "OUTCOMES",
    "ROUNDING",
    "CohortMonths",
    "CurvePoint",
    "IncidenceCurve",
    "MonthCounts",
    "Observation",
    "Outcome",
    "cumulative_incidence",
    "cumulative_incidence_from_counts",
    "is_masked",
    "month_counts_of",
    "months_between",
    "months_of",
    "wilson",
]

CONFIDENCE = 0.95
MASK_BELOW = 5
OUTCOMES = ("implemented", "abandoned", "open")

# The rounding error that a sum of float shares can have.
ROUNDING = 1e-12

Outcome: TypeAlias = Literal["implemented", "abandoned", "open"]
Observation: TypeAlias = tuple[float, Outcome]

# The months from acceptance of each idea of a cohort: of the implemented, the abandoned and the open ones.
CohortMonths: TypeAlias = Sequence[Sequence[float]]


class MonthCounts(NamedTuple):
    """The number of ideas that reached each outcome after so many months (see `months_between`)."""

    months: float
    implemented: int
    abandoned: int
    open: int


def month_counts_of(cohorts: Iterable[CohortMonths]) -> list[MonthCounts]:
    """Return the ideas of all these cohorts together: one row per number of months, lowest first."""
    counts = [Counter(chain.from_iterable(months)) for months in zip(*cohorts, strict=True)]
    return [MonthCounts(after, *(count[after] for count in counts)) for after in sorted(set().union(*counts))]


def months_of(rows: Sequence[MonthCounts]) -> CohortMonths:
    """Return the months of each idea that the rows of a cohort count."""
    return [[row.months for row in rows for _idea in range(getattr(row, outcome))] for outcome in OUTCOMES]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The estimated shares some months after acceptance.

    `implemented`, `abandoned` and `open` are shares that add up to 1, all None when there was no idea to follow. `low`
    and `high` bound `implemented`; both are None when it is 0 or 1, where the log-log interval does not exist.
    `at_risk` counts the ideas still followed and open just before that month's events. `variance` is that of
    `implemented`.
    """

    months: float
    implemented: float | None
    low: float | None
    high: float | None
    abandoned: float | None
    open: float | None
    at_risk: int
    variance: float = field(default=0.0, compare=False)

    def limits(self, confidence: float = CONFIDENCE, *, ideas: int | None = None) -> tuple[float, float]:
        """Return the lower and the upper bound of `implemented` at a confidence, also where it is 0 or 1.

        Where it is 0 or 1 they are Wilson's, for so many `ideas`; by default for those still at risk alone, too wide
        rather than too narrow. Raises ValueError where there was no idea to follow.
        """
        if self.implemented is None:
            raise ValueError("Nothing was followed: there is no share to bound.")
        low, high = _log_log_interval(self.implemented, self.variance, confidence)
        if low is None or high is None:
            known = self.at_risk if ideas is None else ideas
            return wilson(round(self.implemented) * known, known, confidence=confidence)
        return low, high


ALL_STILL_OPEN = CurvePoint(0, 0.0, None, None, 0.0, 1.0, 0)
NOTHING_FOLLOWED = CurvePoint(0, None, None, None, None, None, 0)


@dataclass(frozen=True, slots=True)
class IncidenceCurve:
    """Cumulative incidence of implementation, abandonment being a competing event.

    `steps` holds one point per month in which something was implemented or abandoned;
    between two steps the shares stay flat. `risk_sets` pairs each month at which an
    idea left observation with the number still at risk just before. `first_censored` is
    the lowest number of months of an open idea.
    """

    steps: tuple[CurvePoint, ...]
    risk_sets: tuple[tuple[float, int], ...]
    first_censored: float = inf

    def at(self, months: float) -> CurvePoint:
        """Return the shares of ideas implemented, abandoned and open after `months`, events of that moment included.

        After the last follow-up the shares stay as they were, with no idea at risk. Raises ValueError for a negative
        number of months.
        """
        if not months >= 0:
            raise ValueError(f"Months after acceptance cannot be negative: {months}.")
        if not self.risk_sets:
            return replace(NOTHING_FOLLOWED, months=months)
        passed = bisect_right(self.steps, months, key=lambda step: step.months)
        latest = self.steps[passed - 1] if passed else ALL_STILL_OPEN
        return replace(latest, months=months, at_risk=self.at_risk(months))

    def at_risk(self, months: float) -> int:
        """Return the number of ideas still open and followed just before `months` after acceptance."""
        left = bisect_left(self.risk_sets, months, key=lambda risk_set: risk_set[0])
        return self.risk_sets[left][1] if left < len(self.risk_sets) else 0

    def is_known_at(self, months: float) -> bool:
        """Return whether pages give the shares after `months`: five ideas are at risk, or none was censored before.

        Where none was censored, the outcome of every idea is known; it takes five ideas all the same.
        """
        has_ideas = self.at_risk(0) >= MASK_BELOW
        return self.at_risk(months) >= MASK_BELOW or (has_ideas and months <= self.first_censored)

    def last_known(self) -> float | None:
        """Return the last moment, in months, at which an idea left observation and pages give the shares; or None.

        Pages show no event after it.
        """
        return next((months for months, _at_risk in reversed(self.risk_sets) if self.is_known_at(months)), None)

    def months_to_quantile(self, share: float) -> int | None:
        """Return the first whole month by which `share` (0–1) of the ideas are implemented, None if there is none.

        Raises ValueError unless 0 < share <= 1.
        """
        if not 0 < share <= 1:
            raise ValueError(f"A share lies above 0 and up to 1: {share} does not.")
        for step in self.steps:
            if step.implemented is not None and step.implemented >= share - ROUNDING:
                return ceil(step.months)
        return None


class _Occupancy(NamedTuple):
    """Shares in each state, with the (co)variances that the interval needs."""

    open: float = 1.0
    implemented: float = 0.0
    abandoned: float = 0.0
    var_open: float = 0.0
    var_implemented: float = 0.0
    covariance: float = 0.0

    def after(self, at_risk: int, implemented: int, abandoned: int) -> "_Occupancy":
        """Return the shares after the events of one month (an Aalen-Johansen step), with variances by the delta method.

        Of the `at_risk` ideas, `implemented` and `abandoned` left the open state in that month. The two kinds of events
        are multinomial, independent from month to month; unlike Greenwood's sum this divides by nothing that can
        vanish.
        """
        gain = implemented / at_risk
        stay = (at_risk - implemented - abandoned) / at_risk
        square = self.open**2
        return _Occupancy(
            open=self.open * stay,
            implemented=self.implemented + self.open * gain,
            abandoned=self.abandoned + self.open * abandoned / at_risk,
            var_open=stay**2 * self.var_open + square * stay * (1 - stay) / at_risk,
            var_implemented=self.var_implemented
            + 2 * gain * self.covariance
            + gain**2 * self.var_open
            + square * gain * (1 - gain) / at_risk,
            covariance=stay * self.covariance + stay * gain * self.var_open - square * stay * gain / at_risk,
        )

    def as_point(self, months: float, at_risk: int) -> CurvePoint:
        """Return the shares as a point of the curve with the interval; `at_risk` ideas were followed just before."""
        low, high = _log_log_interval(self.implemented, self.var_implemented)
        return CurvePoint(months, self.implemented, low, high, self.abandoned, self.open, at_risk, self.var_implemented)


def cumulative_incidence(observations: Iterable[Observation]) -> IncidenceCurve:
    """Return the incidence curve of ideas given one by one, each as its months and its outcome.

    Months run from acceptance to the event, or to the as-of date for an open idea. Raises ValueError for an unknown
    outcome or negative months.
    """
    return cumulative_incidence_from_counts(
        _counted(months, outcome, ideas) for (months, outcome), ideas in Counter(observations).items()
    )


def cumulative_incidence_from_counts(
    rows: Iterable[tuple[float, int, int, int]],
) -> IncidenceCurve:
    """Return the incidence curve of ideas already counted by month: rows of (months, implemented, abandoned, open).

    Rows come in any order and may repeat a month. Aalen-Johansen estimate, events before censoring within a month,
    log-log interval at 95 % from the delta-method variance: the figures of R's `survival::survfit(..., conf.type =
    "log-log")` for competing states. Raises ValueError for negative months or counts.
    """
    by_month = _added_up(rows)
    at_risk = sum(sum(row[1:]) for row in by_month)
    occupancy = _Occupancy()
    steps: list[CurvePoint] = []
    risk_sets: list[tuple[float, int]] = []
    for months, implemented, abandoned, still_open in by_month:
        risk_sets.append((months, at_risk))
        if implemented or abandoned:
            occupancy = occupancy.after(at_risk, implemented, abandoned)
            steps.append(occupancy.as_point(months, at_risk))
        at_risk -= implemented + abandoned + still_open
    first_censored = min((row.months for row in by_month if row.open), default=inf)
    return IncidenceCurve(tuple(steps), tuple(risk_sets), first_censored)


def wilson(successes: int, total: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the lower and upper bound of a share, `successes` out of `total`, by Wilson's score interval.

    A total of 0 excludes nothing and gives (0.0, 1.0). Raises ValueError for counts or a confidence that are
    impossible.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} out of {total} is not a count of successes.")
    z = _quantile(confidence)
    if total == 0:
        return 0.0, 1.0
    share = successes / total
    centre = share + z**2 / (2 * total)
    half_width = z * sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    low = 0.0 if successes == 0 else (centre - half_width) / scale
    high = 1.0 if successes == total else (centre + half_width) / scale
    return low, high


def is_masked(count: int) -> bool:
    """Return whether `count` ideas are fewer than five: too few for a rate or a point of the curve."""
    return count < MASK_BELOW


def _counted(months: float, outcome: str, ideas: int) -> MonthCounts:
    """Return a number of ideas (`ideas`) with the same months and outcome as one row of counts.

    Raises ValueError for an outcome other than “implemented”, “abandoned” or “open”.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"An outcome is one of {', '.join(OUTCOMES)}: not {outcome}.")
    return MonthCounts(months, *(ideas * (outcome == outcome_name) for outcome_name in OUTCOMES))


def _added_up(rows: Iterable[tuple[float, int, int, int]]) -> list[MonthCounts]:
    """Return the rows added up to one per month, earliest first, without empty ones.

    Raises ValueError for negative or infinite months, and for negative counts.
    """
    totals = defaultdict[float, list[int]](lambda: [0, 0, 0])
    for months, implemented, abandoned, still_open in rows:
        _refuse_invalid(months, (implemented, abandoned, still_open))
        if implemented or abandoned or still_open:
            so_far = totals[months]
            so_far[0] += implemented
            so_far[1] += abandoned
            so_far[2] += still_open
    return [MonthCounts(months, *counts) for months, counts in sorted(totals.items())]


def _refuse_invalid(months: float, counts: tuple[int, ...]) -> None:
    """Raise ValueError unless `months` is finite and not negative, and no count is negative."""
    if not 0 <= months < inf:
        raise ValueError(f"Months after acceptance cannot be {months}.")
    if min(counts) < 0:
        raise ValueError(f"Counts cannot be negative: {list(counts)} at {months} months.")


def _log_log_interval(
    share: float, variance: float, confidence: float = CONFIDENCE
) -> tuple[float, float] | tuple[None, None]:
    """Return the bounds of a share (0–1) that are symmetric for log(-log(share)), hence always inside 0 and 1.

    Return (None, None) where the share is 0 or 1. Raises ValueError unless 0 < `confidence` < 1.
    """
    if not ROUNDING < share < 1 - ROUNDING:
        return None, None
    exponent = _quantile(confidence) * sqrt(variance) / (share * log(share))
    return exp(log(share) * exp(-exponent)), exp(log(share) * exp(exponent))


@cache
def _quantile(confidence: float) -> float:
    """Return the z value of a two-sided interval: 1.96 for 0.95. Raises ValueError unless in (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1: {confidence} does not.")
    return NormalDist().inv_cdf((1 + confidence) / 2)
