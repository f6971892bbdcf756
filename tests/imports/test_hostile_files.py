"""Files that could harm or mislead: each gets a clear sentence, and none an error or a wrong table."""

from io import BytesIO
from itertools import chain
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from cohorts.imports.members import COLUMNS
from imports.reading.limits import MAX_CELLS, MAX_CELLS_OF_ROW, MAX_CHARACTERS_OF_ROW, MAX_COLUMNS, MAX_LINES, MAX_ROWS
from imports.reading.notes import note_texts
from imports.reading.tables import open_file
from tests.factories.files import PDF, file_of
from tests.factories.imports import opendocument_sheet, workbook
from tests.factories.packages import archive, crowded, office, opendocument_parts
from web.errors import DomainError

HEADER, ADA = ["Nom", "Courriel"], ["Ada É", "ada@ville.example"]
SHEET: Final = "xl/worksheets/sheet1.xml"


def read(content: bytes) -> Any:
    """Return heading, rows and notes of a file, or the sentence that refuses it."""
    try:
        with file_of(content) as file, open_file(file, COLUMNS) as source:
            rows = list(source.best.rows)
            return source.best.header, rows, note_texts(source.best.notes)
    except DomainError as error:
        return str(error)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def far_cell(cell: str) -> bytes:
    """Return a workbook with a heading in its first cell and a text in another one."""
    book = Workbook()
    book.active["A1"], book.active[cell] = "Nom", "x"
    return saved(book)


def hidden(*, state: str) -> bytes:
    """Return a workbook whose only sheet with rows is hidden."""
    book = Workbook()
    book.create_sheet("Caché").append(HEADER)
    book["Caché"].sheet_state = state
    return saved(book)


def with_parts(content: bytes, **parts: bytes) -> bytes:
    """Return a workbook with further or replaced parts, by name with `__` for a slash and `_dot_` for a point."""
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        kept = {name: before.read(name) for name in before.namelist()}
        for name, part in (kept | named).items():
            after.writestr(name, part)
    return out.getvalue()


