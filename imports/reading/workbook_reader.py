"""The program that reads one workbook: a process of its own, with limits on its memory, its time and its answer.

`imports.reading.spreadsheets` runs it as a script, so that it imports calamine and nothing of the platform. It reads
the workbook from standard input and answers on standard output, a line of JSON each: for each visible sheet with
content an object, then the rows that are not empty, as their number and the texts of their cells; at last an object on
the workbook. A cell far away makes calamine ask for more memory than there is: the process then ends, and nothing else
does.
"""

import datetime
import json
import resource
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY_LIMIT: Final = 700 * 1024 * 1024  # bytes of address space
CPU_SECONDS: Final = 40  # of processor time
ANSWER_LIMIT: Final = 250 * 1024 * 1024  # bytes that are written: 50 million characters have at most 200 million
MAX_SHEETS: Final = 10


@dataclass(slots=True)
class Limits:
    """What is read at most: columns and rows of a sheet, characters of a cell, and those left for the workbook.

    The rest of a cell is cut off.
    """

    columns: int
    rows: int
    cell_characters: int
    characters_left: int


class TooManyCharacters(Exception):
    """The cells of a workbook have more characters in all than are read."""


def cell_text(value: Any) -> str:
    """Return the value of a cell as text: dates as ISO, whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    return str(value)  # a date, or a span of time as 9:30:00


def main() -> None:
    """Read the workbook on standard input and write what it holds, within the limits that the arguments give."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (ANSWER_LIMIT, ANSWER_LIMIT))
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        answer(book, Limits(*map(int, sys.argv[1:])))
    except PasswordError:
        write({"refused": "password"})
    except TooManyCharacters:
        write({"refused": "characters"})
    except MemoryError:
        write({"refused": "memory"})
    except (CalamineError, OSError, ValueError):
        write({"refused": "damaged"})


def answer(book: Any, limits: Limits) -> None:
    """Write the first ten visible sheets that have content, then the names of the sheets that are not read."""
    visible = [row.name for row in book.sheets_metadata if row.visible == SheetVisibleEnum.Visible]
    hidden = [row.name for row in book.sheets_metadata if row.visible != SheetVisibleEnum.Visible]
    count = 0
    while visible and count < MAX_SHEETS:
        count += write_sheet(book.get_sheet_by_name(visible.pop(0)), limits)
    reason = {} if count else {"refused": "hidden" if hidden else "empty"}
    write({"hidden": hidden, "others": visible} | reason)


def write_sheet(sheet: Any, limits: Limits) -> bool:
    """Write a sheet and its rows, at most one more than the limit; return whether it has content.

    Of a sheet that is too wide, only the number of its columns is written. Raises TooManyCharacters.
    """
    if not sheet.height:
        return False
    if sheet.width > limits.columns:
        write({"sheet": sheet.name, "refused": "wide", "columns": sheet.end[1] + 1})
        return True
    write({"sheet": sheet.name, "merged": len(sheet.merged_cell_ranges or ())})
    count = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        texts = [cell_text(cell)[: limits.cell_characters] for cell in cells]
        if any(texts):
            limits.characters_left -= sum(map(len, texts))
            if limits.characters_left < 0:
                raise TooManyCharacters
            write([line, texts])
            count += 1
            if count > limits.rows:
                break
    return True


def write(value: Any) -> None:
    """Write a value as a line of JSON."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
