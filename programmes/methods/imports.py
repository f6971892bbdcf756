"""The import of methods: lab staff add cards from a table, or change those that exist."""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any, Final

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from imports.cells import CellOptions, enum_choice, number, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, Values, value_changes
from imports.undoing import changed_since, in_use, restored_values, values_before
from programmes.enums import PhaseKind
from programmes.methods.actions import add_method, edit_method, remove_method
from programmes.methods.models import MAX_MINUTES, Method
from programmes.permissions import can_manage_programmes
from web.database.lengths import MAX_CHARACTERS
from web.dates.clock import platform_zone
from web.decisions import Decision

LONG_TEXT: Final = text(length=MAX_CHARACTERS, lines=True)
SHORT_TEXT: Final = text(length=120)
_parse_minutes = number(least=1, most=MAX_MINUTES, decimals=0)


def _minutes(cell: str, options: CellOptions) -> int | None:
    """Return the minutes of a cell, None when empty; raise CellError for anything else."""
    minutes = _parse_minutes(cell, options)
    return None if minutes is None else int(minutes)


COLUMNS: Final = (
    ImportColumn("name", gettext_lazy("Name"), SHORT_TEXT, ("nom", "méthode", "method", "titre"), required=True),
    ImportColumn("need", gettext_lazy("When to use it"), LONG_TEXT, ("besoin", "need", "objectif", "pour quoi")),
    ImportColumn("phase", gettext_lazy("Phase"), enum_choice(PhaseKind), (), choices=PhaseKind.choices),
    ImportColumn("minutes", gettext_lazy("Time in minutes"), _minutes, ("minutes", "durée", "temps", "time")),
    ImportColumn("material", gettext_lazy("Material"), LONG_TEXT, ("matériel", "fournitures")),
    ImportColumn("steps", gettext_lazy("Steps"), LONG_TEXT, ("étapes", "déroulé", "déroulement")),
    ImportColumn("licence", gettext_lazy("Licence"), SHORT_TEXT, ("license",)),
    ImportColumn("author", gettext_lazy("Author"), SHORT_TEXT, ("auteur", "autrice", "source")),
)
REQUIRED: Final = {
    "need": gettext_lazy("Say when to use the method."),
    "steps": gettext_lazy("Write the steps of the method."),
}


class MethodImport(ImportKind):
    """Cards of methods: a row adds one, or changes the one of the same name."""

    label = gettext_lazy("Methods")
    model = Method
    target_type = TargetType.PLATFORM
    columns = COLUMNS

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the platform, where everyone signed in sees the methods."""
        return ImportTarget("", gettext_lazy("Methods"), reverse("programmes:methods"), platform_zone())

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may write methods: lab staff only."""
        return can_manage_programmes(user)

    def key(self, values: Values) -> Hashable:
        """Return the name, in lower case as the database compares it."""
        return str(values["name"]).lower()

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row adds a method, changes one, changes nothing, or lacks a text."""
        names = {self.key(values) for values in rows}
        named_so = Method.objects.alias(lower_name=Lower("name")).filter(lower_name__in=names)
        existing = {row.name.lower(): row for row in named_so}
        return [self._plan_row(existing.get(values["name"].lower()), values) for values in rows]

    def _plan_row(self, row: Method | None, values: Values) -> RowPlan:
        """Return the plan of a row about this method, or about a new one."""
        if row:
            before = {column.name: getattr(row, column.name) for column in self.columns if column.name != "name"}
            return RowPlan.of_changes(row.pk, value_changes(self.columns, before, values))
        missing = next((name for name in REQUIRED if not values[name]), None)
        return RowPlan.refuse(REQUIRED[missing], column=missing) if missing else RowPlan.create()

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Add the method of a row, or change what the row gives."""
        given: dict[str, Any] = {name: value for name, value in values.items() if value not in (None, "")}
        if plan.object_id is None:
            return ImportedThing(add_method(by=context.by, **given).pk)
        row = Method.objects.select_for_update().get(pk=plan.object_id)
        changed = {name: value for name, value in given.items() if name != "name" and getattr(row, name) != value}
        previous = values_before(row, changed)
        edit_method(method=row, by=context.by, **changed)
        return ImportedThing(row.pk, is_new=False, previous=previous)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for new methods that are used, and one for those that were changed since."""
        rows = list(Method.objects.filter(pk__in=[thing.object_id for thing in things]).order_by("pk"))
        new = {thing.object_id for thing in things if thing.is_new}
        return [*in_use([row for row in rows if row.pk in new]), *changed_since(rows, things)]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Remove the new method, or give the changed one the values from before."""
        for row in Method.objects.select_for_update().filter(pk=thing.object_id):
            if thing.is_new:
                remove_method(method=row, by=context.by)
            else:
                edit_method(method=row, by=context.by, **restored_values(row, thing))
