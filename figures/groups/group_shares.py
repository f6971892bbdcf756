"""The share implemented in a group of cohorts, and by how much two groups differ. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from figures.intervals.differences import ShareDifference, ShareWithLimits, share_difference
from figures.intervals.pooled import IntervalName, pooled_incidence
from figures.rates import CohortMonths, IncidenceCurve, cumulative_incidence_from_counts, month_counts_of


@dataclass(frozen=True, slots=True)
class HorizonShare:
    """The share of a group's ideas implemented within some months of acceptance, with its interval.

    `followed` counts the ideas still open then (at risk). There is no share where it is not known yet
    (`IncidenceCurve.is_known_at`), and no interval where fewer than two of several cohorts were followed that long.
    """

    followed: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
    interval: IntervalName | None = None

    @property
    def is_comparable(self) -> bool:
        """Whether the interval is by cohort: with one cohort, nothing shows how far cohorts of the group may differ."""
        return self.interval == "by cohort"

    def minus(self, other: "HorizonShare") -> ShareDifference | None:
        """Return by how much this share is above the other one; None unless both can be compared."""
        first, second = self._with_limits(), other._with_limits()
        return share_difference(first, second) if first and second else None

    def _with_limits(self) -> ShareWithLimits | None:
        """Return the share with its bounds, None where it is not comparable."""
        if not self.is_comparable or self.share is None or self.low is None or self.high is None:
            return None
        return ShareWithLimits(self.share, self.low, self.high)


def shares_at(cohorts: Sequence[CohortMonths], horizons: Iterable[int]) -> list[HorizonShare]:
    """Return the shares implemented within some months of acceptance, of a group given by the months of its cohorts.

    Aalen-Johansen over the ideas of all cohorts together, with the interval by cohort (log-log for a single one).
    """
    curve = cumulative_incidence_from_counts(month_counts_of(cohorts))
    return [_share_at(cohorts, curve, months) for months in horizons]


def _share_at(cohorts: Sequence[CohortMonths], curve: IncidenceCurve, months: int) -> HorizonShare:
    """Return the share implemented within `months`, from the curve of all cohorts together."""
    at_risk = curve.at_risk(months)
    if not curve.is_known_at(months):
        return HorizonShare(at_risk)
    pooled = pooled_incidence(cohorts, months, curve=curve)
    return HorizonShare(at_risk, pooled.share, pooled.low, pooled.high, pooled.interval)
