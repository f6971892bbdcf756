"""Tables to take away: what stands in the cells of both kinds of file, and what no spreadsheet may run."""

import io
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from web.tables import LONGEST, Table, harmless, write, written

DAY = date(2026, 11, 24)


def table(*rows: Any, **more: Any) -> Table:
    told = {"about": [("As of", DAY), ("Share", "of those = accepted")], "widths": [12]} | more
    return Table("Ideas", ["Reference", "Share", "Ideas", "Day"], rows, "Definitions", **told)


ROW = ("RIV-001", 0.41666666, 24, DAY)


@pytest.mark.parametrize(("language", "share"), [("fr", "0,416667"), ("en", "0.416667")])
def test_csv_has_semicolons_the_readers_decimals_and_what_it_is_at_its_end(language: str, share: str):
    assert written("csv", table(ROW, ("RIV-002", None, 0, None)), language=language).decode() == (
        f"\ufeffReference;Share;Ideas;Day\r\nRIV-001;{share};24;2026-11-24\r\nRIV-002;;0;\r\n"
        "\r\nDefinitions\r\nAs of;2026-11-24\r\nShare;of those = accepted\r\n"
    )


def test_xlsx_has_typed_cells_a_frozen_header_widths_and_a_sheet_on_what_it_is():
    book = load_workbook(io.BytesIO(written("xlsx", table(ROW), language="fr")))
    ideas, told = book["Ideas"], book["Definitions"]
    assert [[cell.value for cell in line] for line in ideas.rows] == [
        ["Reference", "Share", "Ideas", "Day"],
        ["RIV-001", 0.416667, 24, ideas["D2"].value],
    ]
    assert [cell.data_type for cell in ideas[2]] == ["s", "n", "n", "d"]
    assert (ideas["B2"].number_format, ideas["A1"].font.bold, ideas.freeze_panes) == ("0.0%", True, "A2")
    assert [ideas.column_dimensions[letter].width for letter in "AB"] == [12, 16]
    assert [cell.value for cell in told["B"]][1] == "of those = accepted"


def test_what_other_readers_find_in_it():
    book = CalamineWorkbook.from_filelike(io.BytesIO(written("xlsx", table(ROW), language="fr")))
    assert book.get_sheet_by_name("Ideas").to_python()[1] == ["RIV-001", 0.416667, 24.0, DAY]


FORMULAS = ["=1+1", "+33 3", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a", "−2", "  =1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_a_formula_is_a_text(text: str):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "Une idée – deux", "'quoted", "1 + 1", "é"])
def test_other_words_stay_as_they_are(text: str):
    assert harmless(text) == text


def test_no_cell_of_either_file_begins_a_formula_not_even_a_header_or_a_definition():
    evil = Table("=a:b", ["=h"], [[text] for text in FORMULAS], "=d", about=[("=x", "=cmd|' /C calc'!A0")])
    lines = written("csv", evil, language="fr").decode().removeprefix("\ufeff")
    assert [line for line in lines.split("\r\n") if line and not line.lstrip('"').startswith("'")] == []
    book = load_workbook(io.BytesIO(written("xlsx", evil, language="fr")))
    cells = [cell for sheet in book for line in sheet.rows for cell in line]
    assert {(cell.data_type, str(cell.value)[0]) for cell in cells} == {("s", "'")}


def test_letters_no_spreadsheet_can_hold_are_left_out_and_long_texts_cut():
    assert harmless("a\x07b\x00\ufffe\ud800c") == "abc"
    sheet = load_workbook(io.BytesIO(written("xlsx", table(("x" * 40_000,)), language="en")))["Ideas"]
    assert len(sheet["A2"].value) == LONGEST


def test_a_file_that_is_interrupted_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> Iterator[tuple[str]]:
        yield ("a",)
        assert len(list(tmp_path.iterdir())) == 1
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write("xlsx", Table("a", ["b"], broken(), "c"), io.BytesIO(), language="en")
    assert list(tmp_path.iterdir()) == []


def test_there_are_two_kinds():
    with pytest.raises(KeyError):
        written("ods", table(), language="en")
