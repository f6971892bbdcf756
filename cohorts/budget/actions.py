"""Actions on costs and funders: lines, day rates, agreements, statements."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.budget.statements import StatementDraft, draft_of
from cohorts.cohort.actions import FAR_FROM_COHORT
from cohorts.models import Agreement, BudgetLine, Cohort, DayRate, Funder, Statement
from programmes.models import Authority, Edition
from web.actions import action
from web.dates.plausible import is_far_from
from web.errors import DomainError
from web.forms.edit_conflicts import check_version, column_values
from web.forms.row_changes import assign, lock_row

LINE_FIELDS = ("kind", "day", "category", "days", "euros", "note")
AGREEMENT_FIELDS = ("cohort", "share", "amount", "starts_on", "ends_on", "reference")


@action(gettext_lazy("Budget line added"))
def add_budget_line(*, cohort: Cohort, by: User | None, **values: Any) -> BudgetLine:
    """Add a line (`LINE_FIELDS`) to the costs of a cohort, and return it.

    Raises DomainError for a day more than a year from the cohort's dates, and for a line that is there already.
    """
    _check_day(cohort, values["day"])
    return BudgetLine.objects.create(cohort=cohort, **values)


@action(gettext_lazy("Budget line changed"))
def change_budget_line(
    *, line: BudgetLine, by: User | None, version_token: str | None = None, **values: Any
) -> BudgetLine:
    """Change fields of a line; if a statement was issued for its day, add a line that corrects it. Return the line that
    counts now.

    Raises EditConflict if someone else changed or corrected it since the form was opened with `version_token`.
    """
    row = lock_row(line)
    current: dict[str, Any] = column_values(row, *LINE_FIELDS)
    check_version(version_token, current=current, submitted=current | values)
    _check_current(row)
    changed = current | values
    _check_day(row.cohort, changed["day"])
    if row.is_stated():
        return BudgetLine.objects.create(cohort=row.cohort, corrects=row, **changed)
    assign(row, values)
    row.save(update_fields=list(values))
    return row


@action(gettext_lazy("Budget line removed"))
def remove_budget_line(*, line: BudgetLine, by: User | None) -> None:
    """Delete a line. Raises DomainError if a statement was issued for its day, or if it corrects one that was."""
    row = lock_row(line)
    _check_current(row)
    if row.corrects_id:
        raise DomainError(_("This line corrects another one. Enter 0 instead of removing it."))
    row.delete()


def _check_current(line: BudgetLine) -> None:
    """Raise DomainError for a line that another one corrects."""
    if BudgetLine.objects.filter(corrects=line).exists():
        raise DomainError(_("Someone has corrected this line. Correct the new line instead."))


@action(gettext_lazy("Day rate set"))
def set_day_rate(*, cohort: Cohort, group: str, starts_on: date, euros: Decimal, by: User | None) -> DayRate:
    """Set what a day of a group of people of the cohort costs from `starts_on` on, and return the rate.

    A rate of the same group from the same day is replaced. Statements that were issued do not change.
    """
    _check_day(cohort, starts_on, "starts_on")
    row, _created = DayRate.objects.update_or_create(
        cohort=cohort, group=group, starts_on=starts_on, defaults={"euros": euros}
    )
    return row


def _check_day(cohort: Cohort, day: date, field: str = "day") -> None:
    """Raise DomainError for a day more than a year from the dates of the cohort."""
    if is_far_from(day, cohort.starts_on, cohort.ends_on):
        raise DomainError(FAR_FROM_COHORT, field=field)


@action(gettext_lazy("Agreement added"))
def add_agreement(*, edition: Edition, funder: str, by: User | None, **values: Any) -> Agreement:
    """Add an agreement (`AGREEMENT_FIELDS`) with the funder of this name, which is added if there is none; return it.

    A funder with the name of an authority is that authority. Raises DomainError where shares would be above 100 %.
    """
    return Agreement.objects.create(edition=edition, funder=_funder(funder), **values)


@action(gettext_lazy("Agreement changed"))
def change_agreement(
    *, agreement: Agreement, by: User | None, version_token: str | None = None, **values: Any
) -> Agreement:
    """Change fields of an agreement, of which `funder` is a name. Once a statement was issued on it, only its last day
    and its reference may change.

    Raises EditConflict if someone else changed it since the form was opened with `version_token`.
    """
    row = lock_row(agreement)
    current, keys = agreement_values(row), {name: getattr(value, "pk", value) for name, value in values.items()}
    check_version(version_token, current=current, submitted=current | keys)
    if "funder" in values:
        values["funder"] = _funder(values["funder"])
    assign(row, values)
    row.save(update_fields=list(values))
    return row


def agreement_values(agreement: Agreement) -> dict[str, object]:
    """Return the values of an agreement's form: the name of the funder, then `AGREEMENT_FIELDS`."""
    return {"funder": agreement.funder.name, **column_values(agreement, *AGREEMENT_FIELDS)}


def _funder(name: str) -> Funder:
    """Return the funder with this name, whatever its capitals, or that is the authority of this name; a new one if
    there is none.
    """
    authority = Authority.objects.filter(name__iexact=name, dissolved_on=None).first()
    same = Q(name__iexact=name) | Q(authority=authority, authority__isnull=False)
    return Funder.objects.filter(same).first() or Funder.objects.create(name=name, authority=authority)


@action(gettext_lazy("Statement issued"))
def issue_statement(
    *, agreement: Agreement, first_day: date, last_day: date, today: date, by: User | None
) -> Statement:
    """Issue a statement for a period that is over to the funder of an agreement, with the costs as they are now; return
    it.

    From now on the lines of the period are frozen. A fixed amount pays what other statements leave. Raises
    DomainError for a period that is not over, is not within the agreement, or has a day of another statement.
    """
    return _issue(draft_of(agreement, first_day, last_day, lock=True), today=today, by=by)


@action(gettext_lazy("Statement reissued"))
def reissue_statement(*, statement: Statement, notice: str, today: date, by: User | None) -> Statement:
    """Issue a statement that replaces another one for the same period, with the costs as they are now; return it.

    `notice` says why. The replaced one keeps its numbers, and its page leads to the new one.
    """
    draft = draft_of(statement.agreement, *statement.period, replaces=statement, lock=True)
    if Statement.objects.filter(replaces=statement).exists():
        raise DomainError(_("Someone has issued this statement again. Correct the new one instead."))
    return _issue(draft, today=today, by=by, replaces=statement, notice=notice.strip())


def _issue(draft: StatementDraft, *, today: date, by: User | None, **more: Any) -> Statement:
    """Save the draft as the statement with the next number."""
    if draft.last_day >= today:
        raise DomainError(_("This period is not over. Choose a last day before today."), field="last_day")
    number = (Statement.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    return Statement.objects.create(
        agreement=draft.agreement,
        number=number,
        funder_name=draft.agreement.funder.name,
        subject_name=(draft.agreement.cohort or draft.agreement.edition).name,
        reference=draft.agreement.reference,
        share=draft.agreement.share,
        amount=draft.agreement.amount,
        first_day=draft.first_day,
        last_day=draft.last_day,
        issued_on=today,
        issued_by=by,
        planned=draft.total.planned,
        spent=draft.total.spent,
        due=draft.due,
        rows=[entry.as_json() for entry in draft.entries],
        **more,
    )
