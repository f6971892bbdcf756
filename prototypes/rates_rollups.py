"""The one aggregate of the rates over everything, or over an edition, counted ahead: for whoever sees every idea.

A rollup counts only while nothing it was counted from has been touched, and on the day it was counted for; anything
else is counted directly. So it is never out of date, only missing.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import connection
from django.utils.timezone import now

from prototypes.models import RatesRollup
from prototypes.rates_sql import TALLY

Rows = list[tuple[Any, ...]]

STAMP: Final = "SELECT COUNT(*), COALESCE(MAX(transaction), 0) FROM prototypes_rateschange"
KEPT: Final = f"""
SELECT r.rows FROM prototypes_ratesrollup r
WHERE r.scope = %(scope)s AND r.as_of = %(as_of)s AND (r.changes, r.latest) = ({STAMP})
"""  # noqa: S608 - constants only
# In one statement, which sees one moment: the rows, and the changes they were counted after.
COUNTED: Final = f"""
SELECT s.changes, s.latest, t.* FROM ({STAMP}) AS s (changes, latest) LEFT JOIN ({TALLY}) t ON TRUE
"""  # noqa: S608 - constants only


def kept(name: str, as_of: date) -> Rows | None:
    """The tally's rows of the scope of that name; None where they have to be counted. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, {"scope": name, "as_of": as_of})
        found = cursor.fetchone()
    return None if found is None else [tuple(row) for row in json.loads(found[0])]


def holds(name: str, as_of: date) -> bool:
    """Whether there is a rollup that still counts. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({KEPT})", {"scope": name, "as_of": as_of})
        [found] = cursor.fetchone() or [False]
    return bool(found)


def counted_ahead(name: str, asked: Mapping[str, Any]) -> RatesRollup:
    """The scope of that name counted now, not saved; `asked` are the tally's parameters."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, asked)
        found = cursor.fetchall()
    changes, latest = found[0][:2]
    rows = [list(row[2:]) for row in found if row[2] is not None]
    return RatesRollup(
        scope=name, as_of=asked["as_of"], changes=changes, latest=latest, rows=rows, bounds=[], counted_at=now()
    )
