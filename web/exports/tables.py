"""Tables to take away, as CSV or as XLSX: the same cells in both, none of which a spreadsheet takes for a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Final, TypeAlias

# A float is a share, a text is somebody's words, None is not known.
Cell: TypeAlias = str | int | float | date | None

CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel reads another character set
DECIMALS: Final = 6
LONGEST: Final = 32_000  # letters in one cell of a spreadsheet
AT_ONCE: Final = 500  # rows written in one go
WIDTH: Final = 16

# What no spreadsheet file can hold, and what begins a formula: also the forms that Unicode holds to be the same.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SIGNS: Final = "=+-@＝＋－＠−﹦﹢﹣﹫⁼⁺⁻₊₋₌⩵⩶﬩"
_BLANK: Final = r"\s\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # spaces, and what takes no room
_FORMULA: Final = re.compile(rf"[{_BLANK}]*[{re.escape(_SIGNS)}]|[ \u00a0]*[\t\r\n]")
_DOUBTFUL: Final = frozenset(f" {_SIGNS}")  # a first letter that is worth a look, of those that can be seen

# In a CSV file a cell may begin wherever a reader splits, which may be at another sign than ours, and after a quote,
# also after the one that ends a text: a reader that splits within that text takes it for one that opens a cell.
_CELL_WITHIN: Final = re.compile(rf'([,;|\t\r\n"][{_BLANK},;|"]*)(?=[{re.escape(_SIGNS)}]|(?<!")\Z)')


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` may be read once only. `about` says what the table is, in pairs: definitions, choices, days.

    `widths` are those of the first columns, in letters.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    about_title: str
    about: Sequence[tuple[str, Cell]] = ()
    widths: Sequence[int] = ()


def harmless(text: str) -> str:
    """A text that stays one in every spreadsheet: an apostrophe stands before what would begin a formula."""
    if text.isprintable() and text[:1] not in _DOUBTFUL:  # nearly every text, and this is asked a million times
        return text
    text = _UNWRITABLE.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def write(kind: str, table: Table, file: IO[bytes], *, language: str) -> None:
    """Write the table as `kind`, csv or xlsx, holding a few hundred rows at a time. Raises KeyError for another."""
    WRITERS[kind](table, file, language)


def written(kind: str, table: Table, *, language: str) -> bytes:
    """The same in memory, for few rows."""
    file = io.BytesIO()
    write(kind, table, file, language=language)
    return file.getvalue()


def _write_csv(table: Table, file: IO[bytes], language: str) -> None:
    """Semicolons, every text in quotes, and in French a decimal comma; what the table is stands below its rows."""
    file.write(BYTE_ORDER_MARK.encode())
    point = "," if language == "fr" else "."
    for lines in _batches(_lines(table)):
        file.write("".join(f"{';'.join([_in_csv(cell, point) for cell in line])}\r\n" for line in lines).encode())


def _lines(table: Table) -> Iterator[Sequence[Cell]]:
    yield table.header
    yield from table.rows
    yield ()
    yield (table.about_title,)
    yield from table.about


def _in_csv(cell: Cell, point: str) -> str:
    """Return the cell as it is written between two separators: only texts have quotes, so that numbers stay numbers."""
    if isinstance(cell, str):
        text = _CELL_WITHIN.sub(r"\1'", harmless(cell)).replace('"', '""')
        return f'"{text}"'
    if isinstance(cell, float):
        return f"{cell:.{DECIMALS}f}".replace(".", point)
    return "" if cell is None else str(cell)


def _batches(lines: Iterator[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    while batch := list(islice(lines, AT_ONCE)):
        yield batch


def _write_xlsx(table: Table, file: IO[bytes], _language: str) -> None:
    """Numbers and days as such; what the table is stands on a sheet of its own."""
    from openpyxl import Workbook  # noqa: PLC0415 - takes a third of a second, which no other page should wait for

    book = Workbook(write_only=True)
    sheets = [book.create_sheet(_sheet_title(title)) for title in (table.title, table.about_title)]
    with _tidied(sheets):
        _fill(sheets[0], [table.header], table.rows, widths=[*table.widths, *[WIDTH] * len(table.header)])
        _fill(sheets[1], [], table.about, widths=[40, 110], wrapped=True)
        book.save(file)


def _fill(
    sheet: Any, header: Iterable[Sequence[str]], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int], **style: bool
) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for words in header:
        sheet.freeze_panes = "A2"
        sheet.append([_styled(sheet, harmless(word), bold=True) for word in words])
    cell_of = _cell_writer(sheet, **style)
    for row in rows:
        sheet.append([cell_of(cell) for cell in row])


def _cell_writer(sheet: Any, *, wrapped: bool = False) -> Callable[[Cell], Any]:
    """What turns a value into what openpyxl takes; a share is shown in percent."""

    def written(cell: Cell) -> Any:
        if isinstance(cell, str):
            text = harmless(cell)[:LONGEST]
            return _styled(sheet, text, wrapped=True) if wrapped else text
        if isinstance(cell, float):
            return _styled(sheet, round(cell, DECIMALS), percent=True)
        return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell

    return written


def _styled(sheet: Any, value: Any, *, bold: bool = False, wrapped: bool = False, percent: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, value)
    if bold:
        cell.font = Font(bold=True)
    if wrapped:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if percent:
        cell.number_format = "0.0%"
    return cell


def _sheet_title(title: str) -> str:
    """At most 31 letters, and none that Excel refuses."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


@contextmanager
def _tidied(sheets: Iterable[Any]) -> Iterator[None]:
    """openpyxl writes sheets to temporary files, and leaves them there when it is interrupted."""
    try:
        yield
    except BaseException:
        for sheet in sheets:
            if sheet._writer is not None:
                sheet._rows = None
                sheet._writer.cleanup()
        raise


WRITERS: Final[dict[str, Callable[[Table, IO[bytes], str], None]]] = {"csv": _write_csv, "xlsx": _write_xlsx}
