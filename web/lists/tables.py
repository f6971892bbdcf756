"""The file of a list: exactly the rows, order and columns that its page shows, at one address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from web.exports.tables import Cell, Table
from web.forms.filters import ignored_lines
from web.lists.columns import ListColumn
from web.lists.opened import OpenedList
from web.templatetags.web import day

ROWS_PER_CHUNK: Final = 1000  # rows fetched at once from a server-side cursor


def list_table(opened: OpenedList, *, made_on: date) -> Table:
    """Return the table of an opened list, to write as CSV or XLSX; the rows are read only when they are written.

    `made_on` is printed as the day on which the file was made.
    """
    columns = [column for column in opened.columns.values() if column.in_file]
    return Table(
        title=str(opened.declaration.title),
        header=[str(column.header) for column in columns],
        rows=_cells(opened, columns),
        about_title=_("About this list"),
        about=[*_about(opened), (_("Made on"), day(made_on))],
        widths=[column.width for column in columns],
    )


def _cells(opened: OpenedList, columns: Sequence[ListColumn]) -> Iterator[Sequence[Cell]]:
    """Yield the values of each row, in the order of the columns."""
    rows = opened.rows.iterator(chunk_size=ROWS_PER_CHUNK)
    while chunk := list(islice(rows, ROWS_PER_CHUNK)):
        opened.declaration.complete(chunk, opened.reader)
        for row in chunk:
            yield [column.value(row) for column in columns]


def _about(opened: OpenedList) -> Iterator[tuple[str, Cell]]:
    """Yield pairs of label and value that say what the file covers: the object, each filter, what was ignored, and the
    order.
    """
    if opened.reader.subject is not None:
        yield _("List of"), str(opened.reader.subject)
    for chip in opened.chips:
        yield str(chip.label), str(chip.value) or _("yes")
    yield from ignored_lines(opened.ignored)
    header = str(opened.declaration.columns[opened.sort.removeprefix("-")].header)
    yield _("Sorted by"), _("%(column)s, descending") % {"column": header} if opened.sort[0] == "-" else header
