"""Queries for measured effects: how many of the implemented ideas have one."""

from datetime import date
from typing import Final, NamedTuple

from figures.outcomes.queries import sql_parameters
from figures.outcomes.sql.measured import MEASURED_IDEAS
from figures.outcomes.sql.tally import OUTCOMES_NOW
from figures.scope.selection import FiguresScope
from web.database.replica import reading_connection, replica_allowed

EFFECT_COUNT: Final = f"""SELECT * FROM ({OUTCOMES_NOW}
SELECT COUNT(*) FILTER (WHERE o.id = ANY(ARRAY({MEASURED_IDEAS}))) AS measured, COUNT(*) AS implemented
FROM o WHERE o.outcome = 'implemented') AS effects
"""  # noqa: S608 - constants only


class EffectCount(NamedTuple):
    """The implemented ideas, and how many of them have a measured effect."""

    measured: int
    implemented: int


@replica_allowed
def effect_count(scope: FiguresScope, *, as_of: date) -> EffectCount:
    """Return how many ideas of the scope are implemented, and how many with a measured effect; one statement."""
    with reading_connection().cursor() as cursor:
        cursor.execute(EFFECT_COUNT, sql_parameters(scope, as_of))
        return EffectCount(*(cursor.fetchone() or (0, 0)))
