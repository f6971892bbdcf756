"""Read XLSX and ODS workbooks in a child process with a memory limit, after their package was checked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from files.documents.packages import ArchiveTooLarge, BadPackage, PasswordProtected, ZipPackage
from files.locks import Deadline, ServerBusy, exclusive_lock
from imports.reading import workbook_reader
from imports.reading.limits import MAX_CELL_CHARACTERS, MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, TableRejected
from imports.reading.notes import Note, NoteKind
from web.exports.tables import unescape_formula
from web.templatetags.web import number

PACKAGE_START: Final = b"PK\x03\x04"
OLD_EXCEL_START: Final = b"\xd0\xcf\x11\xe0"
MAX_SECONDS: Final = 45.0
CELL_CHARACTERS: Final = MAX_CELL_CHARACTERS + 2  # one too many is noticed, even after an apostrophe of our exports
LINK_PARTS: Final = ("xl/externalLinks/", "xl/connections")
LINK_MARKS: Final = {"content.xml": (b"file:///", b"<table:table-source", b"<table:cell-range-source")}
MERGED_MARK: Final = b"table:number-columns-spanned="  # of ODS, of which the reader does not know merged cells
MACRO_PARTS: Final = ("xl/vbaProject", "Basic/", "Scripts/")
FORMULA_MARKS: Final = {"xl/worksheets/": (b"<f>", b"<f "), "content.xml": (b"table:formula=",)}
PASSWORD_MARKS: Final = {"META-INF/manifest.xml": (b":encryption-data",)}
LONGEST_MARK: Final = 32  # bytes of the end of a piece that are searched again with the next one


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, what was noticed, its rows that are not empty, and how many these are."""

    name: str
    notes: list[Note]
    rows: Iterator[tuple[int, list[str]]]
    size: int


@dataclass(slots=True)
class Workbook:
    """The sheets that are read from a workbook, the sentence for each that cannot be, and names of further ones."""

    sheets: list[Sheet] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


@contextmanager
def open_workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """Check a workbook and yield its visible sheets that have content; `file` needs a file descriptor.

    One workbook is read at a time on a machine, but others may be while the block runs. Raises TableRejected with what
    to do instead, ServerBusy when others are read for too long.
    """
    notes = _package_notes(file)
    deadline = Deadline(MAX_SECONDS)
    with TemporaryFile() as output:
        with exclusive_lock("workbooks", deadline=deadline) as handle:
            _run_reader(file, output, deadline, handle)
        yield _workbook(output, notes)


def _workbook(output: IO[bytes], package_notes: Sequence[Note]) -> Workbook:
    """Return the workbook that the reader wrote to `output`; raise TableRejected with the reason not to read it."""
    answers: list[_Answer] = []
    output.seek(0)
    for text in output:
        if text.startswith(b"{"):
            answers.append(_Answer(json.loads(text), output.tell()))
        else:
            answers[-1].size += 1
    about: dict[str, Any] = answers.pop().facts if answers else {"refused": "memory"}
    if reason := about.get("refused"):
        raise TableRejected(_refusal(reason, about))
    hidden = [(NoteKind.HIDDEN_SHEETS, ", ".join(about["hidden"][:10]))] if about["hidden"] else []
    book = Workbook(unread=about["others"])
    for answer in answers:
        name, merged = answer.facts["sheet"], answer.facts.get("merged")
        if reason := answer.facts.get("refused"):
            book.refusals[name] = _refusal(reason, answer.facts)
        else:
            notes: list[Note] = [*hidden, *([(NoteKind.MERGED, str(merged))] if merged else []), *package_notes]
            book.sheets.append(Sheet(name, notes, _rows(output, answer.start, answer.size), answer.size))
    return book


@dataclass(slots=True)
class _Answer:
    """What the reader wrote about a sheet or the workbook, where the rows after it start, and how many these are."""

    facts: dict[str, Any]
    start: int
    size: int = 0


