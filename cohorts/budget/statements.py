"""What a statement to a funder holds: before it is issued, and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cohorts.budget.costs import CostEntry, CostTotal, due_of, read_costs, total_of
from cohorts.budget.funding import funded_periods, unfunded_amount
from cohorts.budget.session_days import StatedNext
from cohorts.models import Agreement, Cohort, Statement
from web.database.prepared import prepared
from web.exports.tables import Cell, Table
from web.forms.row_changes import lock_row
from web.text.formats import short_day
from web.text.language import active_language


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """A statement as it would be issued now. `unfunded`: what was spent minus what other statements fund."""

    agreement: Agreement
    first_day: date
    last_day: date
    entries: tuple[CostEntry, ...]
    total: CostTotal
    due: Decimal
    unfunded: Decimal

    @property
    def has_cohorts(self) -> bool:
        """Whether it is about the cohorts of an edition, so that each line names its own."""
        return self.agreement.cohort is None

    @property
    def funded_by_others(self) -> Decimal:
        """What other statements fund of the costs of the period, or of a longer one."""
        return max(self.total.spent - self.unfunded, Decimal(0))

    @property
    def excess(self) -> Decimal:
        """By how much all statements together would be above what was spent, at most what is due by this one; 0 if they
        are not.
        """
        return _excess_of_statement(self.due, self.unfunded)


def draft_of(
    agreement: Agreement,
    first_day: date,
    last_day: date,
    *,
    replaces: Statement | None = None,
    lock: bool = False,
) -> StatementDraft:
    """Return what a statement for this period would hold now, without the one that it `replaces`.

    With `lock`, agreement, edition and lines stay locked, so that no two statements fund the same costs.
    """
    row = lock_row(agreement) if lock else agreement
    if lock:
        lock_row(row.edition)
    others = [each for each in statements_of_edition(row.edition_id) if each != replaces]
    periods = [(first_day, last_day), *(each.period for each in others)]
    longest_period = min(first for first, _last in periods), max(last for _first, last in periods)
    stated_next = StatedNext(row, first_day, last_day)
    costs = read_costs(cohorts_of_edition(row.edition_id), lock=lock, period=longest_period, stated_next=stated_next)
    entries = [each for each in costs.entries(first_day, last_day) if row.cohort_id in {None, each.cohort}]
    total = total_of(entries)
    unfunded = unfunded_amount(funded_periods(others), costs, first_day, last_day, cohort=row.cohort_id)
    remaining = (row.amount or Decimal(0)) - sum(each.due for each in others if each.agreement_id == row.pk)
    due = due_of(total.spent, share=row.share, at_most=min(unfunded, remaining))
    return StatementDraft(row, first_day, last_day, tuple(entries), total, due, unfunded)


@prepared
def cohorts_of_edition(edition: int) -> QuerySet[Cohort]:
    """Return the cohorts of an edition, by name."""
    return Cohort.objects.filter(edition=edition).by_name()


@prepared
def statements_of_edition(edition: int) -> QuerySet[Statement]:
    """Return the current statements on an edition and its cohorts, with their agreements, by number."""
    return Statement.objects.of_edition(edition)


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """How an issued statement compares with the costs as they are now.

    `changed_total`: the sums now, None if they are still those of the statement. `excess`: by how much the statements
    on the same costs are above what is spent, at most what is due by this one.
    """

    changed_total: CostTotal | None
    excess: Decimal


def check_statement(statement: Statement) -> StatementCheck:
    """Compare a current statement with the costs of its period as they are now."""
    draft = draft_of(statement.agreement, *statement.period, replaces=statement)
    is_same = (draft.total.planned, draft.total.spent) == (statement.planned, statement.spent)
    return StatementCheck(None if is_same else draft.total, _excess_of_statement(statement.due, draft.unfunded))


def _excess_of_statement(due: Decimal, unfunded: Decimal) -> Decimal:
    """Return the part of what is due that exceeds the unfunded costs."""
    return min(due, max(due - unfunded, Decimal(0)))


def entries_of(statement: Statement) -> list[CostEntry]:
    """Return the lines of an issued statement."""
    return [CostEntry.from_json(row) for row in statement.rows]


def statement_table(statement: Statement, entries: Sequence[CostEntry]) -> Table:
    """Return an issued statement as a table for a file, with its numbers in the explanations."""
    language = active_language()
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
            (_("Funder"), statement.funder_name),
            (_("For"), statement.subject_name),
            (_("Agreement"), statement.reference),
            (_("Period"), " – ".join(period)),
            (_("Planned (€)"), statement.planned),
            (_("Spent (€)"), statement.spent),
            (_("Share (%)"), statement.share),
            (_("Fixed amount (€)"), statement.amount),
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
