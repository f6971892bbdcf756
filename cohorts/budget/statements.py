"""What a statement to a funder holds: before it is issued, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cohorts.budget.costs import CostEntry, CostTotal
from cohorts.cohort.enums import CohortState
from cohorts.models import Agreement, Cohort, Statement
from web.exports.tables import Cell, Table
from web.text.formats import short_day
from web.text.language import active_language


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """A statement as it would be issued now."""

    agreement: Agreement
    first_day: date
    last_day: date
    entries: tuple[CostEntry, ...]
    total: CostTotal
    due: Decimal

    @property
    def has_cohorts(self) -> bool:
        """Whether it is about the cohorts of an edition, so that each line names its own."""
        return self.agreement.cohort is None


def cohorts_of(agreement: Agreement) -> list[Cohort]:
    """Return the cohorts that an agreement is about: its own, or all of its edition that are not withdrawn, by name."""
    if agreement.cohort:
        return [agreement.cohort]
    rows = Cohort.objects.filter(edition=agreement.edition_id).exclude(state=CohortState.WITHDRAWN)
    return list(rows.by_name())


def entries_of(statement: Statement) -> list[CostEntry]:
    """Return the lines of an issued statement."""
    return [CostEntry.from_json(row) for row in statement.rows]


def statement_table(statement: Statement, entries: Sequence[CostEntry]) -> Table:
    """Return an issued statement as a table for a file, with its numbers in the explanations."""
    agreement, language = statement.agreement, active_language()
    period = (short_day(day, language) for day in statement.period)
    return Table(
        title=_("Statement %(number)s") % {"number": statement},
        header=[
            _("Cohort"),
            _("Planned or spent"),
            _("Category"),
            _("What for"),
            _("Day"),
            _("Origin"),
            pgettext("number of days", "Days"),
            _("Rate of a day (€, VAT included)"),
            _("Amount (€, VAT included)"),
        ],
        rows=[_cells(entry) for entry in entries],
        about_title=_("About this table"),
        about=[
            (_("Funder"), str(agreement.funder)),
            (_("For"), str(agreement.cohort or agreement.edition)),
            (_("Agreement"), agreement.reference),
            (_("Period"), " – ".join(period)),
            (_("Planned (€)"), statement.planned),
            (_("Spent (€)"), statement.spent),
            (_("Share (%)"), agreement.share),
            (_("Fixed amount (€)"), agreement.amount),
            (_("Due (€)"), statement.due),
            (_("Issued on"), statement.issued_on),
            (_("Replaces"), str(statement.replaces or "")),
            (_("Why it replaces an earlier one"), statement.notice),
        ],
    )


def _cells(entry: CostEntry) -> tuple[Cell, ...]:
    """Return the cells of a line of a statement."""
    return (
        entry.cohort_name,
        str(entry.kind_label),
        str(entry.category_label),
        entry.note,
        entry.day,
        _("counted: days in sessions") if entry.is_counted else _("typed"),
        entry.days,
        entry.rate,
        entry.euros,
    )
