"""The aggregates of the rates over everything, or over an edition, counted ahead: for whoever sees every idea.

A rollup counts only while nothing it was counted from has been touched, and on the day it was counted for; anything
else is counted directly, by the same statement. So it is never out of date, only missing.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import connection
from django.utils.timezone import now

from figures.outcomes.models import RatesRollup
from figures.outcomes.sql.tally import BOUNDS, TALLY

# The columns of both aggregates, as what was kept is read again.
TALLIED: Final = """outcome text, months float8, detail text, cohort_id bigint, ideas bigint, own bigint,
    standing bigint, confirmed bigint, vague bigint, replicated bigint, accepted bigint, implemented bigint,
    followed bigint, within bigint"""
BOUNDED: Final = "side text, outcome text, months float8, ideas bigint"

STAMP: Final = "SELECT COUNT(*), COALESCE(MAX(transaction), 0) FROM figures_rateschange"
KEPT: Final = f"""
SELECT r.rows, r.bounds FROM figures_ratesrollup r
WHERE r.scope = %(rollup)s AND r.as_of = %(as_of)s AND (r.changes, r.latest) = ({STAMP})
"""  # noqa: S608 - constants only


def _ahead(column: str, columns: str, directly: str) -> str:
    """What is kept, where it still counts; PostgreSQL runs the aggregate only where it does not."""
    return f"""SELECT * FROM (WITH kept AS MATERIALIZED ({KEPT})
SELECT t.* FROM kept CROSS JOIN jsonb_to_recordset(kept.{column}) AS t ({columns})
UNION ALL SELECT t.* FROM ({directly}) t WHERE NOT EXISTS (SELECT 1 FROM kept)) AS ahead
"""  # noqa: S608 - constants only


TALLY_AHEAD: Final = _ahead("rows", TALLIED, TALLY)
BOUNDS_AHEAD: Final = _ahead("bounds", BOUNDED, BOUNDS)


def _gathered(aggregate: str) -> str:
    return f"(SELECT COALESCE(jsonb_agg(t), '[]') FROM ({aggregate}) t)"  # noqa: S608 - constants only


# In one statement, which sees one moment: both aggregates, and the changes they were counted after.
COUNTED: Final = f"SELECT s.*, {_gathered(TALLY)}, {_gathered(BOUNDS)} FROM ({STAMP}) s"  # noqa: S608 - constants only


def holds(name: str, as_of: date) -> bool:
    """Whether there is a rollup that still counts. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({KEPT})", {"rollup": name, "as_of": as_of})
        [found] = cursor.fetchone() or [False]
    return bool(found)


def counted_ahead(name: str, asked: Mapping[str, Any]) -> RatesRollup:
    """The scope of that name counted now, not saved; `asked` are the aggregates' parameters."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, asked)
        changes, latest, rows, bounds = cursor.fetchone() or (0, 0, "[]", "[]")
    kept = {"changes": changes, "latest": latest, "rows": json.loads(rows), "bounds": json.loads(bounds)}
    return RatesRollup(scope=name, as_of=asked["as_of"], counted_at=now(), **kept)
