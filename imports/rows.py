"""Read the cells of a row into values, and plan rows: what importing each of them will do."""

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
    values, errors = read_cells(row, batch, kind.columns)
    if errors:
        return _refuse_cells(errors, kind.columns)
    key = kind.key(values)
    first = seen.setdefault(key, row.line)
    return values if first == row.line else _refuse_second(first)


def _refuse_cells(errors: Mapping[str, CellError], columns: Sequence[ImportColumn]) -> RowPlan:
    """Return the plan to refuse a row for the first cell that cannot be read; its reason names the other columns."""
    (name, error), *others = errors.items()
    labels = {column.name: str(column.label) for column in columns}
    names = ", ".join(labels[other] for other, _error in others)
    also = " " + _("Correct these columns too: %(columns)s.") % {"columns": names} if others else ""
    return RowPlan.refuse(f"{error.reason}{also}", column=name, suggestion=error.suggestion)


def read_cells(
    row: ImportRow, batch: ImportBatch, columns: Sequence[ImportColumn]
) -> tuple[dict[str, Any], dict[str, CellError]]:
    """Return the values of a row, and the errors of the cells that cannot be read, both by name of the column.

    Columns that the table does not have are read from an empty cell, or from their default.
    """
    texts, options = row_texts(row, batch.mapping), options_of(batch)
    values: dict[str, Any] = {}
    errors: dict[str, CellError] = {}
    for column in columns:
        text = text_or_default(texts, batch, column)
        try:
            if column.required and not text.strip():
                raise CellError(_("This cell is empty."))
            values[column.name] = column.parse(text, options)
        except CellError as error:
            errors[column.name] = error
    return values, errors


def cell_errors(
    row: ImportRow, batch: ImportBatch, columns: Sequence[ImportColumn]
) -> tuple[dict[str, CellError], str]:
    """Return the error of each wrong cell of a refused row, by name of the column, and the language of their texts.

    Errors of cells that cannot be read are in the reader's language, "". If all cells can be read, it is the error of
    the column that the refusal names, in the language of the import; {} if there is no such column.
    """
    if errors := read_cells(row, batch, columns)[1]:
        return errors, ""
    is_known = any(column.name == row.column for column in columns)
    return {row.column: CellError(row.reason, row.suggestion)} if is_known else {}, batch.language


def text_or_default(texts: Mapping[str, str], batch: ImportBatch, column: ImportColumn) -> str:
    """Return the text in a column, from a row's texts by name of the column; the column's default for an empty cell."""
    return texts.get(column.name, "") or str(batch.defaults.get(column.name, ""))


def options_of(batch: ImportBatch) -> CellOptions:
    """Return how the cells of an import are read."""
    return CellOptions(month_first=batch.month_first)


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
