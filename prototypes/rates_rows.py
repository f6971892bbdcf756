"""The ideas behind the rates, row by row: one statement whatever their number, read from the server as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from prototypes.enums import BEEN_LIVE, COUNTED_SCOPES, ChallengeKind, IdeaState
from prototypes.rates_queries import ONE_BY_ONE, Scope
from web.precision import Precision
from web.tables import Cell

AT_ONCE: Final = 1000  # rows that travel together

# The day of acceptance is as precise as the event that still tells of it; the few imprecise ones are looked up by hash.
ROWS: Final = f"""
SELECT i.reference, i.title, ch.title, ch.kind, c.name, a.name, t.state, t.outcome,
       i.accepted_on, COALESCE(vague.precision, 'day'), t.since, t.precision, t.months, t.reason, i.last_sign_on
FROM ({ONE_BY_ONE}) t
JOIN prototypes_idea i ON i.id = t.id
JOIN cohorts_cohort c ON c.id = i.cohort_id
JOIN programmes_authority a ON a.id = c.authority_id
LEFT JOIN prototypes_challenge ch ON ch.id = i.challenge_id
LEFT JOIN (SELECT e.idea_id, e.effective_on, MAX(e.precision) AS precision FROM prototypes_ideaevent e
           WHERE e.state = 'accepted' AND e.precision <> 'day'
           AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)
           GROUP BY 1, 2) vague ON vague.idea_id = i.id AND vague.effective_on = i.accepted_on
WHERE t.outcome IN ('implemented', 'abandoned', 'open')
ORDER BY c.code, i.number, i.id
"""  # noqa: S608 - constants only


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
    months: int
    reason: str
    last_sign_on: date | None


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
        _("Accepted: known to the"),
        _("Since"),
        _("Since: known to the"),
        _("Months"),
        _("Reason of abandonment"),
        _("Last sign, as known today"),
    ]


def ideas_one_by_one(scope: Scope, *, as_of: date, **known: Any) -> Iterator[Row]:
    """Those in the denominator whose authority the reader may read row by row, by reference.

    Others of a shared edition, which are counted as a whole, are not among them.
    """
    mine = replace(scope, everyone=False)
    asked = {"ids": None, "scopes": list(COUNTED_SCOPES), "been_live": list(BEEN_LIVE), **known}
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS, {**asked, **mine.parameters(), "as_of": as_of})
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
            outcomes[row.outcome],
            row.accepted_on,
            precisions[row.accepted_precision],
            row.since,
            precisions[row.precision],
            row.months,
            row.reason,
            row.last_sign_on,
        )
