"""Rollups: the aggregates of the rates over everything, or over an edition, calculated in advance.

Only readers who see every idea use them. A rollup is current only while nothing it was counted from has changed, and on
the day it was counted for; otherwise the same statement counts directly. So a rollup is never out of date, only
missing.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from operator import itemgetter
from typing import Any, Final
from zlib import crc32

from django.db import connection
from django.utils.timezone import now

from figures.outcomes.models import RatesRollup
from figures.outcomes.outcome_counts import pooled_shares
from figures.outcomes.sql.tally import BOUNDS, TALLY
from figures.rates import OUTCOMES

# The columns of both aggregates, to read them from the JSON of a rollup.
TALLY_COLUMNS: Final = """outcome text, months float8, detail text, cohort_id bigint, ideas bigint, own bigint,
    still_live bigint, confirmed bigint, vague bigint, replicated bigint, accepted bigint, implemented bigint,
    followed bigint, within bigint, in_part bigint, days bigint,
    months_implemented float8[], months_abandoned float8[], months_open float8[], pooled jsonb"""
BOUNDS_COLUMNS: Final = "side text, outcome text, months float8, ideas bigint"
# Part of a rollup's name: a rollup with the columns of another release is not read.
LAYOUT: Final = f"@{crc32((TALLY_COLUMNS + BOUNDS_COLUMNS).encode()):08x}"

STAMP: Final = "SELECT COUNT(*), COALESCE(MAX(transaction), 0) FROM figures_rateschange"
CURRENT_ROLLUP: Final = f"""
SELECT r.rows, r.bounds FROM figures_ratesrollup r
WHERE r.scope = %(rollup)s || '{LAYOUT}' AND r.as_of = %(as_of)s AND (r.changes, r.latest) = ({STAMP})
"""  # noqa: S608 - constants only


def _aggregate_or_rollup(column: str, columns: str, directly: str) -> str:
    """Return SQL that reads a stored rollup if it is up to date, else runs the SQL `directly`.

    `column` is the rollup's JSON column, `columns` the names and types of the values in it. PostgreSQL runs only the
    half that is needed.
    """
    return f"""SELECT * FROM (WITH rollup AS MATERIALIZED ({CURRENT_ROLLUP})
SELECT t.* FROM rollup CROSS JOIN jsonb_to_recordset(rollup.{column}) AS t ({columns})
UNION ALL SELECT t.* FROM ({directly}) t WHERE NOT EXISTS (SELECT 1 FROM rollup)) AS tally
"""  # noqa: S608 - constants only


TALLY_OR_ROLLUP: Final = _aggregate_or_rollup("rows", TALLY_COLUMNS, TALLY)
BOUNDS_OR_ROLLUP: Final = _aggregate_or_rollup("bounds", BOUNDS_COLUMNS, BOUNDS)


def _as_json_array(aggregate: str) -> str:
    """Return an SQL expression for all rows of the statement `aggregate` as one JSON array, “[]” without rows."""
    return f"(SELECT COALESCE(jsonb_agg(t), '[]') FROM ({aggregate}) t)"  # noqa: S608 - constants only


# Both aggregates and the state of the changes, in one statement, so that all see the same moment.
ROLLUP_QUERY: Final = f"SELECT s.*, {_as_json_array(TALLY)}, {_as_json_array(BOUNDS)} FROM ({STAMP}) s"  # noqa: S608 - constants only


def is_rollup_current(name: str, as_of: date) -> bool:
    """Return whether the rollup `name` is stored for the day, and nothing that it counts has changed since."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({CURRENT_ROLLUP})", {"rollup": name, "as_of": as_of})
        [is_current] = cursor.fetchone() or [False]
    return bool(is_current)


def compute_rollup(name: str, parameters: Mapping[str, Any]) -> RatesRollup:
    """Return a new, unsaved rollup of the scope `name`, counted now in one statement, so that all see one moment.

    The months of each cohort are not stored: the shares with their intervals by cohort, which follow from them, are.
    `parameters` are those from `sql_parameters`.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROLLUP_QUERY, parameters)
        changes, latest, rows, bounds = cursor.fetchone() or (0, 0, "[]", "[]")
    columns = {"changes": changes, "latest": latest, "rows": _pooled(json.loads(rows)), "bounds": json.loads(bounds)}
    return RatesRollup(scope=name + LAYOUT, as_of=parameters["as_of"], counted_at=now(), **columns)


def _pooled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the tally without the months of cohorts, and with the pooled shares in the first row."""
    names = [f"months_{outcome}" for outcome in OUTCOMES]
    of_cohorts = sorted((row for row in rows if row["cohort_id"] is not None), key=itemgetter("cohort_id"))
    pooled = pooled_shares([row[name] or () for name in names] for row in of_cohorts)
    shares = {name: asdict(share) for name, share in pooled.items()}
    return [row | dict.fromkeys(names) | {"pooled": None if at else shares} for at, row in enumerate(rows)]
