"""What a plan of on-site weeks must respect (rules) and what it is measured by (criteria), as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final, Generic, TypeVar

R = TypeVar("R")  # the rules
P = TypeVar("P")  # the plans


class RuleKind(StrEnum):
    """The kinds of rules that a plan respects, unless an exception lifts them; also the order in which pages list
    them.
    """

    WEEKS = "weeks"  # the number of on-site weeks
    SPACING = "spacing"  # weeks between two on-site weeks
    LOCKED = "locked"  # a week that staff locked
    HOST = "host"  # a host or site that is closed
    SCHOOL_HOLIDAYS = "school_holidays"
    CLOSED = "closed"  # summer, end of the year, closed periods of the lab's calendar
    EDITION = "edition"  # days on which the edition meets
    SESSION = "session"  # another session of the cohort
    DISCIPLINE = "discipline"  # a discipline that each week needs
    AWAY = "away"  # a person of the team who is not available
    ELSEWHERE = "elsewhere"  # a person of the team who works with another cohort
    DAYS = "days"  # the days that the agreement has left


@dataclass(frozen=True, slots=True)
class PlanRule:
    """A rule that a plan respects: its kind, whom or what it is about, and the week (its Monday) if it is about one.

    `subject` is a host's name, a discipline or the key of a person; "" for other kinds.
    """

    kind: RuleKind
    subject: str = ""
    monday: date | None = None

    @property
    def for_all_weeks(self) -> PlanRule:
        """The same rule for all weeks; a locked week stays a rule of its own."""
        return self if self.kind == RuleKind.LOCKED else PlanRule(self.kind, self.subject)

    @property
    def sort_key(self) -> tuple[int, str, date]:
        """The order of rules: by kind, then subject, then week."""
        return list(RuleKind).index(self.kind), self.subject, self.monday or date.min


class ScoreCriterion(StrEnum):
    """What plans are compared by; each gives points, up to its weight."""

    TEAM = "team"
    FULL_WEEKS = "full_weeks"
    SPREAD = "spread"
    WEEKENDS = "weekends"


# The weights of the lab's sketch of the planner, 100 points in all: a complete team, hosts who are there all week,
# weeks well apart, weekends away.
WEIGHTS: Final[Mapping[ScoreCriterion, int]] = {
    ScoreCriterion.TEAM: 40,
    ScoreCriterion.FULL_WEEKS: 25,
    ScoreCriterion.SPREAD: 20,
    ScoreCriterion.WEEKENDS: 15,
}
FAIRNESS: Final = 5  # of the points for weekends: lost with those of the person who has most
UNSURE: Final = 0.5  # the worth of someone, or of a week, that is still to be confirmed
DAYS_A_WEEK: Final = 5
PLANS: Final = 3  # to choose from
CHANGES: Final = 3  # each of which would be enough
STEPS: Final = PLANS + 1 + CHANGES  # the most that the solver reports for one residency
CLOSEST: Final = 2  # weeks from one on-site week to the next, whatever else is lifted: another week lies between


@dataclass(frozen=True, kw_only=True)
class Residency:
    """A residency whose on-site weeks are to be placed. Weeks are given by their Mondays, people by their keys.

    - `mondays`: the weeks that can be chosen, in order, without gaps that matter: those outside are never proposed.
    - `weeks`: the number of on-site weeks in all; `confirmed_weeks` are those of them that are held or confirmed.
    - `weeks_apart`: the least number of weeks from one on-site week to the next.
    - `team`: the disciplines of each person; `required` are those that each week needs.
    - `days`: working days of each week; `bridges`: how many of them lie between two days off.
    - `ruled_out`: the rules against a week; `away`: the rule against a person in a week.
    - `unsure_weeks`, `unsure_people`: what is still to be confirmed.
    - `locked`: weeks that staff locked; `exceptions`: rules that plans may break.
    - `days_left`: days of the team that the agreement has left; None for no limit.
    """

    key: str
    mondays: tuple[date, ...]
    weeks: int
    weeks_apart: int
    team: Mapping[str, frozenset[str]]
    required: frozenset[str] = frozenset()
    days: Mapping[date, int] = field(default_factory=dict)
    bridges: Mapping[date, int] = field(default_factory=dict)
    ruled_out: Mapping[date, tuple[PlanRule, ...]] = field(default_factory=dict)
    away: Mapping[tuple[str, date], PlanRule] = field(default_factory=dict)
    unsure_weeks: frozenset[date] = frozenset()
    unsure_people: frozenset[tuple[str, date]] = frozenset()
    locked: frozenset[date] = frozenset()
    confirmed_weeks: tuple[date, ...] = ()
    exceptions: frozenset[PlanRule] = frozenset()
    days_left: int | None = None

    @property
    def open_weeks(self) -> int:
        """The number of weeks that are still to be placed."""
        return max(self.weeks - len(self.confirmed_weeks), 0)

    @cached_property
    def all_mondays(self) -> tuple[date, ...]:
        """The weeks that can be chosen and those that are confirmed, in order."""
        return tuple(sorted({*self.mondays, *self.confirmed_weeks}))

    def days_in(self, monday: date) -> int:
        """Return the working days of a week; five unless told otherwise."""
        return self.days.get(monday, DAYS_A_WEEK)

    def is_elsewhere(self, person: str, monday: date) -> bool:
        """Return whether the person works with another cohort in that week."""
        rule = self.away.get((person, monday))
        return rule is not None and rule.kind == RuleKind.ELSEWHERE


@dataclass(frozen=True, slots=True)
class WeeksPlan:
    """A plan: all on-site weeks in order, who is on site in each week that was placed, and its points.

    `lifted` are the rules that it breaks, each by an exception or a proposed change.
    """

    mondays: tuple[date, ...]
    people: Mapping[date, frozenset[str]]
    points: Mapping[ScoreCriterion, int]
    lifted: tuple[PlanRule, ...] = ()

    @property
    def score(self) -> int:
        """The points of all criteria, 100 at most."""
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class ProposedLift(Generic[R, P]):
    """Rules which, if they were all lifted, would make a plan possible, and the best plan then."""

    lifted: tuple[R, ...]
    plan: P


@dataclass(frozen=True, slots=True)
class SolverResult(Generic[R, P]):
    """What the solver found: up to three plans, the best first.

    Without any: the smallest set of rules that contradict each other (`conflict`), and `changes`, each of which would
    be enough.
    """

    plans: tuple[P, ...] = ()
    conflict: tuple[R, ...] = ()
    changes: tuple[ProposedLift[R, P], ...] = ()


class WeeksResult(SolverResult[PlanRule, WeeksPlan]):
    """What the solver found for a residency."""
