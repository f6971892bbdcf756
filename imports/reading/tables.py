"""Read a table from an uploaded file or pasted text: its heading, and its rows without empty ones and totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain, islice
from typing import IO, Final, TextIO, TypeAlias

from django.utils.translation import gettext as _

from imports.cells import normalised
from imports.columns import HEADER_ROWS, IGNORED, ImportColumn, guess_columns, header_position
from imports.reading.limits import (
    MAX_BYTES,
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINES,
    MAX_ROWS,
    TableRejected,
    TooManyCells,
    file_too_large,
)
from imports.reading.notes import Note, NoteKind
from imports.reading.spreadsheets import OLD_EXCEL_START, PACKAGE_START, Workbook, open_workbook
from imports.reading.texts import may_be_own_export, open_text, text_rows
from web.templatetags.web import number
from web.text.visible import clean_text

NumberedRow: TypeAlias = tuple[int, list[str]]
MAX_TOTALS: Final = 5  # rows at the end
TOTAL_WORDS: Final = ("total", "totaux", "sous total", "somme", "sum", "grand total", "subtotal", "totals")


@dataclass(slots=True)
class SourceTable:
    """A table as it was read: `header` has a text for each column, empty where the table has none.

    `rows` yields number and cells, as many as the header; the notes are complete once all rows are read.
    """

    sheet: str
    header: list[str]
    has_header: bool
    rows: Iterator[NumberedRow]
    notes: list[Note] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class SourceFile:
    """The tables of a file, one for each sheet with rows; `best` is the first with the most recognised columns.

    `unread` names the sheets that are left out: they cannot be read, or would be too many rows in all.
    """

    tables: list[SourceTable]
    best: SourceTable
    unread: list[str] = field(default_factory=list)

    def only(self, sheet: str) -> SourceFile:
        """Return the file with this sheet alone; raise TableRejected with the names of its sheets if it has no such."""
        table = next((table for table in self.tables if table.sheet == sheet), None)
        if table is None:
            names = ", ".join(table.sheet for table in self.tables)
            raise TableRejected(
                _("This file has no sheet “%(sheet)s”. It has: %(names)s.") % {"sheet": sheet, "names": names}
            )
        return SourceFile([table], table)


@contextmanager
def open_file(file: IO[bytes], columns: Sequence[ImportColumn]) -> Iterator[SourceFile]:
    """Yield the tables in an open file, which needs a file descriptor; a heading is the row with most of the `columns`.

    Raises TableRejected with what to do instead, here or while rows are read.
    """
    if first_bytes(file) == PACKAGE_START:
        with open_workbook(file) as book:
            yield _tables_of(book, columns)
    else:
        is_own_export = may_be_own_export(file)
        text = open_text(file)
        try:
            yield _text_file(text, columns, is_own_export=is_own_export)
        finally:
            text.detach()


def first_bytes(file: IO[bytes]) -> bytes:
    """Return the first bytes of a file, which tell its kind; raise TableRejected for one that is never read.

    It is too large, or in the format of old Excel.
    """
    size = file.seek(0, 2)
    file.seek(0)
    start = file.read(4)
    if size > MAX_BYTES:
        raise file_too_large()
    if start.startswith(OLD_EXCEL_START):
        raise TableRejected(
            _("This file is in the format of old Excel, or needs a password. Save it as XLSX without a password."),
        )
    return start


def _tables_of(book: Workbook, columns: Sequence[ImportColumn]) -> SourceFile:
    """Return the tables of a workbook; raise TableRejected with the reason when no sheet can be read.

    The best one always counts, the others as long as all together have no more rows than a table may have.
    """
    read, refusals = [], dict(book.refusals)
    for sheet in book.sheets:
        try:
            read.append((_table(sheet.name, sheet.rows, columns, sheet.notes), sheet.size))
        except TableRejected as error:
            refusals[sheet.name] = str(error)
    if not read:
        raise TableRejected(next(iter(refusals.values())))
    best, total = max(read, key=lambda pair: _recognised(pair[0], columns))
    tables, unread = [], [*refusals, *book.unread]
    for table, size in read:
        if table is best or total + size <= MAX_ROWS:
            tables.append(table)
            total += 0 if table is best else size
        else:
            unread.append(table.sheet)
    return SourceFile(tables, best, unread)


def _recognised(table: SourceTable, columns: Sequence[ImportColumn]) -> int:
    """Return how many columns of a table are recognised by their heading."""
    return sum(name != IGNORED for name in guess_columns(table.header, columns))


def pasted_file(text: str, columns: Sequence[ImportColumn]) -> SourceFile:
    """Return the one table in a pasted text: cells copied from a spreadsheet, or one person per line."""
    return _text_file(open_text(BytesIO(text.encode())), columns, is_own_export=False)


def _text_file(text: TextIO, columns: Sequence[ImportColumn], *, is_own_export: bool) -> SourceFile:
    """Return the one table in a text, whose rows are read from it when they are needed.

    The explanations below the table of `is_own_export`, a CSV file of this platform, are not read.
    """
    table = _table("", text_rows(text, is_own_export=is_own_export), columns, [])
    return SourceFile([table], table)


def _table(sheet: str, rows: Iterator[NumberedRow], columns: Sequence[ImportColumn], notes: list[Note]) -> SourceTable:
    """Return the table whose heading is found among the first ten rows; raise TableRejected when it has no rows."""
    filled = (row for row in _cleaned(rows) if row[1])
    first = list(islice(filled, HEADER_ROWS))
    if not first:
        raise TableRejected(_("This table has no rows. Choose another file, or paste the rows with their headings."))
    width = max(len(cells) for _line, cells in first)
    if width > MAX_COLUMNS:
        raise TableRejected(
            _("This table has %(columns)s columns; at most %(most)s are read. Delete those that are not needed.")
            % {"columns": number(width), "most": number(MAX_COLUMNS)}
        )
    texts = [cells for _line, cells in first]
    position = header_position(texts, columns)
    header = [""] * width if position is None else _padded(texts[position], width)
    if position is None:
        notes.append((NoteKind.NO_HEADER, ""))
    body = first if position is None else first[position + 1 :]
    table = SourceTable(sheet, header, position is not None, iter(()), notes, [cells for _line, cells in body])
    before = first[0][0] - 1 if position is None else first[position][0]
    noted = _noting_empty_rows(chain(body, filled), before, notes)
    table.rows = _limited(_without_totals(noted, notes), width, notes)
    return table


def _cleaned(rows: Iterator[NumberedRow]) -> Iterator[NumberedRow]:
    """Yield rows with cells that are stripped, without trailing empty ones.

    Raises TableRejected for a cell that is too long, and for too many cells or rows, of which most are empty then.
    """
    count = 0
    for line, cells in rows:
        if line > MAX_LINES:
            raise TableRejected(
                _("This file has more than %(most)s rows, most of them empty. Delete the empty rows, then try again.")
                % {"most": number(MAX_LINES)}
            )
        texts = [cleaned_cell(cell, line) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        count += len(texts)
        if count > MAX_CELLS:
            raise TooManyCells
        yield line, texts


def cleaned_cell(cell: str, line: int) -> str:
    """Return the text of a cell of row `line` without control characters and blanks around it.

    Raises TableRejected when it is too long.
    """
    if len(cell) > MAX_CELL_CHARACTERS:
        raise TableRejected(
            _("A cell of row %(line)d has more than %(most)s characters. Shorten it, then try again.")
            % {"line": line, "most": number(MAX_CELL_CHARACTERS)}
        )
    if cell.isascii() and cell.isprintable():  # most cells, and there may be two million
        return cell.strip()
    return clean_text(cell).replace("\0", "").strip()


def _noting_empty_rows(rows: Iterator[NumberedRow], before: int, notes: list[Note]) -> Iterator[NumberedRow]:
    """Yield the rows, which have text; then note how many empty ones lie between row `before` and the last one."""
    last, filled = before, 0
    for line, cells in rows:
        last, filled = line, filled + 1
        yield line, cells
    if count := last - before - filled:
        notes.append((NoteKind.EMPTY_ROWS, str(count)))


def _without_totals(rows: Iterator[NumberedRow], notes: list[Note]) -> Iterator[NumberedRow]:
    """Yield the rows without those at the end that are totals, which are noted."""
    held: list[NumberedRow] = []
    for row in rows:
        if is_total(row[1]) and len(held) < MAX_TOTALS:
            held.append(row)
            continue
        yield from held
        held = []
        yield row
    if held:
        notes.append((NoteKind.TOTALS, ", ".join(str(line) for line, _cells in held)))


def is_total(cells: Sequence[str]) -> bool:
    """Return whether a row is one of totals: its first text is such a word, alone or before a number or a colon, and
    no other cell holds words: a stakeholder may be called “Total”.
    """
    filled = [cell for cell in cells if cell]
    if any(character.isalpha() for cell in filled[1:] for character in cell):
        return False
    first = normalised(filled[0]) if filled else ""
    words = "".join(character for character in first if not character.isdigit()).strip()
    return words in TOTAL_WORDS or words.startswith(("total general", "nombre total", "total des", "total number"))


def _limited(rows: Iterator[NumberedRow], width: int, notes: list[Note]) -> Iterator[NumberedRow]:
    """Yield rows with as many cells as there are headings, and note where cells lie beyond them.

    Raises TableRejected for more rows than are read.
    """
    longer: list[int] = []
    for count, (line, cells) in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise TableRejected(
                _("This table has more than %(most)s rows. Divide it, and import one part after the other.")
                % {"most": number(MAX_ROWS)}
            )
        if len(cells) > width:
            longer.append(line)
        yield line, _padded(cells, width)
    if longer:
        more = ["…"] if len(longer) > 10 else []
        notes.append((NoteKind.EXTRA_CELLS, ", ".join([*map(str, longer[:10]), *more])))


def _padded(cells: Sequence[str], width: int) -> list[str]:
    """Return the cells, filled up with empty ones or cut to the given number."""
    return [*cells[:width], *[""] * (width - len(cells))]
