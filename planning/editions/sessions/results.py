"""What the solver found for the sessions of an edition, as JSON to be stored, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from planning.solver.problem import ProposedLift
from planning.solver.sessions import SessionRule, SessionRuleKind, SessionsPlan, SessionsResult


def as_json(result: SessionsResult) -> dict[str, Any]:
    """Return an outcome as JSON."""
    return {
        "plans": [_plan_as_json(plan) for plan in result.plans],
        "conflict": _rules_as_json(result.conflict),
        "changes": [
            {"lifted": _rules_as_json(change.lifted), "plan": _plan_as_json(change.plan)} for change in result.changes
        ],
    }


def from_json(stored: Mapping[str, Any]) -> SessionsResult:
    """Return the outcome of stored JSON; an empty one for {}."""
    return SessionsResult(
        plans=tuple(_plan(plan) for plan in stored.get("plans", ())),
        conflict=_rules(stored.get("conflict", ())),
        changes=tuple(
            ProposedLift(_rules(change["lifted"]), _plan(change["plan"])) for change in stored.get("changes", ())
        ),
    )


def _plan_as_json(plan: SessionsPlan) -> dict[str, Any]:
    """Return a plan as JSON."""
    chosen = {key: [day.isoformat() for day in days] for key, days in plan.chosen.items()}
    return {"chosen": chosen, "cost": plan.cost, "lifted": _rules_as_json(plan.lifted)}


def _plan(stored: Mapping[str, Any]) -> SessionsPlan:
    """Return a plan of stored JSON."""
    chosen = {key: tuple(map(date.fromisoformat, days)) for key, days in stored["chosen"].items()}
    return SessionsPlan(chosen, stored["cost"], _rules(stored["lifted"]))


def _rules_as_json(rules: tuple[SessionRule, ...]) -> list[list[str]]:
    """Return rules as JSON: their kinds and subjects."""
    return [[rule.kind.value, rule.subject] for rule in rules]


def _rules(stored: Any) -> tuple[SessionRule, ...]:
    """Return the rules of stored JSON."""
    return tuple(SessionRule(SessionRuleKind(kind), subject) for kind, subject in stored)
