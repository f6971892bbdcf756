"""What the solver found, as JSON to be stored, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from planning.solver.problem import PlanRule, ProposedLift, RuleKind, ScoreCriterion, WeeksPlan, WeeksResult


def as_json(result: WeeksResult) -> dict[str, Any]:
    """Return an outcome as JSON."""
    return {
        "plans": [_plan_as_json(plan) for plan in result.plans],
        "conflict": [_rule_as_json(rule) for rule in result.conflict],
        "changes": [
            {"lifted": [_rule_as_json(rule) for rule in change.lifted], "plan": _plan_as_json(change.plan)}
            for change in result.changes
        ],
    }


def from_json(stored: Mapping[str, Any]) -> WeeksResult:
    """Return the outcome of stored JSON; an empty one for {}."""
    return WeeksResult(
        plans=tuple(_plan(plan) for plan in stored.get("plans", ())),
        conflict=tuple(_rule(rule) for rule in stored.get("conflict", ())),
        changes=tuple(
            ProposedLift(tuple(_rule(rule) for rule in change["lifted"]), _plan(change["plan"]))
            for change in stored.get("changes", ())
        ),
    )


def _plan_as_json(plan: WeeksPlan) -> dict[str, Any]:
    """Return a plan as JSON."""
    return {
        "mondays": [monday.isoformat() for monday in plan.mondays],
        "people": {monday.isoformat(): sorted(people) for monday, people in plan.people.items()},
        "points": {criterion.value: points for criterion, points in plan.points.items()},
        "lifted": [_rule_as_json(rule) for rule in plan.lifted],
    }


def _plan(stored: Mapping[str, Any]) -> WeeksPlan:
    """Return a plan of stored JSON."""
    return WeeksPlan(
        mondays=tuple(map(date.fromisoformat, stored["mondays"])),
        people={date.fromisoformat(monday): frozenset(people) for monday, people in stored["people"].items()},
        points={ScoreCriterion(criterion): points for criterion, points in stored["points"].items()},
        lifted=tuple(_rule(rule) for rule in stored["lifted"]),
    )


def _rule_as_json(rule: PlanRule) -> list[str]:
    """Return a rule as JSON: its kind, subject and week ("" for none)."""
    return [rule.kind.value, rule.subject, rule.monday.isoformat() if rule.monday else ""]


def _rule(stored: list[str]) -> PlanRule:
    """Return a rule of stored JSON."""
    kind, subject, monday = stored
    return PlanRule(RuleKind(kind), subject, date.fromisoformat(monday) if monday else None)
