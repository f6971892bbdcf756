"""The ideas behind the rates, row by row: one statement whatever their number, read from the server as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from figures.outcomes.queries import IN_PART, asked_of
from figures.outcomes.sql.lists import one_by_one
from figures.outcomes.sql.tally import COUNTS_NOW, COUNTS_THEN
from figures.scope.selection import Scope
from prototypes.enums import ChallengeKind, IdeaState
from web.dates.months import rounded_months
from web.dates.precision import Precision
from web.exports.tables import Cell

AT_ONCE: Final = 1000  # rows that travel together


def _rows(*, known: bool) -> str:
    """The day of acceptance is as precise as the event that tells of it; only the few imprecise ones are looked up.

    A part of a split idea has the day of the whole, of which only that it is imprecise is known here.
    """
    more = f""", o.accepted_on,
       COALESCE((SELECT MAX(e.precision) FROM prototypes_ideaevent e
                 WHERE o.accepted_on = ANY(o.vaguely_accepted) AND e.idea_id = o.id AND e.state = 'accepted'
                 AND e.effective_on = o.accepted_on AND {COUNTS_THEN if known else COUNTS_NOW}),
                CASE WHEN o.accepted_on = ANY(o.vaguely_accepted) THEN 'month' ELSE 'day' END) AS acceptance"""  # noqa: S608
    return f"""
SELECT i.reference, i.title, ch.title, ch.kind, c.name, a.name, t.state, t.outcome, t.accepted_on, t.acceptance,
       t.since, t.precision, t.months, t.reason, i.last_sign_on, t.in_part
FROM ({one_by_one(known=known, more=more)}) t
JOIN prototypes_idea i ON i.id = t.id
JOIN cohorts_cohort c ON c.id = i.cohort_id
JOIN programmes_authority a ON a.id = c.authority_id
LEFT JOIN prototypes_challenge ch ON ch.id = i.challenge_id
WHERE t.months IS NOT NULL
ORDER BY c.code, i.number, i.id
"""  # noqa: S608 - constants only


ROWS, ROWS_THEN = _rows(known=False), _rows(known=True)


class Row(NamedTuple):
    """One idea as it stood on the day of the figures; `last_sign_on` is as known today."""

    reference: str
    title: str
    challenge: str | None
    kind: str | None
    cohort: str
    authority: str
    state: str
    outcome: str
    accepted_on: date
    accepted_precision: str
    since: date
    precision: str
    months: float
    reason: str
    last_sign_on: date | None
    in_part: bool


WIDTHS: Final = (12, 48, 36, 18, 24, 28, 18, 14, 12, 12, 12, 12, 10, 48, 12)


def header() -> list[str]:
    return [
        _("Reference"),
        _("Idea"),
        _("Challenge"),
        _("Kind of challenge"),
        _("Cohort"),
        _("Authority"),
        _("State on that day"),
        _("Counts as"),
        _("Accepted on"),
        _("Accepted on: precision of the date"),
        _("Since"),
        _("Since: precision of the date"),
        _("Months"),
        _("Reason for abandonment"),
        _("Last update, as known today"),
    ]


def parameters(scope: Scope, *, as_of: date, known_at: datetime | None = None) -> dict[str, Any]:
    """What the statement is told. Others of a shared edition, which are counted as a whole, are not among its rows."""
    return asked_of(replace(scope, everyone=False), as_of) | {"known_at": known_at}


def ideas_one_by_one(scope: Scope, *, as_of: date, known_at: datetime | None = None) -> Iterator[Row]:
    """Those in the denominator whose authority the reader may read row by row, by reference."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS_THEN if known_at else ROWS, parameters(scope, as_of=as_of, known_at=known_at))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from (Row(*row) for row in rows)


def cells(rows: Iterator[Row]) -> Iterator[tuple[Cell, ...]]:
    """The rows in the reader's words, which are looked up once."""
    states = {str(state): str(state.label) for state in IdeaState}
    outcomes = {**states, "open": _("open")}
    kinds = {str(kind): str(kind.label) for kind in ChallengeKind}
    precisions = {str(precision): str(precision.label) for precision in Precision}
    for row in rows:
        yield (
            *row[:3],
            kinds.get(row.kind or ""),
            row.cohort,
            row.authority,
            states[row.state],
            str(IN_PART) if row.in_part else outcomes[row.outcome],
            row.accepted_on,
            precisions[row.accepted_precision],
            row.since,
            precisions[row.precision],
            rounded_months(row.months),
            row.reason,
            row.last_sign_on,
        )
