"""Results of the work of cohorts: first prototypes in test, results of tests, attendance. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from figures.outcomes.outcome_counts import rounded
from figures.rates import Observation, cumulative_incidence, months_between, wilson

RESULTS = ("met", "not_met", "inconclusive")
STRENGTHS = ("said", "did_in_lab", "did_for_real")
HALF_DAYS = ("came", "expected", "excused", "unknown", "people")  # half-days, then the members concerned

FirstPrototypeStatus = Literal["on_time", "late", "not_yet", "overdue"]


@dataclass(frozen=True, slots=True)
class CohortWork:
    """The work of one cohort by some day.

    `reached_on` is the day its first prototype was in test, `target` the months that its format allows from
    `started_on`. `results` and `strengths` count concluded tests; `locked` of them were locked before anything was
    observed. `came`, `expected`, `excused` and `unknown` are half-days of members: attended, attended or missed without
    an excuse, missed with one, and without a record. `people` is the number of members concerned.
    """

    cohort: int
    started_on: date | None = None
    target: int | None = None
    reached_on: date | None = None
    results: Mapping[str, int] = field(default_factory=dict)
    strengths: Mapping[str, int] = field(default_factory=dict)
    locked: int = 0
    came: int = 0
    expected: int = 0
    excused: int = 0
    unknown: int = 0
    people: int = 0

    @property
    def concluded(self) -> int:
        """The number of the cohort's concluded tests, whatever their result."""
        return sum(self.results.values())

    def first_prototype_status(self, as_of: date) -> FirstPrototypeStatus | None:
        """Return “on_time”, “late”, “not_yet” (not yet due) or “overdue” for the first prototype in test.

        None where the cohort has not started by `as_of`, or its format has no target. On the due day it is on time.
        """
        if self.started_on is None or self.started_on > as_of or self.target is None:
            return None
        due = self.started_on + relativedelta(months=self.target)
        if self.reached_on:
            return "on_time" if self.reached_on <= due else "late"
        return "overdue" if as_of > due else "not_yet"

    def months_to_first_prototype(self, as_of: date) -> Observation | None:
        """Return (months, “implemented”) from start to first prototype in test; (months, “open”) while there is none.

        The months of a cohort without one run until `as_of`. None where it has not started by then.
        """
        if self.started_on is None or self.started_on > as_of:
            return None
        until = max(self.reached_on or as_of, self.started_on)
        return months_between(self.started_on, until), "implemented" if self.reached_on else "open"


@dataclass(frozen=True)
class WorkFigures:
    """The work of some cohorts by `as_of`.

    `tests_only`: a kind of challenge or a period selects the tests; figures of whole cohorts are left out.
    """

    as_of: date
    cohorts: tuple[CohortWork, ...] = ()
    tests_only: bool = False

    @property
    def started(self) -> int:
        """The number of cohorts that have started by `as_of`."""
        return len(self._months_to_first_prototypes)

    @cached_property
    def _months_to_first_prototypes(self) -> list[Observation]:
        """The months from start to first prototype in test of each cohort that has started by `as_of`."""
        return [months for row in self.cohorts if (months := row.months_to_first_prototype(self.as_of))]

    @cached_property
    def first_prototypes(self) -> dict[FirstPrototypeStatus, int]:
        """The number of cohorts by status of their first prototype: “on_time”, “late”, “not_yet”, “overdue”.

        Cohorts that have not started or whose format has no target are not counted.
        """
        statuses = [status for _target, status in self._statuses]
        order: tuple[FirstPrototypeStatus, ...] = ("on_time", "late", "not_yet", "overdue")
        return {status: statuses.count(status) for status in order}

    @cached_property
    def _statuses(self) -> list[tuple[int | None, FirstPrototypeStatus | None]]:
        """Each cohort's target for the first prototype, in months, and the status of that prototype."""
        return [(row.target, row.first_prototype_status(self.as_of)) for row in self.cohorts]

    @property
    def targeted(self) -> int:
        """The number of cohorts that have started and whose format sets a target for the first prototype."""
        return sum(self.first_prototypes.values())

    @cached_property
    def targets(self) -> list[int]:
        """The distinct targets for the first prototype, in months, lowest first, of cohorts that have started."""
        return sorted({target for target, status in self._statuses if target is not None and status})

    @cached_property
    def median_months(self) -> int | None:
        """The whole months by which half of the cohorts had a first prototype in test; None until then.

        Cohorts without one count as followed until `as_of`, so that young cohorts do not improve the figure.
        """
        followed = self._months_to_first_prototypes
        return cumulative_incidence(followed).months_to_quantile(1 / 2) if followed else None

    @cached_property
    def total(self) -> CohortWork:
        """The counts of all cohorts added up, as if they were one cohort."""
        counts: dict[str, Any] = {
            name: sum(getattr(row, name) for row in self.cohorts) for name in ("locked", *HALF_DAYS)
        }
        return CohortWork(
            cohort=0,
            results={slug: sum(row.results.get(slug, 0) for row in self.cohorts) for slug in RESULTS},
            strengths={slug: sum(row.strengths.get(slug, 0) for row in self.cohorts) for slug in STRENGTHS},
            **counts,
        )

    @property
    def tests(self) -> int:
        """The number of concluded tests."""
        return self.total.concluded

    @property
    def locked_share(self) -> float | None:
        """The share (0–1) of concluded tests whose threshold was fixed before observation; None without any."""
        return self.total.locked / self.tests if self.tests else None

    @property
    def locked_interval(self) -> tuple[float, float] | None:
        """The lower and upper bound of `locked_share`: Wilson's 95 % interval. None without concluded tests."""
        return wilson(self.total.locked, self.tests) if self.tests else None

    @property
    def attendance(self) -> float | None:
        """The share (0–1) of half-days attended, out of those attended or missed without an excuse; None without."""
        return self.total.came / self.total.expected if self.total.expected else None

    @property
    def half_days(self) -> int:
        """The number of members' half-days of past session days, whatever is recorded of them."""
        return self.total.expected + self.total.excused + self.total.unknown

    @property
    def excused_share(self) -> float | None:
        """The share (0–1) of members' half-days for which they were excused; None without half-days."""
        return self.total.excused / self.half_days if self.half_days else None

    @property
    def unknown_share(self) -> float | None:
        """The share (0–1) of members' half-days for which no attendance is recorded; None without half-days."""
        return self.total.unknown / self.half_days if self.half_days else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: no concluded test and, without a filter, no cohort started nor member."""
        return not (self.tests or (not self.tests_only and (self.started or self.total.people)))


def work_json(figures: WorkFigures) -> dict[str, Any]:
    """Return the results of the work as a dict for JSON: first prototypes, tests and attendance.

    Shares (0–1) have six decimals; None where there is nothing yet.
    """
    total, (low, high) = figures.total, figures.locked_interval or (None, None)
    return {
        "first_prototype": {
            **figures.first_prototypes,
            "of": figures.targeted,
            "targets": figures.targets,
            "median_months": figures.median_months,
        },
        "tests": {
            "concluded": figures.tests,
            **total.results,
            "locked": {"count": total.locked, "rate": rounded(figures.locked_share), "low": rounded(low)}
            | {"high": rounded(high)},
            "strength": total.strengths,
        },
        "attendance": {
            "half_days": total.came,
            "expected": total.expected,
            "excused": total.excused,
            "unknown": total.unknown,
            "rate": rounded(figures.attendance),
            "excused_share": rounded(figures.excused_share),
            "unknown_share": rounded(figures.unknown_share),
        },
    }
