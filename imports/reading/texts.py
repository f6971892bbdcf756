"""Read tables from text: find the encoding and the separator of a CSV file, or of cells that were pasted."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from imports.reading.limits import MAX_CELL_CHARACTERS, MAX_CELLS_OF_ROW, RowTooLong, TableRejected
from web.exports.tables import unescape_csv_text

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SEPARATORS: Final = ("\t", ";", ",")
NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f]")
OTHER_FORMAT: Final = re.compile(r"\s*(<(!|\?|html|head|table|meta)|%PDF-|\{\\rtf)", re.IGNORECASE)
SAMPLE_ROWS: Final = 20
SAMPLE_BYTES: Final = 2_000


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without mark, UTF-16 or Windows-1252; raise TableRejected."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _decode(content[len(mark) :], encoding)
    sample = content[:SAMPLE_BYTES]
    encodings = ("utf-8", "cp1252") if sample.count(0) * 4 < len(sample) else (_utf16_order(sample),)
    for encoding in encodings[:-1]:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _decode(content, encoding)
    return _decode(content, encodings[-1])


def _utf16_order(sample: bytes) -> str:
    """Return the encoding of a text with many NUL bytes: in UTF-16 they fill every second place of common letters."""
    return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"


def _decode(content: bytes, encoding: str) -> str:
    """Return the content as text; raise TableRejected when it is none in this encoding, or a web page or PDF."""
    try:
        result = content.decode(encoding)
    except UnicodeDecodeError:
        result = "\0"
    if NO_TEXT.search(result) or OTHER_FORMAT.match(result):
        raise TableRejected(
            _("This file cannot be read as a table. Save it as XLSX, ODS, or CSV in UTF-8, then try again."),
        )
    return result


OWN_SEPARATOR: Final = ";"
OWN_EXPORT_START: Final = codecs.BOM_UTF8 + b'"'  # our own exports put every text in quotes, their headings too


def may_be_own_export(content: bytes) -> bool:
    """Return whether a CSV file begins as our exports do: a mark, then headings in quotes between semicolons."""
    first = content[: content.find(b"\n")]
    return first.startswith(OWN_EXPORT_START) and b'";"' in first


def text_rows(content: str, *, is_own_export: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a text, each with its number as spreadsheets count them; empty rows too.

    The separator is the one under which most of the first rows have the same number of cells. Apostrophes that our own
    exports put before formulas are taken off, and so are the explanations that they write below their table
    (`is_own_export`: the text may be one of them). Raises TableRejected for a cell or a row beyond reason.
    """
    first, _break, rest = content.partition("\n")
    first_number, separator = 1, ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        content, first_number, separator = rest, 2, first.strip()[-1]  # as Excel writes and reads it
    separator = separator or (OWN_SEPARATOR if is_own_export else find_separator(content))
    csv.field_size_limit(MAX_CELL_CHARACTERS * 2)
    lines = _LinesOfRow(content, separator)
    reader = csv.reader(lines, delimiter=separator)
    number, cells = first_number - 1, list[str]()
    try:
        for number, cells in enumerate(_without_explanations(reader) if is_own_export else reader, first_number):
            lines.separators = 0
            yield number, [unescape_csv_text(cell) for cell in cells]
        if content.count('"') % 2 and any("\n" in cell for cell in cells):
            raise csv.Error("the last quotation mark is not closed")
    except csv.Error as error:
        raise TableRejected(
            _("Row %(line)d cannot be read: check its quotation marks.") % {"line": number + 1}
        ) from error


class _LinesOfRow:
    """The lines of a text for a reader of CSV, which takes several for a row with line breaks in its cells.

    It counts the `separators` since the last row, so that no row of millions of cells is built before it is refused.
    """

    def __init__(self, content: str, separator: str) -> None:
        self._lines, self._separator, self.separators = _lines(content), separator, 0

    def __iter__(self) -> Iterator[str]:
        """Return the lines themselves."""
        return self

    def __next__(self) -> str:
        """Return the next line; raise RowTooLong when the row has more cells than a spreadsheet has columns."""
        line = next(self._lines)
        self.separators += line.count(self._separator)
        if self.separators >= MAX_CELLS_OF_ROW:
            raise RowTooLong
        return line


def _lines(content: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; Excel for Mac ends each with a carriage return alone."""
    line_end = "\r" if content.count("\r") > content.count("\n") else "\n"
    start = 0
    while start < len(content):
        end = content.find(line_end, start) + 1 or len(content)
        yield content[start:end]
        start = end


def _without_explanations(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows above an empty line that is followed by a title alone; the first row has several cells then.

    Other programs give each row the same number of cells.
    """
    width, empty = 0, 0
    for cells in rows:
        if empty and len(cells) == 1 < width:
            return
        if cells:
            yield from ([] for _ in range(empty))
            yield cells
        width, empty = width or len(cells), 0 if cells else empty + 1


def find_separator(content: str) -> str:
    """Return the separator of a text: tab, semicolon or comma."""
    lines = [line for line in islice(_lines(content), SAMPLE_ROWS * 3) if line.strip()][:SAMPLE_ROWS]
    return max(SEPARATORS, key=lambda separator: _score(lines, separator))


def _score(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """Return how well a separator fits: the rows of the most usual width above one cell, then that width.

    One under which a line has too many cells fits as if it were there twice: the reader then refuses the row.
    """
    if any(line.count(separator) >= MAX_CELLS_OF_ROW for line in lines):
        return len(lines), 2
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0, 0
    wide = {width: count for width, count in widths.items() if width > 1}
    return max(((count, width) for width, count in wide.items()), default=(0, 0))
