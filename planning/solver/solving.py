"""Find plans, and say what contradicts itself where there is none."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from planning.solver.conflicts import smallest_conflict
from planning.solver.linear import find_another
from planning.solver.placement import Placement
from planning.solver.problem import CHANGES, PLANS, PlanRule, ProposedLift, Residency, RuleKind, WeeksPlan, WeeksResult

Report = Callable[[int], None]


def _no_report(_step: int) -> None:
    """Report to nobody."""


def solve(residency: Residency, report: Report = _no_report) -> WeeksResult:
    """Return up to three plans of a residency, or what would have to change.

    `report` gets the number of steps done, from 1 to `STEPS`.
    """
    plans: list[list[WeeksPlan]] = []
    placement = Placement([residency])
    while len(plans) < PLANS and (plan := find_another(placement.best, plans)):
        plans.append(plan)
        report(len(plans))
        placement.exclude_weeks(0, plan[0].mondays)
    if plans:
        return WeeksResult(plans=tuple(plan for [plan] in plans))
    conflict = conflict_of(residency)
    report(PLANS + 1)
    return WeeksResult(conflict=conflict, changes=_changes(residency, lambda step: report(PLANS + 1 + step)))


def solve_together(residencies: Sequence[Residency], report: Report = _no_report) -> list[WeeksResult]:
    """Return the best plans of residencies that share people, each with its second and third best.

    Those compare with the other residencies as they are in the best plan. A residency that no plan fits gets what would
    have to change; the others are planned without it. `report` gets the number of residencies done.
    """
    best = _best_together(residencies)
    outcomes = []
    for at, residency in enumerate(residencies):
        others = {key: plan for key, plan in best.items() if key != residency.key}
        outcomes.append(solve(among(residency, others)))
        report(at + 1)
    return outcomes


def among(residency: Residency, others: dict[str, WeeksPlan]) -> Residency:
    """Return the residency with the people of other plans elsewhere in their weeks; `others` are by residency."""
    taken = {
        (person, monday): PlanRule(RuleKind.ELSEWHERE, person, monday)
        for plan in others.values()
        for monday, people in plan.people.items()
        for person in people & residency.team.keys()
    }
    return replace(residency, away={**taken, **residency.away})


def _best_together(residencies: Sequence[Residency]) -> dict[str, WeeksPlan]:
    """Return the best plans of all residencies that can be planned, by their key, with the most points in all."""
    possible = list(residencies)
    while possible:
        placement = Placement(possible)
        if plans := placement.best():
            return {residency.key: plan for residency, plan in zip(possible, plans, strict=True)}
        placement.enforce(())
        lifting = placement.best() or []
        left_out = [one.key for one, plan in zip(possible, lifting, strict=True) if set(plan.lifted) - one.exceptions]
        possible = [residency for residency in possible if residency.key not in left_out]
    return {}


def conflict_of(residency: Residency) -> tuple[PlanRule, ...]:
    """Return the smallest set of rules that no plan respects together; empty if a plan respects all."""
    conflict = smallest_conflict(lambda: Placement([residency]))
    return _with_number_of_weeks(conflict) if conflict else ()


def _with_number_of_weeks(conflict: Collection[PlanRule]) -> tuple[PlanRule, ...]:
    """Return a conflict in order; locked weeks contradict each other only because there are fewer on-site weeks."""
    are_too_many = all(rule.kind == RuleKind.LOCKED for rule in conflict)
    rules = [*conflict, *[PlanRule(RuleKind.WEEKS)] * are_too_many]
    return tuple(sorted(rules, key=lambda rule: rule.sort_key))


def _changes(residency: Residency, report: Report) -> tuple[ProposedLift[PlanRule, WeeksPlan], ...]:
    """Return up to three sets of rules of which one would be enough to lift, the fewest first, with the best plan then.

    No set contains another one.
    """
    placement = Placement([residency])
    placement.enforce(())
    changes: list[ProposedLift[PlanRule, WeeksPlan]] = []

    def next_change() -> ProposedLift[PlanRule, WeeksPlan] | None:
        if not (plans := placement.best()):
            return None
        [plan] = plans
        return ProposedLift(tuple(rule for rule in plan.lifted if rule not in residency.exceptions), plan)

    while len(changes) < CHANGES and (change := find_another(next_change, changes)):
        changes.append(change)
        report(len(changes))
        placement.exclude_lifted(0, change.lifted)
    return tuple(changes)
