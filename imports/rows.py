"""Read the cells of a row into values, and plan rows: what importing each of them will do."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from imports.cells import CellError, CellOptions
from imports.columns import ImportColumn
from imports.enums import RowOutcome
from imports.kinds import ImportContext, ImportKind, RowPlan, Values
from imports.models import ImportBatch, ImportRow

SeenKeys: TypeAlias = dict[Hashable, int]  # the row that has each key
POSITIONS = {outcome: position for position, outcome in enumerate(RowOutcome)}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row with its plan; `values` is None for one whose cells cannot be read."""

    row: ImportRow
    values: Values | None
    plan: RowPlan

    @property
    def matches_check(self) -> bool:
        """Return whether the plan is still what the row was checked for."""
        changes = [[change.column, change.old, change.new] for change in self.plan.changes]
        checked = (self.row.outcome, self.row.object_id, self.row.changes)
        return (self.plan.outcome, self.plan.object_id, changes) == checked


def plan_rows(
    batch: ImportBatch, kind: ImportKind, rows: Sequence[ImportRow], context: ImportContext, seen: SeenKeys
) -> list[PlannedRow]:
    """Return the rows with their plans, in their order; the statements are those of the kind for all rows together.

    A row that names the same thing as an earlier one, in the same words or in others, is refused; `seen` grows by the
    keys of these rows.
    """
    readings = [_read(batch, kind, row, seen) for row in rows]
    readable = [reading for reading in readings if not isinstance(reading, RowPlan)]
    plans = iter(kind.plan(readable, context))
    return [
        PlannedRow(row, None, reading)
        if isinstance(reading, RowPlan)
        else PlannedRow(row, reading, _refuse_duplicate(next(plans), row, seen))
        for row, reading in zip(rows, readings, strict=True)
    ]


def _refuse_duplicate(plan: RowPlan, row: ImportRow, seen: SeenKeys) -> RowPlan:
    """Return the plan of a row, or the one to refuse it when an earlier row is planned for the same thing."""
    thing = plan.object_id or plan.new_key
    first = seen.setdefault(("thing", thing), row.line) if thing else row.line
    return plan if first == row.line else _refuse_second(first)


def _refuse_second(first: int) -> RowPlan:
    """Return the plan to refuse a row that names the same thing as row `first`."""
    return RowPlan.refuse(_("Row %(n)d names the same person or thing. Delete one of the two rows.") % {"n": first})


def _read(batch: ImportBatch, kind: ImportKind, row: ImportRow, seen: SeenKeys) -> dict[str, Any] | RowPlan:
    """Return the values of a row by name of the column, or the plan to refuse it."""
    try:
        values = read_values(row, batch, kind.columns)
    except ColumnError as error:
        return RowPlan.refuse(error.reason, column=error.column, suggestion=error.suggestion)
    key = kind.key(values)
    first = seen.setdefault(key, row.line)
    return values if first == row.line else _refuse_second(first)


class ColumnError(CellError):
    """A cell of the column called `column` cannot be read."""

    def __init__(self, column: str, reason: str, suggestion: str = "") -> None:
        super().__init__(reason, suggestion)
        self.column = column


def read_values(row: ImportRow, batch: ImportBatch, columns: Sequence[ImportColumn]) -> dict[str, Any]:
    """Return the value of each column for a row.

    Columns that the table does not have are read from an empty cell, or from their default. Raises ColumnError for the
    first cell that cannot be read; its reason names the columns of the others.
    """
    texts = row_texts(row, batch.mapping)
    options, values = CellOptions(month_first=batch.month_first), {}
    errors: list[tuple[ImportColumn, CellError]] = []
    for column in columns:
        text = texts.get(column.name, "") or str(batch.defaults.get(column.name, ""))
        try:
            if column.required and not text.strip():
                raise CellError(_("This cell is empty."))
            values[column.name] = column.parse(text, options)
        except CellError as error:
            errors.append((column, error))
    if errors:
        (first, fault), *others = errors
        names = ", ".join(str(column.label) for column, _error in others)
        also = " " + _("Correct these columns too: %(columns)s.") % {"columns": names} if others else ""
        raise ColumnError(first.name, f"{fault.reason}{also}", fault.suggestion) from fault
    return values


def row_texts(row: ImportRow, mapping: Sequence[str]) -> dict[str, str]:
    """Return the texts of a row, corrected, by name of the column; columns that are not imported are left out."""
    return {name: cell for name, cell in zip(mapping, row.cells, strict=True) if name} | dict(row.corrections)


def apply_plan(row: ImportRow, plan: RowPlan) -> ImportRow:
    """Set what the plan says on a row, which is not saved, and return it."""
    row.outcome, row.position, row.object_id = plan.outcome, POSITIONS[plan.outcome], plan.object_id
    row.changes = [[change.column, change.old, change.new] for change in plan.changes]
    row.column, row.reason, row.suggestion = plan.column, plan.reason, plan.suggestion
    return row


def refused_value(row: ImportRow, mapping: Sequence[str]) -> str:
    """Return the text of the cell that a refusal is about; without a column, the texts of the row."""
    return row_texts(row, mapping).get(row.column, "") if row.column else " · ".join(filter(None, row.cells[:4]))


def changes_of(row: ImportRow) -> Mapping[str, tuple[str, str]]:
    """Return (old, new) as stored for each column that a row changes, by the column's name."""
    return {column: (old, new) for column, old, new in row.changes}
