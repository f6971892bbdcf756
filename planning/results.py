"""What the solver found, as JSON to be stored, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from planning.solver.problem import Change, Criterion, Fixed, FixedKind, Outcome, WeeksPlan


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON."""
    return {
        "plans": [_plan_as_json(plan) for plan in outcome.plans],
        "conflict": [_fixed_as_json(fixed) for fixed in outcome.conflict],
        "changes": [
            {"lifted": [_fixed_as_json(fixed) for fixed in change.lifted], "plan": _plan_as_json(change.plan)}
            for change in outcome.changes
        ],
    }


def from_json(stored: Mapping[str, Any]) -> Outcome:
    """Return the outcome of stored JSON; an empty one for {}."""
    return Outcome(
        plans=tuple(_plan(plan) for plan in stored.get("plans", ())),
        conflict=tuple(_fixed(fixed) for fixed in stored.get("conflict", ())),
        changes=tuple(
            Change(tuple(_fixed(fixed) for fixed in change["lifted"]), _plan(change["plan"]))
            for change in stored.get("changes", ())
        ),
    )


def _plan_as_json(plan: WeeksPlan) -> dict[str, Any]:
    """Return a plan as JSON."""
    return {
        "mondays": [monday.isoformat() for monday in plan.mondays],
        "people": {monday.isoformat(): sorted(people) for monday, people in plan.people.items()},
        "points": {criterion.value: points for criterion, points in plan.points.items()},
        "lifted": [_fixed_as_json(fixed) for fixed in plan.lifted],
    }


def _plan(stored: Mapping[str, Any]) -> WeeksPlan:
    """Return a plan of stored JSON."""
    return WeeksPlan(
        mondays=tuple(map(date.fromisoformat, stored["mondays"])),
        people={date.fromisoformat(monday): frozenset(people) for monday, people in stored["people"].items()},
        points={Criterion(criterion): points for criterion, points in stored["points"].items()},
        lifted=tuple(_fixed(fixed) for fixed in stored["lifted"]),
    )


def _fixed_as_json(fixed: Fixed) -> list[str]:
    """Return a rule as JSON: its kind, subject and week ("" for none)."""
    return [fixed.kind.value, fixed.subject, fixed.monday.isoformat() if fixed.monday else ""]


def _fixed(stored: list[str]) -> Fixed:
    """Return a rule of stored JSON."""
    kind, subject, monday = stored
    return Fixed(FixedKind(kind), subject, date.fromisoformat(monday) if monday else None)
