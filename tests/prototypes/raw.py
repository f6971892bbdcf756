"""Events and tests of ideas inserted in raw SQL."""

from datetime import date
from typing import Any

from prototypes.models import Idea
from tests.factories.prototypes import DAYS, noon
from tests.sql import execute

PLAIN: dict[str, Any] = {
    "state_label": "",
    "precision": "day",
    "reason": "",
    "abandoned_for": "",
    "evidence": "",
    "decision": "",
    "is_reported_state": False,
    "source": "",
    "position": 0,
}


def insert_event(idea: Idea, state: str, on: date | None = None, **columns: Any) -> int:
    """Insert one event of an idea; by default it is recorded on the day it happened."""
    on = on or DAYS[state]
    recorded = columns.pop("recorded_on", on)
    row = PLAIN | {"idea_id": idea.pk, "state": state, "effective_on": on, "recorded_on": recorded}
    row |= {"recorded_at": noon(recorded)} | columns
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    [(pk,)] = execute(f"INSERT INTO prototypes_ideaevent ({names}) VALUES ({marks}) RETURNING id", *row.values())
    return int(pk)
