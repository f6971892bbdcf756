"""The import of the lines of a cohort's costs: days and euros, planned and spent."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.budget.actions import add_budget_line, change_budget_line, remove_budget_line
from cohorts.budget.enums import BudgetKind, CostCategory
from cohorts.cohort.actions import FAR_FROM_COHORT
from cohorts.imports.targets import cohort_of, cohort_target
from cohorts.models import BudgetLine
from cohorts.permissions import can_manage_cohorts
from imports.cells import CellError, CellOptions, Parser, day, enum_choice, number, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, Values, value_changes
from imports.undoing import changed_since, named, restored_values, values_before
from web.dates.plausible import is_far_from
from web.decisions import Decision

KIND_WORDS: Final = {"prévu": "planned", "budget": "planned", "dépensé": "spent", "réalisé": "spent", "actual": "spent"}
CATEGORY_WORDS: Final = {
    "équipe": "design_team",
    "agents": "agents",
    "déplacements": "travel",
    "transport": "travel",
    "salles": "venue",
    "repas": "venue",
    "matériel": "materials",
    "prestations": "services",
    "autre": "other",
}


def _half_days() -> Parser:
    """Return the parser of a number of days, to the half; its value is None for an empty cell."""
    parse_number = number(most=9_999, decimals=1)

    def parse(cell: str, options: CellOptions) -> Decimal | None:
        """Return the days of a cell; raise CellError for a number that is not whole or a half."""
        days: Decimal | None = parse_number(cell, options)
        if days is not None and days % Decimal("0.5"):
            raise CellError(_("Days are counted in halves."), str(round(days * 2) / Decimal(2)))
        return days

    return parse


COLUMNS: Final = (
    ImportColumn("day", gettext_lazy("Day"), day, ("date", "jour"), True),
    ImportColumn("note", gettext_lazy("What for"), text(length=200), ("objet", "libellé", "description"), True),
    ImportColumn(
        "kind",
        gettext_lazy("Planned or spent"),
        enum_choice(BudgetKind, KIND_WORDS),
        ("prévu ou dépensé", "nature", "type"),
        True,
        choices=BudgetKind.choices,
    ),
    ImportColumn(
        "category",
        gettext_lazy("Category"),
        enum_choice(CostCategory, CATEGORY_WORDS),
        ("catégorie", "poste"),
        True,
        choices=CostCategory.choices,
    ),
    ImportColumn("days", gettext_lazy("Days outside sessions"), _half_days(), ("days", "jours", "jours hors sessions")),
    ImportColumn(
        "euros",
        gettext_lazy("Amount (€, VAT included)"),
        number(most=Decimal(10) ** 10 - 1),
        ("amount", "montant", "montant ttc", "euros", "€"),
    ),
)
AMOUNTS: Final = ("days", "euros")


class BudgetLineImport(ImportKind):
    """Budget lines: a row adds one, or changes days and euros of the line of the same day, kind, category and note."""

    label = gettext_lazy("Budget lines")
    model = BudgetLine
    target_type = TargetType.COHORT
    columns = COLUMNS
    note = gettext_lazy("Leave out the days in sessions: they are counted.")

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the cohort with this slug, which the user may see; None for one known from publications only."""
        target = cohort_target(slug, user, "cohorts:budget_lines")
        return None if target is None or target.item.retrospective else target

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may change costs: lab staff only."""
        return can_manage_cohorts(user)

    def key(self, values: Values) -> Hashable:
        """Return day, kind, category and note, in lower case as the database compares them."""
        return values["day"], values["kind"], values["category"], values["note"].lower()

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row adds a line, changes one, changes nothing, or is refused."""
        cohort = cohort_of(context)
        days = {values["day"] for values in rows}
        lines = BudgetLine.objects.filter(cohort=cohort, day__in=days).current().order_by("pk")
        existing: dict[Hashable, BudgetLine] = {
            (line.day, line.kind, line.category, line.note.lower()): line for line in lines
        }
        far = {day for day in days if is_far_from(day, cohort.starts_on, cohort.ends_on)}
        return [self._plan_row(values, existing.get(self.key(values)), is_far=values["day"] in far) for values in rows]

    def _plan_row(self, values: Values, line: BudgetLine | None, *, is_far: bool) -> RowPlan:
        """Return the plan of a row about this line, or about a new one; `is_far` days are refused."""
        if line is not None:
            before = {name: getattr(line, name) for name in AMOUNTS}
            return RowPlan.of_changes(line.pk, value_changes(self.columns, before, values))
        if is_far:
            return RowPlan.refuse(FAR_FROM_COHORT, column="day")
        if all(values[name] is None for name in AMOUNTS):
            return RowPlan.refuse(_("Enter an amount, days, or both."), column="euros")
        return RowPlan.create()

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Add the line of a row, or change the amounts that the row gives."""
        if plan.object_id is None:
            given: dict[str, Any] = {column.name: values[column.name] for column in self.columns}
            return ImportedThing(add_budget_line(cohort=cohort_of(context), by=context.by, **given).pk)
        row = BudgetLine.objects.select_for_update().get(pk=plan.object_id, cohort=cohort_of(context))
        changed: Mapping[str, Any] = {
            name: values[name] for name in AMOUNTS if values[name] not in (None, getattr(row, name))
        }
        previous = values_before(row, changed)
        line = change_budget_line(line=row, by=context.by, **changed)
        return ImportedThing(line.pk, is_new=False, previous=previous)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for lines of a day for which a statement was issued, and one for changed lines.

        Lines of a stated period are frozen, so the undo could only add lines that correct them: a table with the
        amounts from before does the same.
        """
        rows = BudgetLine.objects.filter(pk__in=[thing.object_id for thing in things]).order_by("pk")
        stated = named(_("A statement was issued for the day of: %(names)s."), [str(row) for row in rows.stated()])
        return [*stated, *changed_since(list(rows), things)]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Remove the new line, or give the changed one its amounts from before."""
        for row in BudgetLine.objects.select_for_update().filter(pk=thing.object_id):
            if thing.is_new:
                remove_budget_line(line=row, by=context.by)
            else:
                change_budget_line(line=row, by=context.by, **restored_values(row, thing))
