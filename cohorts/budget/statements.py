"""What a statement to a funder holds: before it is issued, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cohorts.budget.costs import CostEntry, CostTotal, costs_of, due_of, total_of
from cohorts.models import Agreement, Cohort, Statement
from web.exports.tables import Cell, Table
from web.forms.row_changes import lock_row
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
    """Return the cohorts that an agreement is about: its own, or all of its edition, by name."""
    if agreement.cohort:
        return [agreement.cohort]
    return list(Cohort.objects.filter(edition=agreement.edition_id).by_name())


def draft_of(
    agreement: Agreement,
    first_day: date,
    last_day: date,
    *,
    replaces: Statement | None = None,
    lock: bool = False,
) -> StatementDraft:
    """Return what a statement for this period would hold now; with `lock`, agreement and lines stay locked."""
    row = lock_row(agreement) if lock else agreement
    entries = costs_of(cohorts_of(row), first_day, last_day, lock=lock)
    total = total_of(entries)
    others = Statement.objects.filter(agreement=row).current().exclude(pk=replaces.pk if replaces else 0)
    stated = others.aggregate(due=Sum("due"))["due"] or Decimal(0)
    left = None if row.amount is None else row.amount - stated
    due = due_of(total.spent, share=row.share, left=left)
    return StatementDraft(row, first_day, last_day, tuple(entries), total, due)


def changed_total(statement: Statement) -> CostTotal | None:
    """Return the sums of the costs in the period of a statement as they are now; None if they are still those of the
    statement.
    """
    total = total_of(costs_of(cohorts_of(statement.agreement), *statement.period))
    return None if (total.planned, total.spent) == (statement.planned, statement.spent) else total


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
            _("Day rate (€, VAT included)"),
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
        _("counted: days in sessions") if entry.is_counted else _("entered by the lab"),
        entry.days,
        entry.rate,
        entry.euros,
    )