def _package_notes(file: IO[bytes]) -> list[Note]:
    """Return notes on merged cells, macros, links and formulas of a workbook.

    Raises TableRejected when it is none that is read.
    """
    try:
        package = ZipPackage(file)
        names = package.entries
        if "xl/workbook.xml" not in names and "content.xml" not in names:
            raise TableRejected(_("This file is not a spreadsheet. Save it as XLSX, ODS or CSV, then try again."))
        if any(_has_mark(package, name, PASSWORD_MARKS) for name in names):
            raise PasswordProtected("a part is encrypted")
        kinds = {
            NoteKind.MACROS: any(name.startswith(MACRO_PARTS) for name in names),
            NoteKind.LINKS: any(name.startswith(LINK_PARTS) or _has_mark(package, name, LINK_MARKS) for name in names),
            NoteKind.FORMULAS: any(_has_mark(package, name, FORMULA_MARKS) for name in names),
        }
        merged = _count(package, "content.xml", MERGED_MARK) if "content.xml" in names else 0
    except PasswordProtected as error:
        raise TableRejected(_refusal("password", {})) from error
    except ArchiveTooLarge as error:
        raise TableRejected(_refusal("memory", {})) from error
    except BadPackage as error:
        raise TableRejected(_refusal("damaged", {})) from error
    notes: list[Note] = [(NoteKind.MERGED, str(merged))] if merged else []
    return [*notes, *((kind, "") for kind, is_there in kinds.items() if is_there)]


def _count(package: ZipPackage, name: str, mark: bytes) -> int:
    """Return how often a part of a workbook contains a mark."""
    count, tail = 0, b""
    for piece in package.unpacked(name):
        count += (tail + piece).count(mark)
        tail = piece[-len(mark) + 1 :]
    return count


def _has_mark(package: ZipPackage, name: str, marks_by_start: Mapping[str, Sequence[bytes]]) -> bool:
    """Return whether a part of a workbook contains one of the marks for parts whose name starts so."""
    marks = next((marks for start, marks in marks_by_start.items() if name.startswith(start)), ())
    tail = b""
    for piece in package.unpacked(name) if marks else ():
        if any(mark in tail + piece for mark in marks):
            return True
        tail = piece[-LONGEST_MARK:]
    return False


def _run_reader(source: IO[bytes], output: IO[bytes], deadline: Deadline, lock_handle: int) -> None:
    """Run the reader on a workbook in a child process, which inherits the lock; its answer goes to `output`.

    Raises ServerBusy after the deadline. A child that a limit ended leaves no answer, or less than all rows: then
    `output` is emptied.
    """
    os.lseek(source.fileno(), 0, os.SEEK_SET)  # the child reads from there, whatever is buffered here
    limits = map(str, (MAX_COLUMNS, MAX_ROWS, CELL_CHARACTERS, MAX_CHARACTERS))
    command = [sys.executable, "-I", workbook_reader.__file__, *limits]
    try:
        result = subprocess.run(  # noqa: S603 - our own program, and arguments of our own
            command,
            stdin=source.fileno(),
            stdout=output.fileno(),
            stderr=subprocess.DEVNULL,
            timeout=deadline.left(),
            check=False,
            pass_fds=(lock_handle,),
        )
    except subprocess.TimeoutExpired as error:
        raise ServerBusy from error
    if result.returncode:
        output.truncate(0)


def _rows(output: IO[bytes], position: int, size: int) -> Iterator[tuple[int, list[str]]]:
    """Yield `size` rows that the reader wrote from `position` on, with empty ones between them.

    They come without apostrophes that our exports add. Rows of several sheets can be read in turn.
    """
    previous = 0
    for _number in range(size):
        output.seek(position)
        text = output.readline()
        position += len(text)
        line, cells = json.loads(text)
        yield from ((number, []) for number in range(previous + 1, line))
        yield line, [unescape_formula(cell) for cell in cells]
        previous = line


def _refusal(reason: str, facts: dict[str, Any]) -> str:
    """Return the sentence why a workbook is not read, and what to do, for a reason of the reader."""
    sentences = {
        "password": _("This file needs a password. Save it without one, then try again."),
        "memory": _(
            "This file unpacks to more than the platform can read. Copy the rows to import into a new file, then try"
            " again."
        ),
        "characters": _(
            "This file has more than %(most)d million characters. Delete the sheets and columns that are not needed,"
            " then try again."
        )
        % {"most": MAX_CHARACTERS // 1_000_000},
        "damaged": _("This file is damaged or incomplete. Open it, save it again, then try again."),
        "hidden": _("All sheets with content are hidden. Show the sheet to import, save the file, then try again."),
        "empty": _("This file has no rows. Choose another file."),
        "wide": _(
            "This sheet has %(columns)s columns; at most %(most)s are read. Delete the columns that are not needed,"
            " then try again."
        )
        % {"columns": number(facts.get("columns", 0)), "most": number(MAX_COLUMNS)},
    }
    return sentences[reason]
