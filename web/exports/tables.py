"""Write tables as CSV or XLSX files with equal content, in which a spreadsheet takes no text for a formula."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count, islice
from tempfile import TemporaryDirectory
from typing import IO, Final, TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# A float is a share, a Decimal a measured value, a text may be typed by anyone, None is unknown.
Cell: TypeAlias = str | int | float | Decimal | date | None

CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel reads another character set
DECIMALS: Final = 6
MAX_CELL_CHARACTERS: Final = 32_000  # spreadsheets allow no more
MAX_ROWS: Final = 1_048_575  # of a sheet, below its title row
SHEET_TITLE_LENGTH: Final = 31
ROWS_PER_WRITE: Final = 500
WIDTH: Final = 16

# Characters that no spreadsheet file can hold, and those that begin a formula with their Unicode equivalents.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_TITLE: Final = re.compile(rf"[\[\]:*?/\\']|{_UNWRITABLE.pattern}")
_SIGNS: Final = "=+-@＝＋－＠−﹦﹢﹣﹫⁼⁺⁻₊₋₌⩵⩶﬩"
_BLANK: Final = r"\s\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # spaces, and characters without width
_BEGINS_FORMULA: Final = rf"[{_BLANK}]*[{re.escape(_SIGNS)}]|[ \u00a0]*[\t\r\n]"
# Apostrophes before a formula count too, so that taking off the one that is added gives the text back, whatever it was.
_FORMULA: Final = re.compile(rf"'*(?:{_BEGINS_FORMULA})")
_ESCAPED_FORMULA: Final = re.compile(rf"'+(?:{_BEGINS_FORMULA})")
_DOUBTFUL: Final = frozenset(f" '{_SIGNS}")  # printable first characters of texts that need a closer look

# Readers of CSV may split at another separator than ours, so that a cell begins after any of them, and after a quote:
# a reader that splits within a text takes its closing quote for an opening one.
# Each pattern looks at a run of such characters once, from its first one on, so that long runs are not slow.
_WITHIN: Final = rf'((?<![{_BLANK},;|"])(?:(?![\t\r\n])[{_BLANK}])*+[,;|\t\r\n"][{_BLANK},;|"]*+)'
_BEFORE_CELL: Final = rf"(?='*[{re.escape(_SIGNS)}]|'*(?<!\")\Z)"
_SEPARATOR: Final = re.compile(r'[,;|\t\r\n"]')
_CELL_WITHIN: Final = re.compile(_WITHIN + _BEFORE_CELL)
_ESCAPED_WITHIN: Final = re.compile(f"{_WITHIN}'{_BEFORE_CELL}")


@dataclass(frozen=True, slots=True)
class FurtherSheet:
    """A second table of the same file: a sheet of its own in XLSX, the last lines in CSV."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table to write as a file; `rows` may be an iterator.

    `about` explains the table in pairs of name and value: definitions, filters, dates. `widths` are those of the first
    columns, in characters. `further` is a second table of the same file.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    about_title: str
    about: Sequence[tuple[str, Cell]] = ()
    widths: Sequence[int] = ()
    further: FurtherSheet | None = None


