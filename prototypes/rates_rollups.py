"""The one aggregate of the rates over everything, or over an edition, counted ahead: for whoever reads them all.

A rollup counts only while nothing it was counted from has been touched, and on the day it was counted for; anything
else is counted directly. So it is never out of date, only missing. Whose ideas the reader may see is the same for
everyone who reads it: those who see all of them.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from prototypes.models import Idea, RatesRollup
from prototypes.rates_sql import TALLY

Rows = list[tuple[Any, ...]]

# Below that many ideas they are counted as quickly as a rollup is read.
WORTH_IT: Final = 2_000
STAMP: Final = "SELECT COUNT(*), COALESCE(MAX(transaction), 0) FROM prototypes_rateschange"
KEPT: Final = f"""
SELECT r.rows FROM prototypes_ratesrollup r
WHERE r.scope = %(scope)s AND r.as_of = %(as_of)s AND (r.changes, r.latest) = ({STAMP})
"""  # noqa: S608 - constants only
# In one statement, which sees one moment: the rows and the changes they were counted after.
COUNTED: Final = f"""
SELECT s.changes, s.latest, t.* FROM ({STAMP}) AS s (changes, latest) LEFT JOIN ({TALLY}) t ON TRUE
"""  # noqa: S608 - constants only


def kept(scope: str, as_of: date) -> Rows | None:
    """The rows of the tally, None where they have to be counted. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, {"scope": scope, "as_of": as_of})
        found = cursor.fetchone()
    return [tuple(row) for row in found[0]] if found else None
