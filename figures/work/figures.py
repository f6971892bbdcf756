"""What the work of cohorts gave: first prototypes in test, tests and what they showed, who came. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from figures.groups import Group
from figures.outcomes.figures import DECIMALS
from figures.rates import Observation, cumulative_incidence, months_between, wilson

RESULTS = ("met", "not_met", "inconclusive")
STRENGTHS = ("said", "did_in_lab", "did_for_real")

First = Literal["on_time", "late", "not_yet", "overdue"]


@dataclass(frozen=True, slots=True)
class CohortWork:
    """One cohort's work by some day. `own`: the reader may see its rows.

    `reached_on` is the day its first prototype was in test, `target` the months its format gives it from `started_on`.
    `results` and `strengths` count concluded tests; `locked` of them were locked before anything was observed.
    `came`, `expected` and `unknown` are half-days of members: those they came to, those of which it is known whether
    they came, and those of which nobody noted it. `people` are the members concerned.
    """

    cohort: int
    edition: int
    own: bool = True
    started_on: date | None = None
    target: int | None = None
    reached_on: date | None = None
    results: Mapping[str, int] = field(default_factory=dict)
    strengths: Mapping[str, int] = field(default_factory=dict)
    locked: int = 0
    came: int = 0
    expected: int = 0
    unknown: int = 0
    people: int = 0

    @property
    def concluded(self) -> int:
        return sum(self.results.values())

    def first_by(self, as_of: date) -> First | None:
        """How its first prototype stands against the target, the due day included; None without start or target."""
        if self.started_on is None or self.started_on > as_of or self.target is None:
            return None
        due = self.started_on + relativedelta(months=self.target)
        if self.reached_on:
            return "on_time" if self.reached_on <= due else "late"
        return "overdue" if as_of > due else "not_yet"

    def months_by(self, as_of: date) -> Observation | None:
        """Months from its start to its first prototype in test, or followed without one until `as_of`."""
        if self.started_on is None or self.started_on > as_of:
            return None
        until = max(self.reached_on or as_of, self.started_on)
        return months_between(self.started_on, until), "implemented" if self.reached_on else "open"


@dataclass(frozen=True)
class WorkFigures:
    """The work of some cohorts by `as_of`. Each group is masked for itself, as those of the rates are.

    `tests_only`: a kind of challenge or a period chooses the tests; figures of full cohorts are left out.
    """

    as_of: date
    cohorts: tuple[CohortWork, ...] = ()
    tests_only: bool = False

    @cached_property
    def started(self) -> Group:
        """Cohorts that had begun."""
        return self._group((row, 1) for row in self.cohorts if row.months_by(self.as_of))

    @cached_property
    def firsts(self) -> dict[First, int]:
        """Cohorts by how their first prototype stands against the target of their format."""
        stands = [row.first_by(self.as_of) for row in self.cohorts]
        order: tuple[First, ...] = ("on_time", "late", "not_yet", "overdue")
        return {stand: stands.count(stand) for stand in order}

    @property
    def targeted(self) -> int:
        """Cohorts that had begun and whose format has a target."""
        return sum(self.firsts.values())

    @cached_property
    def targets(self) -> list[int]:
        """The targets that their formats give, in months, each once."""
        return sorted({row.target for row in self.cohorts if row.target is not None and row.first_by(self.as_of)})

    @cached_property
    def median_months(self) -> int | None:
        """The whole months by which half the cohorts had a first prototype in test; None while that is not so.

        Cohorts without one count as followed until `as_of`, so that young ones do not flatter the figure.
        """
        followed = [months for row in self.cohorts if (months := row.months_by(self.as_of))]
        return cumulative_incidence(followed).months_to_quantile(1 / 2) if followed else None

    @cached_property
    def tests(self) -> Group:
        """Concluded tests."""
        return self._group((row, row.concluded) for row in self.cohorts)

    @cached_property
    def results(self) -> dict[str, int]:
        return {slug: sum(row.results.get(slug, 0) for row in self.cohorts) for slug in RESULTS}

    @cached_property
    def strengths(self) -> dict[str, int]:
        """Concluded tests by how much they prove; those of which nobody said it are left out."""
        return {slug: sum(row.strengths.get(slug, 0) for row in self.cohorts) for slug in STRENGTHS}

    @cached_property
    def locked(self) -> int:
        return sum(row.locked for row in self.cohorts)

    @property
    def locked_share(self) -> float | None:
        return self.locked / self.tests.total if self.tests.total else None

    @property
    def locked_interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the share of tests locked before observing."""
        return wilson(self.locked, self.tests.total) if self.tests.total else None

    @cached_property
    def people(self) -> Group:
        """Members whose attendance is asked for."""
        return self._group((row, row.people) for row in self.cohorts)

    @cached_property
    def came(self) -> int:
        return sum(row.came for row in self.cohorts)

    @cached_property
    def expected(self) -> int:
        return sum(row.expected for row in self.cohorts)

    @cached_property
    def unknown(self) -> int:
        return sum(row.unknown for row in self.cohorts)

    @property
    def attendance(self) -> float | None:
        """Half-days that members came to, of those of which it is known whether they did."""
        return self.came / self.expected if self.expected else None

    @property
    def unknown_share(self) -> float | None:
        """Half-days of which nobody noted it, of all."""
        whole = self.expected + self.unknown
        return self.unknown / whole if whole else None

    @property
    def empty(self) -> bool:
        return not (self.tests.total or (not self.tests_only and (self.started.total or self.people.total)))

    def of_edition(self, edition: int) -> WorkFigures:
        """Those of one edition, for lab staff: they may see every row."""
        rows = (replace(row, own=True) for row in self.cohorts if row.edition == edition)
        return WorkFigures(self.as_of, tuple(rows))

    def _group(self, counted: Iterable[tuple[CohortWork, int]]) -> Group:
        rows = list(counted)
        return Group(sum(count for _, count in rows), sum(count for row, count in rows if row.own))


def work_json(figures: WorkFigures) -> dict[str, Any]:
    """The figures for the command, shares to six decimals; null where there is nothing yet."""
    low, high = figures.locked_interval or (None, None)
    return {
        "first_prototype": {
            **figures.firsts,
            "of": figures.targeted,
            "targets": figures.targets,
            "median_months": figures.median_months,
        },
        "tests": {
            "concluded": figures.tests.total,
            **figures.results,
            "locked": {"count": figures.locked, "rate": _rounded(figures.locked_share), "low": _rounded(low)}
            | {"high": _rounded(high)},
            "strength": figures.strengths,
        },
        "attendance": {
            "half_days": figures.came,
            "expected": figures.expected,
            "unknown": figures.unknown,
            "rate": _rounded(figures.attendance),
            "unknown_share": _rounded(figures.unknown_share),
        },
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, DECIMALS)
