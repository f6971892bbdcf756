"""The values of indicators row by row, for the files: one statement whatever their number, fetched in portions."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from figures.outcomes.queries import read_in_portions
from figures.outcomes.sql.lists import outcome_by_idea
from figures.outcomes.sql.measured import LAST_KNOWN_DAY
from figures.scope.selection import FiguresScope
from prototypes.enums import IdeaState
from web.exports.tables import Cell

WIDTHS: Final = (12, 48, 24, 28, 18, 48, 14, 12, 14, 48, 12, 48, 14, 48, 12, 12, 14, 48)


def _values(*, as_known: bool) -> str:
    """Return SQL with one row per value of an indicator of an accepted idea, in the columns of `EffectRow`.

    An indicator without a value by the as-of day has one row without it. Its version is the one that counts on that
    day, or on the day of the parameter `known_at` where that comes first with `as_known`. Values are those of the
    latest answer to each follow-up. Sorted by cohort code and number of the idea.
    """
    return f"""
WITH RECURSIVE counted_as (idea_id, id) AS (
    SELECT DISTINCT n.idea_id, n.idea_id FROM prototypes_indicator n
    UNION SELECT r.idea_id, l.parent_id
    FROM counted_as r JOIN prototypes_lineage l ON l.child_id = r.id AND l.kind = 'split'
)
SELECT i.reference, i.title, c.name, a.name, t.outcome, s.measure, s.unit, s.baseline, s.baseline_on,
       s.baseline_source, s.target, s.method, s.fixed_on, s.correction_reason, v.months, v.value, v.measured_on,
       COALESCE(v.not_measured, '')
FROM ({outcome_by_idea(as_known=as_known)}) t
JOIN counted_as r ON r.id = t.id
JOIN prototypes_indicator first ON first.idea_id = r.idea_id AND first.corrects_id IS NULL
JOIN prototypes_idea i ON i.id = first.idea_id
JOIN cohorts_cohort c ON c.id = i.cohort_id
JOIN programmes_authority a ON a.id = c.authority_id
CROSS JOIN LATERAL (
    SELECT n.* FROM prototypes_indicator n
    WHERE (n.id = first.id OR n.corrects_id = first.id) AND n.fixed_on <= {LAST_KNOWN_DAY}
    ORDER BY n.id DESC LIMIT 1) s
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (f.months) f.months, w.value, w.measured_on, w.not_measured
    FROM prototypes_indicatorvalue w JOIN prototypes_followup f ON f.id = w.follow_up_id
    WHERE w.indicator_id = first.id AND f.noted_on <= {LAST_KNOWN_DAY}
    ORDER BY f.months, f.noted_on DESC, f.id DESC) v ON COALESCE(v.measured_on, %(as_of)s) <= %(as_of)s
WHERE t.months IS NOT NULL AND first.fixed_on <= %(as_of)s
ORDER BY c.code, i.number, first.id, v.months
"""  # noqa: S608 - constants only


VALUES, VALUES_AS_KNOWN = _values(as_known=False), _values(as_known=True)


class EffectRow(NamedTuple):
    """One value of an indicator, or the reason why it was not measured, with the idea it belongs to.

    `outcome` is that of the idea, or of the idea it is part of. Without a follow-up, `months` to `not_measured` are
    empty.
    """

    reference: str
    title: str
    cohort: str
    authority: str
    outcome: str
    measure: str
    unit: str
    baseline: Decimal
    baseline_on: date
    baseline_source: str
    target: Decimal
    method: str
    fixed_on: date
    correction_reason: str
    months: int | None
    value: Decimal | None
    measured_on: date | None
    not_measured: str


def header() -> list[str]:
    """Return the titles of the columns of the downloaded values, in the reader's language."""
    return [
        _("Reference"),
        _("Idea"),
        _("Cohort"),
        _("Authority"),
        _("Counts as"),
        _("What is measured"),
        _("Unit"),
        _("Baseline"),
        _("Baseline measured on"),
        _("Source of the baseline"),
        _("Target"),
        _("How it is measured"),
        _("Recorded on"),
        _("Correction: what was wrong"),
        _("Months after it went live"),
        _("Value"),
        _("Measured on"),
        _("Why it was not measured"),
    ]


def definitions() -> list[tuple[str, Cell]]:
    """Return pairs of heading and text that explain the file, in the reader's language."""
    return [
        (
            _("Measured before and after"),
            _(
                "An idea counts as measured when an indicator fixed before it was implemented has a value from the time"
                " it was live, whatever that value is. A difference from before does not show that the idea caused it:"
                " other causes are possible."
            ),
        )
    ]


def values_one_by_one(scope: FiguresScope, *, as_of: date, known_at: datetime | None = None) -> Iterator[EffectRow]:
    """Yield the values of indicators of the scope's accepted ideas that belong to authorities the reader may read.

    They are those measured by the day `as_of`, with the reasons where there is no value. With `known_at`, records made
    after that moment are ignored.
    """
    return map(EffectRow._make, read_in_portions(VALUES_AS_KNOWN if known_at else VALUES, scope, as_of, known_at))


def cells(rows: Iterable[EffectRow]) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each value in the reader's language, in the order of the titles from `header`."""
    outcomes = {**{str(state): str(state.label) for state in IdeaState}, "open": _("open")}
    for row in rows:
        yield tuple(row._replace(outcome=outcomes[row.outcome]))
