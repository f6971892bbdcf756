"""The file of a list: exactly the rows, order and columns that its page shows, at one address."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from web.database.replica import replica_allowed
from web.exports.tables import Cell, Table
from web.forms.filters import ignored_lines
from web.lists.bound import SELECTED, BoundList
from web.lists.columns import ListColumn
from web.templatetags.web import day

ROWS_PER_CHUNK: Final = 2000  # rows in memory at once


def list_table(bound_list: BoundList, *, made_on: date) -> Table:
    """Return the table of a bound list, to write as CSV or XLSX; the rows are read only when they are written.

    `made_on` is printed as the day on which the file was made.
    """
    columns = [column for column in bound_list.columns.values() if column.in_file]
    return Table(
        title=str(bound_list.declaration.title),
        header=[str(column.header) for column in columns],
        rows=_cells(bound_list, columns),
        about_title=_("About this list"),
        about=[
            *_about(bound_list),
            *bound_list.declaration.file_notes(bound_list.reader, bound_list.columns),
            (_("Made on"), day(made_on)),
        ],
        widths=[column.width for column in columns],
    )


def _cells(bound_list: BoundList, columns: Sequence[ListColumn]) -> Iterator[Sequence[Cell]]:
    """Yield the values of each row, in the order of the columns."""
    for chunk in _chunks(bound_list.file_rows):
        bound_list.declaration.load_for_cells(chunk, bound_list.reader)
        for row in chunk:
            yield [column.value(row) for column in columns]


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield the rows in lists of up to 2,000: one statement where there are no more.

    Otherwise their keys are read first, then each list by its keys: rows that are no longer among those that match are
    left out. A cursor over all rows would need a session of its own, which a pooler does not keep.
    """
    first = _read(rows[: ROWS_PER_CHUNK + 1])
    if len(first) <= ROWS_PER_CHUNK:
        yield first
        return
    del first
    keys = iter(_read(rows.values_list("pk", flat=True)))
    while part := list(islice(keys, ROWS_PER_CHUNK)):
        yield _read(rows.filter(pk__in=part))


@replica_allowed
def _read(rows: QuerySet[Any]) -> list[Any]:
    """Return the rows, read by one statement."""
    return list(rows)


def _about(bound_list: BoundList) -> Iterator[tuple[str, Cell]]:
    """Yield pairs of label and value that say what the file covers: the object, each filter, what was ignored, and the
    order.
    """
    if bound_list.reader.subject is not None:
        yield _("List of"), str(bound_list.reader.subject)
    for chip in bound_list.chips:
        yield str(chip.label), str(chip.value) or _("yes")
    if SELECTED in bound_list.query and (keys := bound_list.selected_keys):
        yield _("Selected rows"), len(keys)
    yield from ignored_lines(bound_list.ignored)
    header = str(bound_list.declaration.columns[bound_list.sort.removeprefix("-")].header)
    yield _("Sorted by"), _("%(column)s, descending") % {"column": header} if bound_list.sort[0] == "-" else header
