"""Tables to take away: what stands in the cells of both kinds of file, and what no spreadsheet may run."""

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from web.exports.tables import LONGEST, Table, harmless, write, written

DAY = date(2026, 11, 24)


def table(*rows: Any, **more: Any) -> Table:
    told = {"about": [("As of", DAY), ("Share", "of those = accepted")], "widths": [12]} | more
    return Table("Ideas", ["Reference", "Share", "Ideas", "Day"], rows, "Definitions", **told)


ROW = ("RIV-001", 0.41666666, 24, DAY)


@pytest.mark.parametrize(("language", "share"), [("fr", "0,416667"), ("en", "0.416667")])
def test_csv_has_semicolons_the_readers_decimals_and_what_it_is_at_its_end(language: str, share: str):
    assert written("csv", table(ROW, ("RIV-002", None, 0, None)), language=language).decode() == (
        f'\ufeff"Reference";"Share";"Ideas";"Day"\r\n"RIV-001";{share};24;2026-11-24\r\n"RIV-002";;0;\r\n'
        '\r\n"Definitions"\r\n"As of";2026-11-24\r\n"Share";"of those = accepted"\r\n'
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


FORMULAS = [
    "=1+1",
    "+33 3",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "−2",
    "  =1",
    "\u3000=1",
    "\u200b=1",
    "﹦1",
    "⁼1",
]


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


SEPARATORS = (",", ";", "\t", "|")
FORMULA = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\xad]*[=+\-@＝＋－＠−﹦﹢﹣﹫⁼⁺⁻₊₋₌⩵⩶﬩]")
NUMBER = re.compile(r"-?\d+([.,]\d+)?(;.*)?", re.DOTALL)  # of ours, and what follows it where nothing was split


def formulas_in(text: str) -> list[tuple[str, str]]:
    """Return what a spreadsheet would run, with the separator it splits on, whether or not it knows of quotes."""
    return [
        (separator, cell)
        for separator in SEPARATORS
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting)
        for cell in line
        if FORMULA.match(cell) and not NUMBER.fullmatch(cell)
    ]


INNER = [
    "a,=1",
    "a;=1",
    "a\t=1",
    "a|=1",
    "a\n=1",
    "a\r=1",
    'a,"=1',
    'a,"";=1',
    "a, \t-1",
    "a,\u200b＝1",
    'a"=1',
    "a,;,@b",
]


@pytest.mark.parametrize("text", [*INNER, *FORMULAS])
def test_no_cell_begins_a_formula_whatever_separator_a_spreadsheet_splits_on(text: str):
    others = [(before, text, before) for before in ("b", "", 'b,"', "b,", 'b"')]
    lines = table(*others, (-1, -0.5, text), (None, text))
    for language in ("fr", "en"):
        assert formulas_in(written("csv", lines, language=language).decode()) == []


texts_of_attackers = some.text(some.sampled_from("a1 ,;|\t\r\n\"'=+-@＝－−\u200b\u3000"), max_size=8)


@given(some.lists(some.lists(texts_of_attackers | some.integers() | some.none(), max_size=4), max_size=3))
@example([["b", "a,=1"]])
@example([["", ","], [-1]])  # the quote after the comma opens a cell for a reader that splits on commas
@example([["", ","], [-1], ["*2"]])
def test_no_cells_make_a_formula_together(rows: list[list[Any]]):
    assert formulas_in(written("csv", table(*rows), language="fr").decode()) == []


@given(some.lists(some.text(), min_size=1, max_size=4))
def test_a_spreadsheet_that_splits_on_semicolons_reads_as_many_cells_as_were_written(cells: list[str]):
    text = written("csv", table(cells), language="fr").decode().removeprefix("\ufeff")
    assert len(list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1]) == len(cells)


def test_an_apostrophe_is_added_within_a_csv_text_only_where_a_cell_could_begin():
    harmful = ("Budget, -5 %", "1 + 1 = 2", "a@b.example", "Une idée - deux; = trois")
    line = written("csv", table(harmful), language="en").decode().split("\r\n")[1]
    assert line == '"Budget, \'-5 %";"1 + 1 = 2";"a@b.example";"Une idée - deux; \'= trois"'
    sheet = load_workbook(io.BytesIO(written("xlsx", table(harmful), language="en")))["Ideas"]
    assert [cell.value for cell in sheet[2]] == list(harmful)


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
