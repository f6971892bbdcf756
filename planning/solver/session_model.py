"""The linear model of the sessions of cohorts that share people, and the search for its plans."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

from planning.solver.conflicts import smallest_conflict
from planning.solver.lifting import LiftingModel, fewest_changes
from planning.solver.linear import find_another
from planning.solver.problem import CHANGES, PLANS
from planning.solver.sessions import (
    DaysOption,
    EditionSessions,
    OpenSession,
    SessionRule,
    SessionsPlan,
    SessionsResult,
    people_rule,
    share_someone,
)

Chosen = dict[DaysOption, int]  # the options of a session, each with its variable


class SessionModel(LiftingModel[SessionRule]):
    """The options of all sessions, of which each has one; each cohort keeps their order, and nobody is expected twice.

    Rules can be enforced and lifted between two solutions.
    """

    def __init__(self, edition: EditionSessions, *, strict: bool = True) -> None:
        """Build the model with all rules enforced; a `strict` one has only options that break none."""
        super().__init__()
        self.edition = edition
        self.chosen = [self.add_options(session.options, strict=strict) for session in edition.sessions]
        for (session, earlier), (following, later) in self._successive():
            if session.cohort == following.cohort:
                self._keep_order(earlier, later)
        self._share_people()

    def best(self) -> SessionsPlan | None:
        """Return the plan that costs least under the rules that are enforced; None if there is none.

        Of plans that cost the same, it is one whose sessions move by the fewest days.
        """
        moves = {
            variable: (option.cost, abs((option.days[0] - session.current[0]).days))
            for session, own in zip(self.edition.sessions, self.chosen, strict=True)
            for option, variable in own.items()
        }
        share = 1 / (1 + sum(days for _cost, days in moves.values()))  # all days together weigh less than one of cost
        costs = {variable: -(cost + share * days) for variable, (cost, days) in moves.items()}
        return self._plan() if self.model.maximise(costs) else None

    def exclude(self, plan: SessionsPlan) -> None:
        """Require that one at least of the sessions that the plan moves is in another week, or stays."""
        alike, moved = dict[int, float](), 0
        for session, own in zip(self.edition.sessions, self.chosen, strict=True):
            if (days := plan.chosen[session.key]) == session.current:
                continue
            moved += 1
            week = days[0].isocalendar()[:2]
            alike |= {
                variable: 1.0
                for option, variable in own.items()
                if option.days[0].isocalendar()[:2] == week and option.days != session.current
            }
        self.model.at_most(alike, moved - 1)

    def _successive(self) -> Iterator[tuple[tuple[OpenSession, Chosen], tuple[OpenSession, Chosen]]]:
        """Yield pairs of sessions of which one follows the other, each with its options, cohort after cohort."""
        rows = zip(self.edition.sessions, self.chosen, strict=True)
        return pairwise(sorted(rows, key=lambda row: row[0].cohort))

    def _keep_order(self, earlier: Chosen, later: Chosen) -> None:
        """Require that a session begins when the one before it has ended."""
        for day in sorted({option.days[0] for option in later}):
            too_late = {variable: 1.0 for option, variable in earlier.items() if option.days[-1] >= day}
            too_early = {variable: 1.0 for option, variable in later.items() if option.days[0] <= day}
            if too_late:
                self.model.at_most({**too_late, **too_early}, 1)

    def _share_people(self) -> None:
        """Require that of two cohorts which share someone, one at most meets on a day."""
        meeting: dict[tuple[str, date], dict[int, float]] = defaultdict(dict)
        for session, own in zip(self.edition.sessions, self.chosen, strict=True):
            for option, variable in own.items():
                for day in option.days:
                    meeting[session.cohort, day][variable] = 1.0
        days = sorted({day for _cohort, day in meeting})
        for pair in sorted(self.edition.shared):
            for day in days:
                both = [meeting[cohort, day] for cohort in pair if (cohort, day) in meeting]
                if len(both) == len(pair) and share_someone(self.edition.shared, pair, day):
                    terms = {**both[0], **both[1], self.lift(people_rule(pair)): -1.0}
                    self.model.at_most(terms, 1)

    def _plan(self) -> SessionsPlan:
        """Return the plan of the latest solution."""
        options = {
            session.key: next(option for option, variable in own.items() if self.model.is_chosen(variable))
            for session, own in zip(self.edition.sessions, self.chosen, strict=True)
        }
        chosen = {key: option.days for key, option in options.items()}
        return SessionsPlan(chosen, sum(option.cost for option in options.values()), self.lifted_rules())


def solve_sessions(edition: EditionSessions, report: Callable[[int], None]) -> SessionsResult:
    """Return up to three plans of the sessions of an edition, or what would have to change.

    A plan that moves no session is the only one. `report` gets the number of steps done, from 1 to `STEPS`.
    """
    plans: list[SessionsPlan] = []
    model = SessionModel(edition)
    while len(plans) < PLANS and (plan := find_another(model.best, plans)):
        plans.append(plan)
        report(len(plans))
        if not moved_sessions(edition, plan):
            break
        model.exclude(plan)
    if plans:
        return SessionsResult(tuple(plans))
    conflict = smallest_conflict(lambda: SessionModel(edition, strict=False))
    report(PLANS + 1)
    lenient = SessionModel(edition, strict=False)
    changes = fewest_changes(lenient, lenient.best, CHANGES, lambda step: report(PLANS + 1 + step))
    return SessionsResult((), conflict, changes)


def moved_sessions(edition: EditionSessions, plan: SessionsPlan) -> list[OpenSession]:
    """Return the sessions that have other days in a plan than now."""
    return [session for session in edition.sessions if plan.chosen[session.key] != session.current]
