"""Reading files as people keep them, and hostile ones: a table or a sentence, never an error."""

import subprocess
import sys
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from cohorts.imports.members import COLUMNS
from files.locks import Deadline, exclusive_lock
from imports.reading import workbook_reader
from imports.reading.notes import note_texts
from imports.reading.tables import is_total, open_file, pasted_file
from imports.reading.texts import find_separator
from tests.factories.files import file_of
from web.errors import DomainError
from web.exports.tables import Table, table_bytes
from web.text.visible import clean_text

HEADER, ADA, BOB = ["Nom", "Courriel", "Service"], ["Ada É", "ada@ville.example", "A"], ["Bob", "b@ville.example", ""]
TEXT = "Liste du 3 mai\n\nNom;Courriel;Service\nAda É;ada@ville.example;A\n\n;;\nBob;b@ville.example\nTotal : 2;;\n"
READ = (HEADER, [(4, ADA), (7, BOB)], ["Empty rows are ignored: 2.", "Totals at the end are ignored: row 8."])


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


def test_a_separator_that_excel_names_in_the_first_line_is_used():
    assert read(TEXT.encode()) == READ
    for separator in (";", ",", "\t", "|"):
        assert read(f"sep={separator}\r\n{TEXT.replace(';', separator)}".encode())[1] == [
            (line + 1, cells) for line, cells in READ[1]
        ]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    table = pasted_file('Nom\tCourriel\n"Ada\nÉ"\tada@ville.example\nBob\tb@ville.example', COLUMNS).best
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
    content = BytesIO()
    book.save(content)
    header, rows, notes = read(content.getvalue())
    assert (header, rows) == (HEADER, [(4, [*ADA[:2], ""]), (6, BOB)])
    assert notes == [
        "Hidden sheets are not read: Caché.",
        "Of merged cells, only the first one has a value: 1.",
        "Formulas are not calculated: the results saved in the file are read.",
        "Empty rows are ignored: 2.",
        "Totals at the end are ignored: row 8.",
    ]


def test_another_workbook_can_be_read_while_the_rows_of_one_are_stored():
    content = table_bytes("xlsx", Table("T", HEADER, [ADA, BOB], "About"), language="fr")
    lock = exclusive_lock("workbooks", deadline=Deadline(0))
    with file_of(content) as file, open_file(file, COLUMNS) as source, lock:
        assert [cells for _line, cells in source.best.rows] == [ADA, BOB]


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
