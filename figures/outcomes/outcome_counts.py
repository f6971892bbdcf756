"""The figures of a rates page: what was counted and what was left out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from math import ceil, floor, inf
from typing import Any

from figures.intervals.pooled import PooledShare, pooled_count, pooled_incidence
from figures.rates import (
    OUTCOMES,
    CohortMonths,
    CurvePoint,
    IncidenceCurve,
    MonthCounts,
    cumulative_incidence_from_counts,
    is_masked,
    month_counts_of,
    months_of,
    wilson,
)

HORIZONS = (12, 24)
DECIMALS = 6
PLAIN = "plain"
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class CohortCount:
    """The accepted and implemented ideas of one cohort. `own`: the reader may see its rows.

    At one age: `followed` ideas were accepted so long ago that the month of the first horizon is over, whatever their
    outcome since; `implemented_by_horizon` of them were implemented by the end of it.
    """

    cohort: int
    accepted: int
    implemented: int
    own: bool = True
    followed: int = 0
    implemented_by_horizon: int = 0

    @property
    def share(self) -> float:
        """The share (0–1) of the cohort's followed ideas that were implemented within 12 months of acceptance.

        Followed are those accepted 12 months ago or earlier; raises ZeroDivisionError without any.
        """
        return self.implemented_by_horizon / self.followed


def month_counts(ideas: Mapping[tuple[float, str], int]) -> tuple[MonthCounts, ...]:
    """Return one row per number of months, lowest first, from the numbers of ideas by (months, outcome)."""
    months = sorted({after for after, _ in ideas})
    return tuple(MonthCounts(after, *(ideas.get((after, outcome), 0) for outcome in OUTCOMES)) for after in months)


def time_to_outcome(rows: Iterable[MonthCounts]) -> list[int | None]:
    """Return the months after which a quarter, half and three quarters of the ideas were implemented or abandoned.

    None where that was not reached. Kaplan-Meier with open ideas censored; used for both outcomes together only,
    because with abandoned ideas censored it would overstate how many are implemented.
    """
    curve = cumulative_incidence_from_counts((row.months, row.implemented + row.abandoned, 0, row.open) for row in rows)
    return [curve.months_to_quantile(share) for share in QUARTERS]


def pooled_shares(cohorts: Iterable[CohortMonths]) -> dict[str, PooledShare]:
    """Return the plain share (“plain”) and those within 12 and 24 months (“12”, “24”), with their intervals by cohort.

    Cohorts without accepted ideas are left out. Empty where fewer than two have some.
    """
    groups = [cohort for cohort in cohorts if any(cohort)]
    if len(groups) < 2:
        return {}
    curve = cumulative_incidence_from_counts(month_counts_of(groups))
    plain = pooled_count((len(group[0]), sum(map(len, group))) for group in groups)
    return {PLAIN: plain, **{str(months): pooled_incidence(groups, months, curve=curve) for months in HORIZONS}}


@dataclass(frozen=True)
class Figures:
    """The outcomes of ideas by `as_of`: accepted = implemented + abandoned + open, by months.

    `still_live` counts implemented ideas that are live on that day; `published` counts ideas known from publications by
    the state they were published in. Captured, merged and published ideas are in no rate. `listed` counts the accepted
    ideas that the reader may see one by one. `confirmed` counts the
    accepted ideas with an update in the six months before `as_of`, `confirmed_implemented` those of them that are
    implemented; `reasons` the abandoned ones by reason from the
    fixed list ("" where none was chosen); `imprecise` those whose acceptance, implementation or abandonment is known to
    the month or the year only. `bounds` are the figures with these days such that ideas were implemented as soon after
    acceptance as possible, then as late: the highest and the lowest that the plain share can be. So is the incidence
    unless many open ideas lie between. Only `by_month` differs in them.

    `by_cohort` is empty where there are more than MAX_COHORTS. `cohort_months` has the months of the ideas of each
    cohort; where it is empty, all ideas are taken to be of one cohort. `doubts` has ideas of which the outcome may be
    wrong, as numbers by months: “unconfirmed” open ones, implemented ones “in_part” because other parts were abandoned,
    and “merged” ones, after they were accepted. `days_to_acceptance` is the median from capture.
    `of_period` tells that only ideas accepted in some period are counted, so that none is `captured`. `replications`
    counts ideas live on that day in an authority other than their own; `measured_effects` implemented ideas with a
    measured effect, None where that was not counted. With `known_at`, anything recorded after that moment is ignored.
    """

    as_of: date
    by_month: tuple[MonthCounts, ...] = ()
    listed: int = 0
    captured: int = 0
    merged: int = 0
    still_live: int = 0
    published: Mapping[str, int] | None = None
    confirmed: int = 0
    confirmed_implemented: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_cohort: tuple[CohortCount, ...] = ()
    cohort_months: tuple[CohortMonths, ...] = ()
    doubts: Mapping[str, Mapping[float, int]] = field(default_factory=dict)
    days_to_acceptance: int | None = None
    of_period: bool = False
    imprecise: int = 0
    bounds: tuple[Figures, Figures] | None = None
    replications: int = 0
    measured_effects: int | None = None
    known_at: datetime | None = None

    @cached_property
    def implemented(self) -> int:
        """The number of accepted ideas that were implemented by `as_of`, whether or not they are still live."""
        return sum(row.implemented for row in self.by_month)

    @cached_property
    def abandoned(self) -> int:
        """The number of accepted ideas that are abandoned on the day `as_of`."""
        return sum(row.abandoned for row in self.by_month)

    @cached_property
    def open(self) -> int:
        """The number of accepted ideas that are neither implemented nor abandoned on the day `as_of`."""
        return sum(row.open for row in self.by_month)

    @property
    def accepted(self) -> int:
        """The number of accepted ideas, whatever their outcome: the denominator of the rates."""
        return self.implemented + self.abandoned + self.open

    @property
    def retrospective(self) -> int:
        """The number of ideas known from publications only, which are in no rate."""
        return sum((self.published or {}).values())

    @property
    def only_published(self) -> bool:
        """Whether all ideas come from publications, so that there is nothing to measure."""
        return bool(self.retrospective) and not (self.accepted or self.captured or self.merged)

    @property
    def has_uncounted_ideas(self) -> bool:
        """Whether some ideas are in no rate: captured only, merged, or known from publications."""
        return bool(self.captured or self.merged or self.retrospective)

    @property
    def not_listed(self) -> int:
        """The number of accepted ideas of other authorities, which the reader may count but not see one by one."""
        return self.accepted - self.listed

    @property
    def is_too_few_for_rates(self) -> bool:
        """Whether fewer than five ideas were accepted, so that a rate would mean nothing."""
        return is_masked(self.accepted)

    @property
    def rate(self) -> float | None:
        """The share (0–1) of accepted ideas that are implemented by `as_of`, None when nothing was accepted."""
        return self.implemented / self.accepted if self.accepted else None

    @property
    def counts(self) -> Counter[tuple[float, str]]:
        """The numbers of accepted ideas by months and outcome."""
        counts: Counter[tuple[float, str]] = Counter()
        for months, *numbers in self.by_month:
            counts.update({(months, outcome): ideas for outcome, ideas in zip(OUTCOMES, numbers, strict=True)})
        return counts

    @cached_property
    def pooled(self) -> dict[str, PooledShare]:
        """The shares of several cohorts by name (see `pooled_shares`); empty for one cohort."""
        return pooled_shares(self.cohort_months)

    @property
    def plain_share(self) -> PooledShare:
        """The share of accepted ideas that are implemented by `as_of`, with its 95 % interval.

        Of one cohort the interval is Wilson's, of several it is by cohort. Without an accepted idea there is no share.
        """
        return self.pooled.get(PLAIN) or pooled_count([(self.implemented, self.accepted)])

    def share_within(self, months: int) -> PooledShare:
        """Return the share implemented within 12 or 24 months of acceptance, with its 95 % interval.

        The share is that of the curve. Of one cohort the interval is log-log, of several it is by cohort. It is given
        however few ideas were followed that long: `incidence_at` decides whether pages show it.
        """
        return self.pooled.get(str(months)) or pooled_incidence([months_of(self.by_month)], months)

    @cached_property
    def curve(self) -> IncidenceCurve:
        """The curve of the shares implemented, abandoned and open by months since acceptance (Aalen–Johansen)."""
        return cumulative_incidence_from_counts(self.by_month)

    @cached_property
    def last_displayed_month(self) -> int | None:
        """The last whole month for which the shares are known, None without one: pages end the curve there.

        Where every idea is implemented or abandoned, that is the end of the month in which the last one was.
        """
        last = self.curve.last_known()
        return None if last is None else ceil(last) if self.curve.first_censored == inf else floor(last)

    def incidence_at(self, months: int) -> CurvePoint | None:
        """Return the point of the curve `months` after acceptance: the shares implemented, abandoned and open.

        None where they are not known yet: fewer than five ideas are still open then, and others are younger.
        """
        return self.curve.at(months) if self.curve.is_known_at(months) else None

    def months_until_share(self, share: float) -> int | None:
        """Return the months by which a share (0–1) was implemented; None if not reached, or not known yet."""
        return self._if_known(self.curve.months_to_quantile(share))

    @cached_property
    def any_decision(self) -> list[int | None]:
        """The months by which 25, 50 and 75 % of the ideas were closed; None if not reached, or not known yet."""
        return [self._if_known(months) for months in time_to_outcome(self.by_month)]

    def _if_known(self, months: int | None) -> int | None:
        """Return `months` if the shares after so many months are known, else None; None for None."""
        return months if months is not None and self.incidence_at(months) else None


def as_json(figures: Figures) -> dict[str, Any]:
    """Return the rates as a dict for JSON, under keys that stay; shares (0–1) have six decimals, None for nothing."""
    return {
        "as_of": figures.as_of.isoformat(),
        "accepted": figures.accepted,
        "implemented": figures.implemented,
        "abandoned": figures.abandoned,
        "open": figures.open,
        "stock": _plain_json(figures),
        "incidence": [_point(figures, months) for months in HORIZONS],
        "left_out": {
            "captured": figures.captured,
            "merged": figures.merged,
            "retrospective": figures.retrospective,
        },
        "still_live": figures.still_live,
        "confirmed": {
            "count": figures.confirmed,
            "of": figures.accepted,
            "implemented": figures.confirmed_implemented,
        },
        "reasons": dict(figures.reasons),
        "imprecise": {"count": figures.imprecise, **_bounds(figures)},
        "quantiles": _quantiles(figures),
        "any_decision": dict(zip(map(str, QUARTERS), time_to_outcome(figures.by_month), strict=True)),
        "by_cohort": _by_cohort(figures),
        "replications": figures.replications,
        "measured_effects": {"count": figures.measured_effects, "of": figures.implemented},
        "known_at": figures.known_at and figures.known_at.isoformat(),
    }


def _quantiles(figures: Figures) -> dict[str, int | None]:
    """Return, for JSON, the months by which 25, 50 and 75 % of the ideas are implemented; None where not reached."""
    return {str(share): figures.curve.months_to_quantile(share) for share in QUARTERS}


def _by_cohort(figures: Figures) -> list[dict[str, Any]] | None:
    """Return the counts of each cohort with accepted ideas as a list for JSON; None with more than 100 cohorts."""
    if figures.accepted and not figures.by_cohort:
        return None
    return [
        {
            "cohort": count.cohort,
            "accepted": count.accepted,
            "implemented": count.implemented,
            f"within_{HORIZONS[0]}_months": {"followed": count.followed, "implemented": count.implemented_by_horizon},
        }
        for count in figures.by_cohort
    ]


def _plain_json(figures: Figures) -> dict[str, Any]:
    """Return the plain share as a dict for JSON, with its interval and the one it would have of unrelated ideas."""
    plain = figures.plain_share
    low, high = wilson(figures.implemented, figures.accepted) if figures.accepted else (None, None)
    return {"rate": rounded(plain.share), **_interval(plain, "wilson", low, high)}


def _point(figures: Figures, months: int) -> dict[str, Any]:
    """Return a point of the incidence curve as a dict for JSON: months, shares (0–1), ideas at risk, and the interval.

    The other interval is the one that the point would have of unrelated ideas.
    """
    point, pooled = figures.curve.at(months), figures.share_within(months)
    return {
        "months": months,
        "implemented": rounded(point.implemented),
        **_interval(pooled, "log-log", point.low, point.high),
        "abandoned": rounded(point.abandoned),
        "open": rounded(point.open),
        "at_risk": point.at_risk,
    }


def _interval(share: PooledShare, other: str, low: float | None, high: float | None) -> dict[str, Any]:
    """Return the interval of a share as a dict for JSON: its bounds and its name, None where there is none.

    `low` and `high` are the bounds of the interval `other`, listed too if it is another one.
    """
    others = {} if low is None or share.interval == other else {other: {"low": rounded(low), "high": rounded(high)}}
    return {
        "low": rounded(share.low),
        "high": rounded(share.high),
        "interval": share.interval,
        "other_intervals": others,
    }


def shares_json(figures: Figures) -> dict[str, Any]:
    """Return the plain share and those within 12 and 24 months as a dict for JSON, without intervals."""
    within = [{"months": months, "implemented": rounded(figures.curve.at(months).implemented)} for months in HORIZONS]
    return {"stock": {"rate": rounded(figures.rate)}, "incidence": within}


def _bounds(figures: Figures) -> dict[str, Any]:
    """Return, for JSON, the highest (“earliest”) and lowest (“latest”) rates that imprecise days allow; else None.

    Each holds the plain share, those within 12 and 24 months, and the months to each quarter.
    """
    sides = zip(("earliest", "latest"), figures.bounds or (None, None), strict=True)
    return {name: side and {**shares_json(side), "quantiles": _quantiles(side)} for name, side in sides}


def rounded(share: float | None) -> float | None:
    """Return a share rounded to six decimals, None for None."""
    return None if share is None else round(share, DECIMALS)
