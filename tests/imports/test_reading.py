"""Reading files as people keep them, and hostile ones: a table or a sentence, never an error."""

import subprocess
import sys
import zipfile
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from cohorts.imports.members import COLUMNS
from imports.reading import workbook_reader
from imports.reading.limits import MAX_COLUMNS, MAX_ROWS
from imports.reading.notes import note_texts
from imports.reading.tables import is_total, open_table, pasted_table
from imports.reading.texts import find_separator
from tests.factories.files import file_of
from tests.factories.imports import workbook
from web.errors import DomainError
from web.exports.tables import Table, table_bytes
from web.text.visible import clean_text

HEADER, ADA, BOB = ["Nom", "Courriel", "Service"], ["Ada É", "ada@ville.example", "A"], ["Bob", "b@ville.example", ""]
TEXT = "Liste du 3 mai\n\nNom;Courriel;Service\nAda É;ada@ville.example;A\n\n;;\nBob;b@ville.example\nTotal : 2;;\n"
READ = (HEADER, [(4, ADA), (7, BOB)], ["Empty rows are ignored: 2.", "Totals at the end are ignored: row 8."])


def read(content: bytes) -> Any:
    """Return heading, rows and notes of a file, or the sentence that refuses it."""
    try:
        with file_of(content) as file, open_table(file, COLUMNS) as table:
            return table.header, list(table.rows), note_texts(table.notes)
    except DomainError as error:
        return str(error)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_encoding_and_with_every_separator(encoding: str, separator: str, line_end: str):
    text = TEXT.replace(";", separator).replace("\n", line_end)
    assert read(text.encode(encoding)) == READ
    quoted = text.replace(f"Ada É{separator}", f'"Ada É"{separator}')
    assert read(f"sep={separator}{line_end}{quoted}".encode(encoding))[0] == HEADER


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    table = pasted_table('Nom\tCourriel\n"Ada\nÉ"\tada@ville.example\nBob\tb@ville.example', COLUMNS)
    assert [line for line, _cells in table.rows] == [2, 3]


def test_decimal_commas_do_not_pass_for_separators():
    assert find_separator("Nom;Montant\nAda;1,5\nBob;2,5\n") == ";"
    assert find_separator("Nom\tMontant\nAda\t1,5\n") == "\t"


def test_a_workbook_is_read_like_text_with_a_word_on_what_is_not_read():
    book = Workbook()
    sheet, hidden = book.active, book.create_sheet("Caché")
    for row in (["Liste"], [], HEADER, [*ADA[:2], "=A1"], [], BOB):
        sheet.append(row)
    sheet.merge_cells("A8:B8")
    sheet["A8"] = "Somme"
    hidden["A1"], hidden.sheet_state = "x", "hidden"
    book.create_sheet("Autre")["A1"] = "y"
    content = BytesIO()
    book.save(content)
    header, rows, notes = read(content.getvalue())
    assert (header, rows) == (HEADER, [(4, [*ADA[:2], ""]), (6, BOB)])
    assert notes == [
        "Hidden sheets are not read: Caché.",
        "Only one sheet is read. Import the others one after the other, each in a file of its own: Autre.",
        "Of merged cells, only the first one has a value: 1.",
        "Formulas are not calculated: the results saved in the file are read.",
        "Empty rows are ignored: 2.",
        "Totals at the end are ignored: row 8.",
    ]


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="F">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def ods(*rows: list[str]) -> bytes:
    """Return a minimal ODS file with these rows."""
    cells = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    xml = "".join(f"<table:table-row>{''.join(map(cells.format, row))}</table:table-row>" for row in rows)
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", ODS.format(rows=xml))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return content.getvalue()


def test_an_opendocument_spreadsheet_is_read():
    assert read(ods(HEADER, ADA)) == (HEADER, [(2, ADA)], [])


