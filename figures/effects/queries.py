"""Queries for measured effects: how many implemented ideas have one, and each value of each indicator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import connection

from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import sql_parameters
from figures.outcomes.sql.measured import MEASURED_IDEAS
from figures.outcomes.sql.tally import outcomes
from figures.scope.selection import FiguresScope


class EffectCount(NamedTuple):
    """The implemented ideas, and how many of them have a measured effect."""

    measured: int
    implemented: int


def _effect_count(*, as_known: bool) -> str:
    """Return SQL for one row: the implemented ideas with a measured effect, and all implemented ideas.

    With `as_known`, only records made by the parameter `known_at` count.
    """
    return f"""SELECT * FROM ({outcomes(as_known=as_known)}
SELECT COUNT(*) FILTER (WHERE o.id = ANY(ARRAY({MEASURED_IDEAS}))) AS measured, COUNT(*) AS implemented
FROM o WHERE o.outcome = 'implemented') AS effects
"""  # noqa: S608 - constants only


EFFECT_COUNT: Final = _effect_count(as_known=False)
EFFECT_COUNT_AS_KNOWN: Final = _effect_count(as_known=True)


def effect_count(
    scope: FiguresScope, *, as_of: date, known_at: datetime | None = None, only_measured: bool = False
) -> EffectCount:
    """Return how many ideas of the scope are implemented on the day `as_of`, and how many of them have a measured
    effect, in one statement.

    With `known_at`, records made after that moment are ignored. With `only_measured`, other ideas are not read, so that
    the implemented ones are those with a measured effect.
    """
    parameters = sql_parameters(scope, as_of) | {"known_at": known_at, "only_measured": only_measured}
    with connection.cursor() as cursor:
        cursor.execute(EFFECT_COUNT_AS_KNOWN if known_at else EFFECT_COUNT, parameters)
        return EffectCount(*(cursor.fetchone() or (0, 0)))


def with_effects(figures: Figures, scope: FiguresScope) -> Figures:
    """Return the figures of a scope with the number of implemented ideas that have a measured effect.

    One statement; none while nothing is implemented.
    """
    if not figures.implemented:
        return replace(figures, measured_effects=0)
    count = effect_count(scope, as_of=figures.as_of, known_at=figures.known_at, only_measured=True)
    return replace(figures, measured_effects=count.measured)
