"""The figures of a rates page: what was counted, what was left out, and what may be shown to whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from figures.groups import Group
from figures.outcomes.times import OutcomeTimes, time_to_outcome
from figures.rates import CurvePoint, IncidenceCurve, MonthCounts, cumulative_incidence_from_counts, is_masked, wilson

HORIZONS = (12, 24)
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class CohortCount:
    """Of one cohort: so many ideas accepted, of which so many implemented. `own`: the reader may see its rows.

    At one age: `followed` ideas were accepted so long ago that the month of the first horizon is over, whatever became
    of them since; `within` of these were implemented by the end of it.
    """

    cohort: int
    accepted: int
    implemented: int
    own: bool = True
    followed: int = 0
    within: int = 0

    @property
    def share(self) -> float:
        return self.within / self.followed


@dataclass(frozen=True)
class Figures:
    """What became of ideas by `as_of`: accepted = implemented + abandoned + open, by months.

    `still_live` counts implemented ideas that are live on that day; `published` counts ideas known from publications
    by the state they were published in. Captured, merged and published ideas are in no rate. `confirmed` counts the
    accepted ideas of which there was a sign in the six months before `as_of`; `reasons` the abandoned ones by the kept
    list of reasons ("" where none was chosen); `imprecise` those whose acceptance, implementation or abandonment is
    known to the month or the year only. `bounds` are the figures with these days such that ideas were implemented as
    soon after they were accepted as may be, then as late: the highest and the lowest that the plain share can be. So is
    the incidence unless many open ideas lie between. Only `by_month` differs in them.
    `by_cohort` is empty where there are more than MOST_COHORTS. `replications` counts ideas live in another authority
    than their own on that day. `known_at`, where given, is the moment whose knowledge counts: what was recorded later
    is left aside.
    """

    as_of: date
    by_month: tuple[MonthCounts, ...] = ()
    group: Group = field(default_factory=Group)
    captured: Group = field(default_factory=Group)
    merged: Group = field(default_factory=Group)
    still_live: int = 0
    published: Mapping[str, int] | None = None
    confirmed: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_cohort: tuple[CohortCount, ...] = ()
    imprecise: int = 0
    bounds: tuple[Figures, Figures] | None = None
    replications: int = 0
    known_at: datetime | None = None

    @cached_property
    def implemented(self) -> int:
        return sum(row.implemented for row in self.by_month)

    @cached_property
    def abandoned(self) -> int:
        return sum(row.abandoned for row in self.by_month)

    @cached_property
    def open(self) -> int:
        return sum(row.open for row in self.by_month)

    @property
    def accepted(self) -> int:
        return self.implemented + self.abandoned + self.open

    @property
    def retrospective(self) -> int:
        return sum((self.published or {}).values())

    @property
    def only_published(self) -> bool:
        """Nothing here was done on the platform: there is nothing to measure."""
        return bool(self.retrospective) and not (self.accepted or self.captured.total or self.merged.total)

    @property
    def leaves_out(self) -> bool:
        return bool(self.captured.total or self.merged.total or self.retrospective)

    @property
    def masked(self) -> bool:
        """Nothing may be shown: see `Group.masked`."""
        return self.group.masked

    @property
    def only_counts(self) -> bool:
        """Too few ideas for a rate to mean anything."""
        return is_masked(self.accepted)

    @property
    def rate(self) -> float | None:
        """The plain share implemented so far, None when nothing was accepted."""
        return self.implemented / self.accepted if self.accepted else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the plain share."""
        return wilson(self.implemented, self.accepted) if self.accepted else None

    @cached_property
    def curve(self) -> IncidenceCurve:
        return cumulative_incidence_from_counts(self.by_month)

    @cached_property
    def shown_until(self) -> int | None:
        """The last month at which five ideas are at risk: pages show nothing past it. None if never."""
        return self.curve.followed_until()

    def within(self, months: int) -> CurvePoint | None:
        """The incidence after so many months, None where fewer than five ideas are followed that long."""
        return self.curve.at(months) if months <= (-1 if self.shown_until is None else self.shown_until) else None

    def months_to(self, share: float) -> int | None:
        """The month by which that share was implemented, None if that is not so within what is shown."""
        return self._shown(self.curve.months_to_quantile(share))

    @cached_property
    def any_decision(self) -> OutcomeTimes:
        """The months by which parts were implemented or abandoned, None where that is not so within what is shown."""
        return OutcomeTimes(*(self._shown(months) for months in time_to_outcome(self.by_month)))

    def _shown(self, months: int | None) -> int | None:
        return months if months is not None and self.within(months) else None


QUARTERS = (0.25, 0.5, 0.75)


def as_json(figures: Figures) -> dict[str, Any]:
    """The figures under the names that others rely on, shares to six decimals; null where there is nothing yet."""
    return {
        "as_of": figures.as_of.isoformat(),
        "accepted": figures.accepted,
        "implemented": figures.implemented,
        "abandoned": figures.abandoned,
        "open": figures.open,
        **_shares(figures),
        "left_out": {
            "captured": figures.captured.total,
            "merged": figures.merged.total,
            "retrospective": figures.retrospective,
        },
        "still_live": figures.still_live,
        "confirmed": {"count": figures.confirmed, "of": figures.accepted},
        "reasons": dict(figures.reasons),
        "imprecise": {"count": figures.imprecise, **_bounds(figures)},
        "quantiles": _quantiles(figures),
        "any_decision": dict(zip(map(str, QUARTERS), time_to_outcome(figures.by_month), strict=True)),
        "by_cohort": _by_cohort(figures),
        "replications": figures.replications,
        "known_at": figures.known_at and figures.known_at.isoformat(),
    }


def _of_cohort(count: CohortCount) -> dict[str, Any]:
    return {
        "cohort": count.cohort,
        "accepted": count.accepted,
        "implemented": count.implemented,
        f"within_{HORIZONS[0]}_months": {"followed": count.followed, "implemented": count.within},
    }


def _shares(figures: Figures) -> dict[str, Any]:
    """The plain share with its interval, and the incidence at the months that count."""
    low, high = figures.interval or (None, None)
    return {
        "stock": {"rate": _rounded(figures.rate), "low": _rounded(low), "high": _rounded(high)},
        "incidence": [_point(figures.curve.at(months)) for months in HORIZONS],
    }


def _quantiles(figures: Figures) -> dict[str, int | None]:
    return {str(share): figures.curve.months_to_quantile(share) for share in QUARTERS}


def _by_cohort(figures: Figures) -> list[dict[str, Any]] | None:
    """None where there are more than MOST_COHORTS."""
    if figures.accepted and not figures.by_cohort:
        return None
    return [_of_cohort(count) for count in figures.by_cohort]


def _bounds(figures: Figures) -> dict[str, Any]:
    """What imprecise days may make of the figures, at the highest and at the lowest: null where all are precise."""
    sides = zip(("earliest", "latest"), figures.bounds or (None, None), strict=True)
    return {name: side and {**_shares(side), "quantiles": _quantiles(side)} for name, side in sides}


def _point(point: CurvePoint) -> dict[str, int | float | None]:
    return {
        "months": point.months,
        "implemented": _rounded(point.implemented),
        "low": _rounded(point.low),
        "high": _rounded(point.high),
        "abandoned": _rounded(point.abandoned),
        "open": _rounded(point.open),
        "at_risk": point.at_risk,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, DECIMALS)
