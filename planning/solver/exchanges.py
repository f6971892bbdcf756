"""The Intertransfos of an edition that are still to be planned, as values: options, hosts, rules and criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from planning.solver.problem import SolverResult

KM_PER_MEMBER_DAY: Final = 100  # a journey of 100 km counts like a date that suits a member one day less


class ExchangeRuleKind(StrEnum):
    """The kinds of rules that plans of Intertransfos respect; also the order in which pages list them."""

    TURNS = "turns"  # no cohort hosts again before each has hosted; the one that waits longest comes first
    STARTS = "starts"  # a cohort hosts only from its start
    DECLINED = "declined"  # a cohort that was asked to host and could not
    LOCKED = "locked"  # an Intertransfo that staff locked, or whose date or host a person chose
    TARGET = "target"  # an Intertransfo is near its target date
    CLOSED = "closed"  # summer, end of the year, closed periods of the lab's calendar
    EDITION = "edition"  # within the edition's dates


@dataclass(frozen=True, slots=True)
class ExchangeRule:
    """A rule: its kind, and the key of the Intertransfo or cohort that it is about; "" for those about all."""

    kind: ExchangeRuleKind
    subject: str = ""

    @property
    def sort_key(self) -> tuple[int, str]:
        """The order of rules: by kind, then subject."""
        return list(ExchangeRuleKind).index(self.kind), self.subject


@dataclass(frozen=True, slots=True)
class DateOption:
    """A host and a first day that an Intertransfo could have, with the cost of its dates in member-days.

    `broken_rules` are the rules that it breaks.
    """

    host: str
    day: date
    cost: int = 0
    broken_rules: frozenset[ExchangeRule] = frozenset()


@dataclass(frozen=True, slots=True)
class OpenExchange:
    """An Intertransfo to be planned, with its number of days and its options.

    `able` are the cohorts whose turn to host it may be. One whose host is fixed takes no turn (`takes_turn`): a person
    decided. `current` are the host and the first day that it has now.
    """

    key: str
    days: int
    options: tuple[DateOption, ...]
    able: frozenset[str] = frozenset()
    takes_turn: bool = True
    current: tuple[str, date] | None = None

    def option(self, host: str, day: date) -> DateOption | None:
        """Return the option of a host and a first day; None if there is none."""
        return next((option for option in self.options if (option.host, option.day) == (host, day)), None)


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What counts for a cohort that may host: its turns so far, the first day of the last one, and the journeys to it.

    `travel` is the distance of all participants to it, in kilometres times people.
    """

    turns: int = 0
    last_hosted: date | None = None
    travel: int = 0

    def waits_longer_than(self, other: HostRecord) -> bool:
        """Return whether it comes before another cohort with as many turns."""
        return self.turns == other.turns and (self.last_hosted or date.min) < (other.last_hosted or date.min)


class ExchangeCriterion(StrEnum):
    """What plans of Intertransfos are compared by; less is better."""

    DATES = "dates"  # member-days: how far from the targets, and how many members the dates do not suit
    TRAVEL = "travel"  # kilometres times people, one way
    FURTHEST = "furthest"  # kilometres of each person of the cohort that travels furthest in all
    ALL = "all"  # member-days: dates and journeys together


@dataclass(frozen=True, kw_only=True)
class EditionExchanges:
    """The Intertransfos of an edition that can still be planned, in their order, and what their plans depend on.

    - `hosts`: the cohorts that may host, by key.
    - `kilometres`: from each cohort to each host; `travelled`: what each travels to the other Intertransfos.
    - `people`: the members of all cohorts together.
    - `one_by_one`: host and first day of each Intertransfo as proposed one after the other; empty without a proposal
      for each.
    """

    exchanges: tuple[OpenExchange, ...]
    hosts: Mapping[str, HostRecord]
    kilometres: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    travelled: Mapping[str, int] = field(default_factory=dict)
    people: int = 1
    one_by_one: Mapping[str, tuple[str, date]] = field(default_factory=dict)

    @property
    def weight_of_furthest(self) -> float:
        """The member-days that a kilometre of the cohort which travels furthest counts: as if it travelled twice."""
        return self.people / max(len(self.hosts), 1) / KM_PER_MEMBER_DAY


@dataclass(frozen=True, slots=True)
class ExchangesPlan:
    """An option for each Intertransfo, by its key, with the totals by criterion; `lifted` are rules that it breaks."""

    chosen: Mapping[str, DateOption]
    totals: Mapping[ExchangeCriterion, int]
    lifted: tuple[ExchangeRule, ...] = ()

    def is_never_worse_than(self, other: ExchangesPlan) -> bool:
        """Return whether the plan is as good as another one in each criterion."""
        return all(total <= other.totals[criterion] for criterion, total in self.totals.items())


@dataclass(frozen=True, slots=True)
class ExchangesResult(SolverResult[ExchangeRule, ExchangesPlan]):
    """What the solver found for the Intertransfos of an edition; `one_by_one` are the proposals one after the other."""

    one_by_one: ExchangesPlan | None = None


def totals_of(edition: EditionExchanges, chosen: Sequence[DateOption]) -> dict[ExchangeCriterion, int]:
    """Return the totals of a choice of options, by criterion."""
    cohorts = set(edition.kilometres) | set(edition.travelled)
    distances = [
        edition.travelled.get(cohort, 0)
        + sum(edition.kilometres.get(cohort, {}).get(option.host, 0) for option in chosen)
        for cohort in cohorts
    ]
    dates, furthest = sum(option.cost for option in chosen), max(distances, default=0)
    travel = sum(edition.hosts[option.host].travel for option in chosen)
    return {
        ExchangeCriterion.DATES: dates,
        ExchangeCriterion.TRAVEL: travel,
        ExchangeCriterion.FURTHEST: furthest,
        ExchangeCriterion.ALL: round(dates + travel / KM_PER_MEMBER_DAY + furthest * edition.weight_of_furthest),
    }


def with_totals(edition: EditionExchanges, chosen: Mapping[str, DateOption]) -> ExchangesPlan:
    """Return a choice of options as a plan, with the rules that its options break."""
    lifted = {rule for option in chosen.values() for rule in option.broken_rules}
    ordered = tuple(sorted(lifted, key=lambda rule: rule.sort_key))
    return ExchangesPlan(chosen, totals_of(edition, list(chosen.values())), ordered)
