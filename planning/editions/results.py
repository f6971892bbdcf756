"""What the solver found for the Intertransfos of an edition, as JSON to be stored, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from planning.solver.exchanges import (
    DateOption,
    ExchangeCriterion,
    ExchangeRule,
    ExchangeRuleKind,
    ExchangesPlan,
    ExchangesResult,
)
from planning.solver.problem import ProposedLift


def as_json(result: ExchangesResult) -> dict[str, Any]:
    """Return an outcome as JSON."""
    return {
        "plans": [_plan_as_json(plan) for plan in result.plans],
        "one_by_one": _plan_as_json(result.one_by_one) if result.one_by_one else None,
        "conflict": [_rule_as_json(rule) for rule in result.conflict],
        "changes": [
            {"lifted": [_rule_as_json(rule) for rule in change.lifted], "plan": _plan_as_json(change.plan)}
            for change in result.changes
        ],
    }


def from_json(stored: Mapping[str, Any]) -> ExchangesResult:
    """Return the outcome of stored JSON; an empty one for {}."""
    return ExchangesResult(
        plans=tuple(_plan(plan) for plan in stored.get("plans", ())),
        one_by_one=_plan(stored["one_by_one"]) if stored.get("one_by_one") else None,
        conflict=tuple(_rule(rule) for rule in stored.get("conflict", ())),
        changes=tuple(
            ProposedLift(tuple(_rule(rule) for rule in change["lifted"]), _plan(change["plan"]))
            for change in stored.get("changes", ())
        ),
    )


def _plan_as_json(plan: ExchangesPlan) -> dict[str, Any]:
    """Return a plan as JSON; the cost of each option is part of the totals only."""
    return {
        "chosen": {key: [option.host, option.day.isoformat()] for key, option in plan.chosen.items()},
        "totals": {criterion.value: total for criterion, total in plan.totals.items()},
        "lifted": [_rule_as_json(rule) for rule in plan.lifted],
    }


def _plan(stored: Mapping[str, Any]) -> ExchangesPlan:
    """Return a plan of stored JSON."""
    return ExchangesPlan(
        chosen={key: DateOption(host, date.fromisoformat(day)) for key, (host, day) in stored["chosen"].items()},
        totals={ExchangeCriterion(criterion): total for criterion, total in stored["totals"].items()},
        lifted=tuple(_rule(rule) for rule in stored["lifted"]),
    )


def _rule_as_json(rule: ExchangeRule) -> list[str]:
    """Return a rule as JSON: its kind and subject."""
    return [rule.kind.value, rule.subject]


def _rule(stored: list[str]) -> ExchangeRule:
    """Return a rule of stored JSON."""
    return ExchangeRule(ExchangeRuleKind(stored[0]), stored[1])
