"""Limits on what is read from a file, and the error for a file that is not read."""

from typing import Final

from django.utils.translation import gettext as _

from web.errors import DomainError

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
MAX_CELL_CHARACTERS: Final = 20_000
MAX_CELLS: Final = 2_000_000  # with text
MAX_CELLS_OF_ROW: Final = 16_384  # the columns of a spreadsheet; of a text, cells are counted before they are made
MAX_CHARACTERS_OF_ROW: Final = MAX_COLUMNS * MAX_CELL_CHARACTERS  # of a text
MAX_LINES: Final = 1_048_576  # rows with and without text, as in spreadsheets
MAX_CHARACTERS: Final = 50_000_000  # in the cells of all sheets of a workbook


class TableRejected(DomainError):
    """The file is not read as it is; the message says what to do instead."""


class TooManyCells(TableRejected):
    """A table, or a row of it, has more cells than are read."""

    def __init__(self) -> None:
        """Set the message shown to the person: delete columns, then try again."""
        super().__init__(
            _("This table has more than two million cells. Delete the columns that are not needed, then try again.")
        )


class RowTooLong(TableRejected):
    """A row of a text has more cells than a spreadsheet has columns, or more characters than these may hold."""

    def __init__(self) -> None:
        """Set the message shown to the person: check the line ends and the separator, then try again."""
        super().__init__(
            _(
                "A row of this file has more than 16,384 cells or four million characters. Check what separates rows"
                " and cells, then try again."
            )
        )


def file_too_large() -> TableRejected:
    """Return the error for a file of more than MAX_BYTES."""
    size = MAX_BYTES // 1_000_000
    return TableRejected(
        _("This file is larger than %(size)d MB. Divide it, and import one part after the other.") % {"size": size}
    )
