"""The linear model of an edition's Intertransfos, and the search for its plans."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from planning.solver.conflicts import smallest_conflict
from planning.solver.exchanges import (
    KM_PER_MEMBER_DAY,
    DateOption,
    EditionExchanges,
    ExchangeCriterion,
    ExchangeRule,
    ExchangeRuleKind,
    ExchangesPlan,
    ExchangesResult,
    OpenExchange,
    with_totals,
)
from planning.solver.lifting import LiftingModel, fewest_changes
from planning.solver.linear import find_another
from planning.solver.problem import CHANGES, PLANS

Report = Callable[[int], None]

COST_OF_A_CHANGE: Final = 0.01  # member-days: of plans that are equal, the one that changes less is better
TURNS: Final = ExchangeRule(ExchangeRuleKind.TURNS)

Turn = tuple[OpenExchange, dict[str, int]]  # an Intertransfo that a host takes in turn, with the variables of its hosts


class ExchangeModel(LiftingModel[ExchangeRule]):
    """The options of all Intertransfos; one of each is chosen, in their order, and hosts take turns.

    Rules can be enforced and lifted between two solutions.
    """

    def __init__(self, edition: EditionExchanges, *, strict: bool = True) -> None:
        """Build the model with all rules enforced; a `strict` one has only options that break none."""
        super().__init__()
        self.edition = edition
        self.chosen = [self.add_options(exchange.options, strict=strict) for exchange in edition.exchanges]
        self.hosts = [self._hosts(chosen) for chosen in self.chosen]
        self.furthest = self.model.add_variable(upper=float("inf"), is_integer=False)
        self._limit_furthest()
        for at, _later in enumerate(self.chosen[1:]):
            self._keep_order(at)
        self._take_turns()

    def best(self) -> ExchangesPlan | None:
        """Return the best plan under the rules that are enforced; None if there is none."""
        return self._plan() if self.model.maximise(self._points()) else None

    def limit_to(self, plan: ExchangesPlan) -> None:
        """Require that plans are as good as this one in each criterion."""
        costs = {variable: float(option.cost) for own in self.chosen for option, variable in own.items()}
        travel = {
            variable: float(self.edition.hosts[host].travel) for own in self.hosts for host, variable in own.items()
        }
        self.model.at_most(costs, plan.totals[ExchangeCriterion.DATES])
        self.model.at_most(travel, plan.totals[ExchangeCriterion.TRAVEL])
        self.model.at_most({self.furthest: 1.0}, plan.totals[ExchangeCriterion.FURTHEST])

    def exclude(self, plan: ExchangesPlan) -> None:
        """Require another host, or another week, for one Intertransfo at least."""
        alike = {
            variable: 1.0
            for exchange, own in zip(self.edition.exchanges, self.chosen, strict=True)
            for option, variable in own.items()
            if _week(option) == _week(plan.chosen[exchange.key])
        }
        self.model.at_most(alike, len(self.chosen) - 1)

    def _hosts(self, chosen: dict[DateOption, int]) -> dict[str, int]:
        """Return a variable for each host of an Intertransfo: 1 for the host of the chosen option."""
        hosts = {host: self.model.add_variable() for host in sorted({option.host for option in chosen})}
        for host, variable in hosts.items():
            own = {other: -1.0 for option, other in chosen.items() if option.host == host}
            self.model.equal({variable: 1.0, **own}, 0)
        return hosts

    def _limit_furthest(self) -> None:
        """Require that no cohort travels further than the variable says."""
        edition = self.edition
        for cohort in sorted(set(edition.kilometres) | set(edition.travelled)):
            terms = {
                variable: float(edition.kilometres.get(cohort, {}).get(host, 0))
                for own in self.hosts
                for host, variable in own.items()
            }
            self.model.at_most({**terms, self.furthest: -1.0}, -edition.travelled.get(cohort, 0))

    def _keep_order(self, at: int) -> None:
        """Require that the Intertransfo after number `at` begins when that one has ended."""
        earlier, later = self.chosen[at], self.chosen[at + 1]
        length = timedelta(days=self.edition.exchanges[at].days)
        for day in sorted({option.day for option in later}):
            too_late = {variable: 1.0 for option, variable in earlier.items() if option.day + length > day}
            too_early = {variable: 1.0 for option, variable in later.items() if option.day <= day}
            if too_late:
                self.model.at_most({**too_late, **too_early}, 1)

    def _take_turns(self) -> None:
        """Require that a host has had no more turns than any other cohort whose turn it may be."""
        turns = [
            (exchange, hosts)
            for exchange, hosts in zip(self.edition.exchanges, self.hosts, strict=True)
            if exchange.takes_turn
        ]
        for at, (exchange, hosts) in enumerate(turns):
            for host in hosts:
                for other in sorted(exchange.able - {host}):
                    self._let_host_first(turns[: at + 1], host, other)
        for host in sorted({host for _exchange, hosts in turns for host in hosts}):
            self._limit_turns(turns, host)

    def _let_host_first(self, turns: Sequence[Turn], host: str, other: str) -> None:
        """Require that `other` has had as many turns, when `host` takes the last of these.

        One that waits longer has to have had one more.
        """
        *earlier, (_exchange, last) = turns
        own, others = self.edition.hosts[host], self.edition.hosts[other]
        ahead = own.turns - others.turns + others.waits_longer_than(own)
        most = ahead + len(earlier)
        if most <= 0:
            return
        hosted = {hosts[host]: 1.0 for _exchange, hosts in earlier if host in hosts}
        hosted |= {hosts[other]: -1.0 for _exchange, hosts in earlier if other in hosts}
        # A host that always waits for the other is never further ahead than it was, or than one turn.
        lead = max(ahead, 1) if all(other in exchange.able for exchange, _hosts in earlier) else most
        self.model.at_most({**hosted, last[host]: float(lead), self.lift(TURNS): -float(most)}, lead - ahead)

    def _limit_turns(self, turns: Sequence[Turn], host: str) -> None:
        """Require what follows from the turns of all others together, so that the solver sees it sooner.

        Before a host takes its turn once more, all who have had as few and can host have theirs.
        """
        record, most, hosted = self.edition.hosts[host], 0, dict[int, float]()
        for before, (exchange, hosts) in enumerate(turns):
            others = [each for each in exchange.able - {host} if self.edition.hosts[each].turns <= record.turns]
            most = max(most, 1 + before // (1 + len(others)))
            hosted |= {hosts[host]: 1.0} if host in hosts else {}
            self.model.at_most({**hosted, self.lift(TURNS): -float(len(turns))}, most)

    def _points(self) -> dict[int, float]:
        """Return what each variable adds to the points of a plan: its cost in member-days, less than 0."""
        points = {self.furthest: -self.edition.weight_of_furthest}
        for exchange, own, hosts in zip(self.edition.exchanges, self.chosen, self.hosts, strict=True):
            for option, variable in own.items():
                is_change = (option.host, option.day) != exchange.current
                points[variable] = -option.cost - COST_OF_A_CHANGE * is_change
            for host, variable in hosts.items():
                points[variable] = -self.edition.hosts[host].travel / KM_PER_MEMBER_DAY
        return points

    def _plan(self) -> ExchangesPlan:
        """Return the plan of the latest solution."""
        chosen = {
            exchange.key: next(option for option, variable in own.items() if self.model.is_chosen(variable))
            for exchange, own in zip(self.edition.exchanges, self.chosen, strict=True)
        }
        plan = with_totals(self.edition, chosen)
        return ExchangesPlan(chosen, plan.totals, self.lifted_rules())


def _week(option: DateOption) -> tuple[str, int, int]:
    """Return the host and the calendar week of an option."""
    year, week, _day = option.day.isocalendar()
    return option.host, year, week


def solve_exchanges(edition: EditionExchanges, report: Report) -> ExchangesResult:
    """Return up to three plans of an edition's Intertransfos, or what would have to change.

    Among them is one that is in no criterion worse than the proposals one by one, where these respect all rules and it
    is found in time.
    `report` gets the number of steps done, from 1 to `STEPS`.
    """
    one_by_one = proposals_of(edition)
    plans: list[ExchangesPlan] = []
    model = ExchangeModel(edition)
    while len(plans) < PLANS and (plan := find_another(partial(_next_plan, model, plans, one_by_one), plans)):
        plans.append(plan)
        report(len(plans))
        model.exclude(plan)
    if plans:
        plans.sort(key=lambda plan: plan.totals[ExchangeCriterion.ALL])
        return ExchangesResult(tuple(plans), one_by_one=one_by_one)
    conflict = smallest_conflict(lambda: ExchangeModel(edition, strict=False))
    report(PLANS + 1)
    lenient = ExchangeModel(edition, strict=False)
    changes = fewest_changes(lenient, lenient.best, CHANGES, lambda step: report(PLANS + 1 + step))
    return ExchangesResult((), conflict, changes, one_by_one)


def proposals_of(edition: EditionExchanges) -> ExchangesPlan | None:
    """Return the proposals one by one as a plan; None if there is not one for each Intertransfo."""
    chosen = {}
    for exchange in edition.exchanges:
        if exchange.key in edition.one_by_one and (option := exchange.option(*edition.one_by_one[exchange.key])):
            chosen[exchange.key] = option
    return with_totals(edition, chosen) if chosen and len(chosen) == len(edition.exchanges) else None


def _next_plan(
    model: ExchangeModel, plans: Sequence[ExchangesPlan], one_by_one: ExchangesPlan | None
) -> ExchangesPlan | None:
    """Return the best plan; after it, if it is worse in a criterion than the proposals, the best that never is."""
    if len(plans) == 1 and one_by_one and not plans[0].is_never_worse_than(one_by_one):
        limited = ExchangeModel(model.edition)
        limited.limit_to(one_by_one)
        if plan := limited.best():
            return plan
    return model.best()
