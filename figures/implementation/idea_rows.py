"""The ideas behind the rates, row by row: one statement whatever their number, fetched in portions."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from figures.outcomes.queries import IN_PART, read_in_portions
from figures.outcomes.sql.lists import outcome_by_idea
from figures.scope.selection import FiguresScope
from prototypes.enums import ChallengeKind, IdeaState
from prototypes.ideas.recorded_reasons import reason_text
from prototypes.models import Idea
from web.dates.months import rounded_months
from web.dates.precision import Precision
from web.exports.tables import Cell

IDEA_TEXTS: Final = ", ".join(f"i.{name}" for name in Idea.TEXTS)


def _rows(*, as_known: bool) -> str:
    """Return SQL with one row per accepted idea, in the columns of `RatedIdea`, sorted by cohort code and number.

    With `as_known`, only records made by the parameter `known_at` count.
    """
    return f"""
SELECT i.reference, i.title, ch.title, ch.kind, c.name, a.name, t.state, t.outcome, t.accepted_on, t.acceptance,
       t.since, t.precision, t.months, t.reason, i.last_update_on, t.in_part, {IDEA_TEXTS}
FROM ({outcome_by_idea(as_known=as_known)}) t
JOIN prototypes_idea i ON i.id = t.id
JOIN cohorts_cohort c ON c.id = i.cohort_id
JOIN programmes_authority a ON a.id = c.authority_id
LEFT JOIN prototypes_challenge ch ON ch.id = i.challenge_id
WHERE t.months IS NOT NULL
ORDER BY c.code, i.number, i.id
"""  # noqa: S608 - constants only


ROWS, ROWS_AS_KNOWN = _rows(as_known=False), _rows(as_known=True)


class RatedIdea(NamedTuple):
    """One idea in its state on the day of the figures; `last_update_on` is as known today."""

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
    last_update_on: date | None
    in_part: bool
    texts: tuple[str, ...]


COLUMNS: Final = len(RatedIdea._fields) - 1  # of a row, without the texts
WIDTHS: Final = (12, 48, 36, 18, 24, 28, 18, 14, 12, 12, 12, 12, 10, 48, 12, *[60 for _text in Idea.TEXTS])


def header() -> list[str]:
    """Return the titles of the columns of the downloaded list of ideas, in the reader's language."""
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
        *Idea.text_field_labels(),
    ]


def ideas_one_by_one(scope: FiguresScope, *, as_of: date, known_at: datetime | None = None) -> Iterator[RatedIdea]:
    """Yield the accepted ideas of the scope that belong to authorities the reader may read, by reference.

    Each is in its state on the day `as_of`. With `known_at`, records made after that moment are ignored.
    """
    for row in read_in_portions(ROWS_AS_KNOWN if known_at else ROWS, scope, as_of, known_at):
        yield RatedIdea._make((*row[:COLUMNS], row[COLUMNS:]))


def cells(rows: Iterator[RatedIdea]) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each idea in the reader's language, in the order of the titles from `header`."""
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
            str(reason_text(row.reason)),
            row.last_update_on,
            *row.texts,
        )