def with_parts(content: bytes, **parts: bytes) -> bytes:
    """Return a workbook with further parts, by name with `__` for a slash."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
        for name, part in parts.items():
            after.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return out.getvalue()


def test_macros_and_links_are_named_and_harmless():
    content = with_parts(
        workbook(HEADER, ADA), xl__vbaProject_dot_bin=b"x", xl__externalLinks__externalLink1_dot_xml=b"<x/>"
    )
    assert read(content)[1:] == (
        [(2, ADA)],
        [
            "The file contains macros. They are not run.",
            "The file refers to other files. They are not opened: the results saved in this one are read.",
        ],
    )


def far_cell(cell: str) -> bytes:
    book = Workbook()
    book.active["A1"], book.active[cell] = "Nom", "x"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


TOO_LARGE = "This file unpacks to more than the platform can read."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This table has no rows."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "This file is in the format of old Excel, or needs a password."),
        (b"PK\x03\x04" + b"x" * 600, "This file is damaged or incomplete."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This file cannot be read as a table."),
        (bytes(range(256)), "This file cannot be read as a table."),
        (with_parts(workbook(HEADER), x=b"\0" * 150_000_000), TOO_LARGE),
        (far_cell("XFD1048576"), TOO_LARGE),
        (far_cell("XFD1"), f"This sheet has 16384 columns; at most {MAX_COLUMNS} are read."),
        (b"a;" * MAX_COLUMNS + b"a", f"This table has {MAX_COLUMNS + 1} columns; at most {MAX_COLUMNS} are read."),
        (b"Nom\n" + b"x" * 20_001, "A cell of row 2 has more than 20000 characters."),
        (b"Nom\n" + b"x\n" * (MAX_ROWS + 1), f"This table has more than {MAX_ROWS} rows."),
        (b"x" * 20_000_001, "This file is larger than 19.1\xa0MB."),
    ],
    ids=["empty", "old", "cut", "picture", "binary", "bomb", "far", "wide", "wide text", "long cell", "rows", "bytes"],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content: bytes, sentence: str):
    assert str(read(content)).startswith(sentence)


def test_as_many_rows_columns_and_characters_as_are_allowed_are_read():
    assert len(read(b"Nom\n" + b"x\n" * MAX_ROWS)[1]) == MAX_ROWS
    assert len(read(";".join(["a"] * MAX_COLUMNS).encode())[0]) == MAX_COLUMNS
    assert len(read(b"Nom\n" + b"x" * 20_000)[1][0][1][0]) == 20_000
    assert len(read(far_cell("A1048576"))[1]) == 1


def test_a_workbook_whose_sheets_are_hidden_or_empty_is_refused():
    book = Workbook()
    book.create_sheet("Caché")["A1"] = "x"
    book["Caché"].sheet_state = "hidden"
    content = BytesIO()
    book.save(content)
    assert read(content.getvalue()).startswith("All sheets with content are hidden.")
    assert read(workbook()).startswith("This file has no rows.")
    assert read(with_parts(b"PK\x05\x06" + b"\0" * 18, a=b"x")).startswith("This file is not a spreadsheet.")


def test_the_reader_imports_nothing_of_the_platform():
    code = f"import runpy, sys; runpy.run_path({workbook_reader.__file__!r}); print('django' in sys.modules)"
    result = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


TEXTS = st.text(alphabet="'\"=+-@,;| \n\u00a0\u200baé1", max_size=8).map(str.strip)


@given(st.lists(st.tuples(TEXTS, TEXTS.filter(lambda cell: not is_total([cell]))), min_size=1, max_size=4))
def test_what_our_csv_files_hold_is_read_back_without_their_explanations(cells: list[tuple[str, str]]):
    rows = [("Ada", *texts, "Z") for texts in cells]
    table = Table("T", ["Nom", "=x", "'=y", "Service"], rows, "About", [("Source", "Nous")])
    with TemporaryDirectory() as folder, override_settings(FILES_DIR=folder):
        header, read_rows, notes = read(table_bytes("csv", table, language="fr"))
    assert (header, notes) == (["Nom", "=x", "'=y", "Service"], [])
    assert [tuple(row) for _line, row in read_rows] == [tuple(clean_text(cell) for cell in row) for row in rows]


def test_what_our_workbooks_hold_is_read_back():
    table = Table("T", ["Nom", "Service"], [("=1+1", "'=1"), ("''=x", "'Ada'"), ("-", "+33 1")], "About")
    assert [row for _line, row in read(table_bytes("xlsx", table, language="fr"))[1]] == [
        list(row) for row in table.rows
    ]


def test_cells_beyond_the_headings_are_named():
    rows = "".join(f"Ada;a@ville.example;x{n}\n" for n in range(2))
    assert read(f"Nom;Courriel\n{rows}".encode())[2] == []
    longer = "Nom;Courriel\n" + "Bob;b@ville.example\n" * 10 + rows
    assert read(longer.encode())[2] == ["Cells to the right of the last heading are not read: row 12, 13."]
