"""What the page of an import shows: rows with their cells, what changes, and where a cell can be corrected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from imports.cells import is_ambiguous_day
from imports.columns import ImportColumn
from imports.enums import RowOutcome
from imports.kinds import ImportKind
from imports.models import ImportBatch, ImportRow
from imports.rows import cell_errors, changes_of, options_of, row_texts, text_or_default
from web.exports.tables import Cell, Table

MAX_PREVIEW_COLUMNS: Final = 8


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A cell of the preview: its column, its text, and the text that it replaces (None: it replaces none)."""

    label: StrOrPromise
    text: str
    old: str | None = None


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell to correct in a refused row: its column, its text, why it is refused, and what to write instead.

    `language` is that of the reason, "" for the reader's.
    """

    name: str
    label: StrOrPromise
    text: str
    reason: str
    suggestion: str
    language: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the preview, with its cells in the order of the kind's columns, and those to correct."""

    row: ImportRow
    cells: Sequence[PreviewCell]
    wrong_cells: Sequence[WrongCell]

    @property
    def outcome(self) -> RowOutcome:
        """Return the outcome of the row, for its label and tone."""
        return self.row.current_outcome


def preview_columns(batch: ImportBatch, kind: ImportKind) -> list[ImportColumn]:
    """Return the columns of the kind that the table has, at most eight, in the order of the table."""
    columns = {column.name: column for column in kind.columns}
    return [columns[name] for name in batch.mapping if name in columns][:MAX_PREVIEW_COLUMNS]


def preview_rows(
    batch: ImportBatch, kind: ImportKind, rows: Iterable[ImportRow], columns: Sequence[ImportColumn]
) -> list[PreviewRow]:
    """Return the rows as the preview shows them, with these columns."""
    return [
        PreviewRow(
            row,
            list(_preview_cells(batch, row, columns)),
            list(_wrong_cells(batch, row, kind.columns)) if row.outcome == RowOutcome.REFUSED else [],
        )
        for row in rows
    ]


def _preview_cells(batch: ImportBatch, row: ImportRow, columns: Sequence[ImportColumn]) -> Iterator[PreviewCell]:
    """Yield the cells of a row, with what will be stored, and what is stored now where it changes."""
    texts, changes, options = row_texts(row, batch.mapping), changes_of(row), options_of(batch)
    for column in columns:
        old = column.display_text(changes[column.name][0], options) if column.name in changes else None
        yield PreviewCell(column.label, column.display_text(text_or_default(texts, batch, column), options), old)


def _wrong_cells(batch: ImportBatch, row: ImportRow, columns: Sequence[ImportColumn]) -> Iterator[WrongCell]:
    """Yield the cells of a refused row that can be corrected."""
    texts, labels = row_texts(row, batch.mapping), {column.name: column.label for column in columns}
    errors, language = cell_errors(row, batch, columns)
    for name, error in errors.items():
        yield WrongCell(name, labels[name], texts.get(name, ""), error.reason, error.suggestion, language)


def ambiguous_date(batch: ImportBatch, kind: ImportKind, rows: Iterable[ImportRow]) -> str:
    """Return the first date among the rows that reads differently with the month first, "" when there is none."""
    names = {column.name for column in kind.columns if column.reads_days}
    texts = (text for row in rows for name, text in row_texts(row, batch.mapping).items() if name in names)
    return next((text for text in texts if is_ambiguous_day(text)), "")


def ignored_headings(batch: ImportBatch) -> list[str]:
    """Return the headings of the columns of the table that are not imported."""
    return [heading for heading, name in zip(batch.header, batch.mapping, strict=True) if heading and not name]


def missing_columns(batch: ImportBatch, kind: ImportKind) -> list[StrOrPromise]:
    """Return the labels of required columns that no column of the table becomes."""
    return [column.label for column in kind.columns if column.required and column.name not in batch.mapping]


def values_for_all_rows(batch: ImportBatch, kind: ImportKind) -> list[tuple[StrOrPromise, StrOrPromise]]:
    """Return the labels of columns that the table does not have, and of the value that each of its rows gets."""
    return [
        (column.label, dict(column.choices)[batch.defaults.get(column.name, column.default)])
        for column in kind.columns
        if column.choices and column.default and column.name not in batch.mapping
    ]


def refused_table(batch: ImportBatch, kind: ImportKind) -> Table:
    """Return the refused rows as a table to correct and import again: their own columns, then reason and suggestion."""
    labels = {column.name: str(column.label) for column in kind.columns}
    header = [heading or labels.get(name, "") for heading, name in zip(batch.header, batch.mapping, strict=True)]
    rows: Iterator[list[Cell]] = (
        [*_corrected_cells(batch, row), row.line, labels.get(row.column, ""), row.reason, row.suggestion]
        for row in batch.rows.refused().order_by("line").iterator()
    )
    return Table(
        title=_("Refused rows"),
        header=[*header, _("Row in the file"), _("Column to correct"), _("Reason"), _("Suggestion")],
        rows=rows,
        about_title=_("About this file"),
        about=[(_("File"), batch.file_name)],
    )


def _corrected_cells(batch: ImportBatch, row: ImportRow) -> list[str]:
    """Return the cells of a row, with the corrections that were typed."""
    return [row.corrections.get(name, cell) for name, cell in zip(batch.mapping, row.cells, strict=True)]
