"""The sessions of cohorts that share people, as values: possible days, rules, and the cohorts that share someone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from planning.solver.problem import SolverResult

Days = tuple[date, ...]
Pair = tuple[str, str]  # two cohorts, by their keys in order


class SessionRuleKind(StrEnum):
    """The kinds of rules that plans of sessions respect; also the order in which pages list them."""

    PEOPLE = "people"  # nobody is expected at sessions of two cohorts on one day
    LOCKED = "locked"  # a session that staff locked keeps its days
    NEAR = "near"  # a session stays near its present days
    HOLIDAYS = "holidays"  # no session moves into school holidays or a closed period


@dataclass(frozen=True, slots=True)
class SessionRule:
    """A rule: its kind, and the key of the session that it is about; two cohorts, with a space, for people in both."""

    kind: SessionRuleKind
    subject: str

    @property
    def sort_key(self) -> tuple[int, str]:
        """The order of rules: by kind, then subject."""
        return list(SessionRuleKind).index(self.kind), self.subject


@dataclass(frozen=True, slots=True)
class DaysOption:
    """Days that a session could have, with their cost in days; `broken_rules` are the rules that they break."""

    days: Days
    cost: int = 0
    broken_rules: frozenset[SessionRule] = frozenset()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session whose days can change: its cohort, the days that it has, and those that it could have."""

    key: str
    cohort: str
    current: Days
    options: tuple[DaysOption, ...]


@dataclass(frozen=True, kw_only=True)
class EditionSessions:
    """The sessions of an edition whose days can change, in the order in which each cohort has them.

    `shared` are the first and last days of the times in which two cohorts share someone.
    """

    sessions: tuple[OpenSession, ...]
    shared: Mapping[Pair, tuple[tuple[date, date], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionsPlan:
    """The days of each session, by its key, and their cost in days; `lifted` are rules that they break."""

    chosen: Mapping[str, Days]
    cost: int
    lifted: tuple[SessionRule, ...] = ()


class SessionsResult(SolverResult[SessionRule, SessionsPlan]):
    """What the solver found for the sessions of an edition."""


def pair_of(cohort: str, other: str) -> Pair:
    """Return two cohorts in the order in which they are keys of `shared`."""
    return (cohort, other) if cohort < other else (other, cohort)


def people_rule(pair: Pair) -> SessionRule:
    """Return the rule that nobody is expected at sessions of both cohorts on one day."""
    return SessionRule(SessionRuleKind.PEOPLE, " ".join(pair))


def share_someone(shared: Mapping[Pair, tuple[tuple[date, date], ...]], pair: Pair, day: date) -> bool:
    """Return whether somebody belongs to both cohorts on a day."""
    return any(first <= day <= last for first, last in shared.get(pair, ()))