def repeated(text: str, *, rows: int) -> bytes:
    """Return a workbook that holds a text once and refers to it in each of 200 columns of so many rows."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * MAX_COLUMNS + "</row>"
    sheet = f"<worksheet><sheetData>{row * rows}</sheetData></worksheet>".encode()
    return with_parts(
        workbook(), **{SHEET: sheet, "xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>".encode()}
    )


def entities(xml: str, value: str) -> str:
    """Return the XML with an entity, of which the declaration has this value, in place of a heading."""
    return f"<!DOCTYPE x [{value}]>" + xml.rsplit("?>", maxsplit=1)[-1].replace("Nom", "&a;")


def content_of(document: bytes, part: str) -> str:
    with ZipFile(BytesIO(document)) as archive_file:
        return archive_file.read(part).decode()


def encrypted_opendocument() -> bytes:
    """Return an ODS file as LibreOffice saves it with a password."""
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="9">'
        '<manifest:encryption-data manifest:checksum="x"><manifest:algorithm manifest:algorithm-name="aes"/>'
        "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    return archive(opendocument_parts("spreadsheet") | {"content.xml": b"\1\2\3", "META-INF/manifest.xml": manifest})


BILLION: Final = '<!ENTITY z "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(n)} "{f"&{chr(n + 1)};" * 10}">' for n in range(ord("y"), ord("a") - 1, -1)
)
OUTSIDE: Final = '<!ENTITY a SYSTEM "file:///etc/hostname">'
DAMAGED, NOT_TABLE = "This file is damaged or incomplete.", "This file cannot be read as a table."
ROW_TOO_LONG: Final = "A row of this file has more than 16,384 cells or four million characters."
TOO_LARGE, EMPTY = "This file unpacks to more than the platform can read.", "This table has no rows."


def refused_files() -> dict[str, tuple[bytes, str]]:
    """Return files by what is wrong with them, each with the beginning of the sentence that refuses it."""
    xlsx, ods = workbook(HEADER, ADA), opendocument_sheet(HEADER, ADA)
    xlsx_xml, ods_xml = content_of(xlsx, SHEET), content_of(ods, "content.xml")
    in_ods = opendocument_parts("spreadsheet")
    return {
        "empty": (b"", EMPTY),
        "old Excel, or a password": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "This file is in the format of old Excel, or"),
        "password of LibreOffice": (encrypted_opendocument(), "This file needs a password."),
        "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", NOT_TABLE),
        "PDF": (PDF, NOT_TABLE),
        "web page": (b" <HTML><body><table><tr><td>Nom</td></tr></table>", NOT_TABLE),
        "bytes": (bytes(range(256)), NOT_TABLE),
        "NUL in a text": (b"Nom;Courriel\nA\0da;ada@ville.example\nBob;bob@ville.example", NOT_TABLE),
        "quotation mark left open": (
            b'Nom;Courriel\n"Ada;a@b.example\nBob;b@b.example\n',
            "Row 3 cannot be read: check",
        ),
        "text document": (office("docx"), "This file is not a spreadsheet."),
        "empty workbook": (workbook(), "This file has no rows."),
        "hidden sheets": (hidden(state="hidden"), "All sheets with content are hidden."),
        "very hidden sheets": (hidden(state="veryHidden"), "All sheets with content are hidden."),
        "zip bomb": (with_parts(xlsx, x=b"\0" * 150_000_000), TOO_LARGE),
        "zip with thousands of parts": (crowded(6_000), TOO_LARGE),
        "last cell of the sheet": (far_cell("XFD1048576"), TOO_LARGE),
        "16,384 columns": (far_cell("XFD1"), f"This sheet has 16,384 columns; at most {MAX_COLUMNS} are read."),
        "wide text": (b"a;" * MAX_COLUMNS + b"a", f"This table has {MAX_COLUMNS + 1} columns; at most {MAX_COLUMNS}"),
        "many cells": ((b"a;" * 100 + b"\n") * (MAX_CELLS // 100 + 1), "This table has more than two million cells."),
        "many cells in a row": (b"ab;" * MAX_CELLS_OF_ROW, ROW_TOO_LONG),
        "many cells in a row of several lines": ((b"ab;" * 9_000 + b'"\n";') * 2, ROW_TOO_LONG),
        "one line": (b"Nom" + b" " * MAX_CHARACTERS_OF_ROW, ROW_TOO_LONG),
        "many rows": (b"Nom\n" + b"x\n" * (MAX_ROWS + 1), "This table has more than 50,000 rows."),
        "long cell": (b"Nom\n" + b"x" * 20_001, "A cell of row 2 has more than 20,000 characters."),
        "line ends": (
            b"Nom\nAda" + b"\n" * MAX_LINES,
            "This file has more than 1,048,576 rows, most of them empty.",
        ),
        "long cell of a workbook": (repeated("x" * 30_000, rows=1), "A cell of row 1 has more than 20,000 characters."),
        "one text in many cells": (repeated("x" * 19_000, rows=80), "This file has more than 50 million characters."),
        "large": (b"x" * 20_000_001, "This file is larger than 20 MB."),
        "billion laughs, ODS": (archive(in_ods | {"content.xml": entities(ods_xml, BILLION)}), DAMAGED),
        "billion laughs, XLSX": (with_parts(xlsx, **{SHEET: entities(xlsx_xml, BILLION).encode()}), DAMAGED),
        "file of the server, ODS": (archive(in_ods | {"content.xml": entities(ods_xml, OUTSIDE)}), DAMAGED),
        "file of the server, XLSX": (with_parts(xlsx, **{SHEET: entities(xlsx_xml, OUTSIDE).encode()}), DAMAGED),
        "XML that ends": (with_parts(xlsx, **{SHEET: b"<worksheet><sheetData><row><c>"}), DAMAGED),
        "no archive": (b"PK\x03\x04" + b"x" * 600, DAMAGED),
    }


def test_each_file_that_cannot_be_read_is_refused_with_a_sentence():
    found = {name: (str(read(content)), sentence) for name, (content, sentence) in refused_files().items()}
    assert {name: pair for name, pair in found.items() if not pair[0].startswith(pair[1])} == {}


def test_a_file_that_was_cut_off_anywhere_is_refused():
    files = [workbook(HEADER, ADA), opendocument_sheet(HEADER, ADA)]
    answers = chain.from_iterable([read(file[: len(file) * n // 40]) for n in range(40)] for file in files)
    assert {str(answer).partition(".")[0] + "." for answer in answers} == {DAMAGED, EMPTY}


def loaded_opendocument() -> bytes:
    """Return an ODS file with a hidden sheet, macros, and a merged cell with a formula that refers to another file."""
    xml = content_of(opendocument_sheet(HEADER, ADA), "content.xml")
    for before, after in [
        ("<office:document-content", f'<office:document-content xmlns:style="{STYLE_NAMESPACE}"'),
        (
            "<office:body>",
            '<office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties'
            ' table:display="false"/></style:style></office:automatic-styles><office:body>',
        ),
        (
            "</office:spreadsheet>",
            '<table:table table:name="Caché" table:style-name="ta2"><table:table-row><table:table-cell'
            ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
            "</office:spreadsheet>",
        ),
        (
            "<table:table-cell",
            '<table:table-cell table:number-columns-spanned="1" table:number-rows-spanned="2"'
            " table:formula=\"of:=['file:///srv/x.ods'#$F.A1]\"",
        ),
    ]:
        assert before in xml
        xml = xml.replace(before, after, 1)
    return archive(
        opendocument_parts("spreadsheet") | {"content.xml": xml, "Basic/Standard/script-lb.xml": "<library/>"}
    )


STYLE_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
FORMULAS = "Formulas are not calculated: the results saved in the file are read."


def noted_files() -> dict[str, tuple[bytes, list[str], list[str]]]:
    """Return files by what is in them, each with the first row below its heading and the notes."""
    xlsx, cells = workbook(HEADER, ADA), Workbook()
    for row in (HEADER, ['=HYPERLINK("http://x.example")', "=cmd|' /C calc'!A0"], ["Ada", "ada@ville.example"]):
        cells.active.append(row)
    merged = Workbook()
    merged.active.append(HEADER)
    merged.active.append(ADA)
    for row_number in range(3, 900):
        merged.active.merge_cells(f"A{row_number}:CV{row_number}")
    other = Workbook()
    other.active.append(HEADER)
    other.active.append(ADA)
    for name, state in (("Caché", "hidden"), ("Secret", "veryHidden")):
        other.create_sheet(name)["A1"] = "x"
        other[name].sheet_state = state
    return {
        "formulas": (saved(cells), ["Ada", "ada@ville.example"], [FORMULAS, "Empty rows are ignored: 1."]),
        "formula in a text": (b"Nom;Courriel\n=cmd|' /C calc'!A0;x", ["=cmd|' /C calc'!A0", "x"], []),
        "macros": (with_parts(xlsx, xl__vbaProject_dot_bin=b"x"), ADA, ["The file contains macros. They are not run."]),
        "external links": (
            with_parts(xlsx, xl__externalLinks__externalLink1_dot_xml=b"<x/>"),
            ADA,
            ["The file refers to other files. They are not opened: the results saved in this one are read."],
        ),
        "merged cells": (saved(merged), ADA, ["Of merged cells, only the first one has a value: 897."]),
        "hidden sheets": (saved(other), ADA, ["Hidden sheets are not read: Caché, Secret."]),
        "ODS with all of these": (
            loaded_opendocument(),
            ADA,
            [
                "Hidden sheets are not read: Caché.",
                "Of merged cells, only the first one has a value: 1.",
                "The file contains macros. They are not run.",
                "The file refers to other files. They are not opened: the results saved in this one are read.",
                FORMULAS,
            ],
        ),
    }


def test_what_is_left_out_of_a_file_is_named():
    files = noted_files()
    found = {name: read(content) for name, (content, *_expected) in files.items()}
    assert {name: ([cells for _line, cells in rows][:1], notes) for name, (_header, rows, notes) in found.items()} == {
        name: ([row], notes) for name, (_content, row, notes) in files.items()
    }


def test_as_many_rows_columns_cells_and_characters_as_are_allowed_are_read():
    assert len(read(b"Nom\n" + b"x\n" * MAX_ROWS)[1]) == MAX_ROWS
    assert len(read(";".join(["a"] * MAX_COLUMNS).encode())[0]) == MAX_COLUMNS
    assert len(read(b"Nom\n" + b"x" * 20_000)[1][0][1][0]) == 20_000
    assert len(read(far_cell("A1048576"))[1]) == 1