def escape_formula(text: str) -> str:
    """Return the text, with an apostrophe before it if a spreadsheet would take it for a formula.

    Characters that no spreadsheet file can hold are removed.
    """
    if text.isprintable() and text[:1] not in _DOUBTFUL:  # nearly every text, and this runs a million times
        return text
    text = _UNWRITABLE.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that `escape_formula` was given; only the apostrophe that it adds is taken off."""
    return text[1:] if text[:1] == "'" and _ESCAPED_FORMULA.match(text) else text


def escape_csv_text(text: str) -> str:
    """Return the text as our CSV files hold it: with apostrophes wherever a spreadsheet could find a formula.

    Readers of CSV split at different separators, so that a cell may begin inside the text.
    """
    escaped = escape_formula(text)
    return _CELL_WITHIN.sub(r"\1'", escaped) if _SEPARATOR.search(escaped) else escaped


def unescape_csv_text(text: str) -> str:
    """Return the text that `escape_csv_text` was given; only the apostrophes that it adds are taken off."""
    return unescape_formula(_ESCAPED_WITHIN.sub(r"\1", text)) if "'" in text else text


def write(file_format: str, table: Table, file: IO[bytes], *, language: str) -> None:
    """Write the table to an open file; `file_format` is “csv” or “xlsx”. Rows are written a few hundred at a time.

    In CSV, numbers have the decimal separator of `language` (“fr”, “en”). Raises KeyError for another format.
    """
    WRITERS[file_format](table, file, language)


def table_bytes(file_format: str, table: Table, *, language: str) -> bytes:
    """Return the content of a file with the table, all in memory: for tables with few rows.

    `file_format` is “csv” or “xlsx”; in CSV, numbers have the decimal separator of `language`. Raises KeyError for
    another format.
    """
    file = io.BytesIO()
    write(file_format, table, file, language=language)
    return file.getvalue()


def _write_csv(table: Table, file: IO[bytes], language: str) -> None:
    """Write the table as CSV: semicolons, texts in quotes, a decimal comma if `language` is “fr”.

    The explanations about the table follow its rows. A byte order mark makes Excel read UTF-8.
    """
    file.write(BYTE_ORDER_MARK.encode())
    point = "," if language == "fr" else "."
    for lines in _batches(_csv_lines(table)):
        file.write("".join(f"{';'.join([_csv_cell(cell, point) for cell in line])}\r\n" for line in lines).encode())


def _csv_lines(table: Table) -> Iterator[Sequence[Cell]]:
    """Yield the lines of the CSV file: header, rows, an empty line, the explanations about the table; then the further
    table, if there is one, after another empty line.
    """
    yield table.header
    yield from table.rows
    yield ()
    yield (table.about_title,)
    yield from table.about
    if table.further:
        yield from ((), (table.further.title,), table.further.header, *table.further.rows)


def _csv_cell(cell: Cell, point: str) -> str:
    """Return a value as text between two separators of a CSV file; only texts are in quotes, so that numbers stay
    numbers.

    `point` is the decimal separator. A text that could be taken for a formula gets an apostrophe; None is empty.
    """
    if isinstance(cell, str):
        text = escape_csv_text(cell).replace('"', '""')
        return f'"{text}"'
    if isinstance(cell, float):
        return f"{cell:.{DECIMALS}f}".replace(".", point)
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", point)
    return "" if cell is None else str(cell)


def _batches(lines: Iterator[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    """Yield the lines of a table in lists of 500 (the last one shorter), so that each list is written at once."""
    while batch := list(islice(lines, ROWS_PER_WRITE)):
        yield batch


def _write_xlsx(table: Table, file: IO[bytes], _language: str) -> None:
    """Write the table as XLSX, with numbers and dates as such; the explanations about it are on the last sheet.

    `_language` is not used: the spreadsheet program formats numbers for its reader. Until all rows are there, they are
    in a temporary folder, which is removed even if writing fails. A sheet over 2 GiB makes a ZIP64 file, which some
    versions of Excel offer to repair; the repaired file is complete.
    """
    with TemporaryDirectory() as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder, "use_zip64": True})
        try:
            for part in (table, table.further):
                if part:
                    _add_sheets(book, part)
            about = _new_sheet(book, table.about_title)
            _fill_sheet(book, about, table.about, widths=[40, 110], wrapped=True)
            book.close()
        finally:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()  # if writing failed, XlsxWriter leaves this temporary file open


def _add_sheets(book: Workbook, part: Table | FurtherSheet) -> None:
    """Write a table to a new sheet of the book, and the rows that it cannot hold to further sheets."""
    rows = iter(part.rows)
    widths = [*part.widths, *[WIDTH] * len(part.header)]
    while True:
        sheet = _new_sheet(book, part.title)
        if _fill_sheet(book, sheet, islice(rows, MAX_ROWS), header=part.header, widths=widths) < MAX_ROWS:
            return


def _new_sheet(book: Workbook, title: str) -> Worksheet:
    """Add a sheet to the book and return it.

    Excel refuses some titles: refused characters become blanks, the title is cut to 31 characters, is “–” if nothing is
    left, and begins with a number if another sheet has it (case does not count).
    """
    accepted = " ".join(_NOT_IN_SHEET_TITLE.sub(" ", title).split()) or "–"
    names = (_shorten_sheet_title(f"{number} {accepted}" if number > 1 else accepted) for number in count(1))
    taken = {sheet.name.lower() for sheet in book.worksheets()}
    return book.add_worksheet(next(name for name in names if name.lower() not in taken))


def _shorten_sheet_title(title: str) -> str:
    """Return the beginning of a title that Excel counts as 31 characters: an emoji counts as two."""
    return title.encode("utf-16-le")[: 2 * SHEET_TITLE_LENGTH].decode("utf-16-le", "ignore")


def _fill_sheet(
    book: Workbook,
    sheet: Worksheet,
    rows: Iterable[Sequence[Cell]],
    *,
    header: Sequence[str] = (),
    widths: Sequence[int],
    wrapped: bool = False,
) -> int:
    """Write a bold and frozen row of titles, if there is a `header`, and the rows to a sheet of the book.

    Returns the number of rows. `widths` are those of its columns, in characters. With `wrapped`, texts have several
    lines.
    """
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if header:
        sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, label in enumerate(header):
        _write_text(sheet, 0, column, label, bold)
    write_cell = _xlsx_cell_writer(book, sheet, wrapped=wrapped)
    row_count, first_row = 0, 1 if header else 0
    for row_count, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            write_cell(first_row + row_count - 1, column, cell)
    return row_count


def _xlsx_cell_writer(book: Workbook, sheet: Worksheet, *, wrapped: bool) -> Callable[[int, int, Cell], None]:
    """Return the function that writes a value to the cell of the sheet at a row and a column, both counted from 0.

    With `wrapped`, texts have several lines. Floats are shares and shown in percent, None leaves the cell empty.
    """
    text_format = book.add_format({"text_wrap": True, "valign": "top"}) if wrapped else None
    percent = book.add_format({"num_format": "0.0%"})
    day, moment = (book.add_format({"num_format": pattern}) for pattern in ("yyyy-mm-dd", "yyyy-mm-dd h:mm:ss"))

    def write_cell(row: int, column: int, cell: Cell) -> None:
        """Write the value: floats in percent, moments without zone."""
        if isinstance(cell, str):
            _write_text(sheet, row, column, cell, text_format)
        elif isinstance(cell, float):
            sheet.write_number(row, column, round(cell, DECIMALS), percent)
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell.replace(tzinfo=None), moment)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, day)
        elif cell is not None:
            sheet.write_number(row, column, cell)

    return write_cell


def _write_text(sheet: Worksheet, row: int, column: int, text: str, text_format: Format | None) -> None:
    """Write a text to a cell, escaped if it looks like a formula.

    XlsxWriter takes a text from “<r>” to “</r>” for XML of its own, which it does not escape; given in pieces, it does.
    """
    text = escape_formula(text)[:MAX_CELL_CHARACTERS]
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, column, "<", "r", text[2:], *([text_format] if text_format else []))
    else:
        sheet.write_string(row, column, text, text_format)


WRITERS: Final[dict[str, Callable[[Table, IO[bytes], str], None]]] = {"csv": _write_csv, "xlsx": _write_xlsx}
