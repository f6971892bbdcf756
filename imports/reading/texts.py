"""Read tables from text: find the encoding and the separator of a CSV file, or of cells that were pasted."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import IO, Final, TextIO

from django.utils.translation import gettext as _

from imports.reading.limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS_OF_ROW,
    MAX_CHARACTERS_OF_ROW,
    RowTooLong,
    TableRejected,
)
from web.exports.tables import unescape_csv_text

ENCODINGS_BY_MARK: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS: Final = ("\t", ";", ",")
NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f]")
OTHER_FORMAT: Final = re.compile(r"\s*(<(!|\?|html|head|table|meta)|%PDF-|\{\\rtf)", re.IGNORECASE)
SAMPLE_ROWS: Final = 20
SAMPLE_CHARACTERS: Final = 100_000  # in which the separator is looked for
SAMPLE_BYTES: Final = 2_000
BYTES_PER_PIECE: Final = 65_536
OWN_SEPARATOR: Final = ";"
OWN_EXPORT_START: Final = codecs.BOM_UTF8 + b'"'  # our own exports put every text in quotes, their headings too


def open_text(file: IO[bytes]) -> TextIOWrapper:
    """Return an open file as text in UTF-8, with or without mark, UTF-16 or Windows-1252, line by line.

    It is never in memory as a whole. Raises TableRejected for a file that is no text, or a web page or PDF. The caller
    detaches the text, which would else close the file.
    """
    file.seek(0)
    start = file.read(SAMPLE_BYTES)
    for encoding in _possible_encodings(start):
        try:
            line_end = _line_end(file, encoding)
        except UnicodeDecodeError:
            continue
        file.seek(0)
        return TextIOWrapper(file, encoding, newline=line_end)
    raise _no_table()


def _possible_encodings(start: bytes) -> Sequence[str]:
    """Return the encodings that a file with this beginning may have, the likeliest first."""
    for mark, encoding in ENCODINGS_BY_MARK:
        if start.startswith(mark):
            return (encoding,)
    if start.count(0) * 4 < len(start):
        return "utf-8", "cp1252"
    # In UTF-16, a NUL byte fills every second place of common letters.
    return ("utf-16-le",) if start[1::2].count(0) >= start[::2].count(0) else ("utf-16-be",)


def _line_end(file: IO[bytes], encoding: str) -> str:
    """Return what ends the lines of a file: Excel for Mac ends each with a carriage return alone.

    Raises UnicodeDecodeError when it is no text in this encoding, TableRejected when it is one of another format.
    """
    counts, is_first = Counter[str](), True
    for text in _pieces(file, encoding):
        if NO_TEXT.search(text) or (is_first and OTHER_FORMAT.match(text)):
            raise _no_table()
        counts.update({end: text.count(end) for end in "\r\n"})
        is_first = False
    return "\r" if counts["\r"] > counts["\n"] else "\n"


def _pieces(file: IO[bytes], encoding: str) -> Iterator[str]:
    """Yield the text of a file piece by piece; raise UnicodeDecodeError when it is none in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    while content := file.read(BYTES_PER_PIECE):
        yield decoder.decode(content)
    yield decoder.decode(b"", final=True)


def _no_table() -> TableRejected:
    """Return the error for a file that is no text."""
    return TableRejected(
        _("This file cannot be read as a table. Save it as XLSX, ODS, or CSV in UTF-8, then try again."),
    )


def may_be_own_export(file: IO[bytes]) -> bool:
    """Return whether a CSV file begins as our exports do: a mark, then headings in quotes between semicolons."""
    file.seek(0)
    first = file.readline(BYTES_PER_PIECE)
    return first.startswith(OWN_EXPORT_START) and b'";"' in first


def text_rows(text: TextIO, *, is_own_export: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a text, each with its number as spreadsheets count them; empty rows too.

    The separator is the one under which most of the first rows have the same number of cells. Apostrophes that our own
    exports put before formulas are taken off, and so are the explanations that they write below their table
    (`is_own_export`: the text may be one of them). Raises TableRejected for a cell or a row beyond reason.
    """
    first = text.readline(SAMPLE_CHARACTERS).rstrip("\r\n")
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        first_number, separator = 2, first[-1]  # as Excel writes and reads it
    else:
        text.seek(0)
        first_number, separator = 1, OWN_SEPARATOR if is_own_export else find_separator(text.read(SAMPLE_CHARACTERS))
        text.seek(0)
    csv.field_size_limit(MAX_CELL_CHARACTERS * 2)
    lines = _LinesOfRow(text, separator)
    reader = csv.reader(lines, delimiter=separator)
    number, cells = first_number - 1, list[str]()
    try:
        for number, cells in enumerate(_without_explanations(reader) if is_own_export else reader, first_number):
            lines.begin_row()
            yield number, [unescape_csv_text(cell) for cell in cells]
        if lines.has_open_quote and any("\n" in cell for cell in cells):
            raise csv.Error("the last quotation mark is not closed")
    except csv.Error as error:
        raise TableRejected(
            _("Row %(line)d cannot be read: check its quotation marks.") % {"line": number + 1}
        ) from error


class _LinesOfRow:
    """The lines of a text for a reader of CSV, which takes several for a row with line breaks in its cells.

    It counts what a row has, so that one of millions of cells or characters is never built. `has_open_quote` says
    whether the number of quotation marks so far is odd.
    """

    def __init__(self, text: TextIO, separator: str) -> None:
        self._text, self._separator, self.has_open_quote = text, separator, False
        self.begin_row()

    def begin_row(self) -> None:
        """Count anew: the lines so far belong to rows that are complete."""
        self._cells = self._characters = 0

    def __iter__(self) -> Iterator[str]:
        """Return the lines themselves."""
        return self

    def __next__(self) -> str:
        """Return the next line; raise RowTooLong when the row has more cells or characters than are read."""
        line = self._text.readline(MAX_CHARACTERS_OF_ROW + 1)
        if not line:
            raise StopIteration
        self._cells += line.count(self._separator)
        self._characters += len(line)
        if self._cells >= MAX_CELLS_OF_ROW or self._characters > MAX_CHARACTERS_OF_ROW:
            raise RowTooLong
        self.has_open_quote ^= bool(line.count('"') % 2)
        return line


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
    """Return the separator of a text, of which this is the beginning: tab, semicolon or comma."""
    lines = [line for line in content.splitlines(keepends=True) if line.strip()][:SAMPLE_ROWS]
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
