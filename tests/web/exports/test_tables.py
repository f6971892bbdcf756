"""Exported tables: the cells of both kinds of file, and formulas that no spreadsheet may run."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from web.exports import tables
from web.exports.tables import (
    MAX_CELL_CHARACTERS,
    FurtherSheet,
    Table,
    escape_csv_text,
    escape_formula,
    table_bytes,
    unescape_csv_text,
    write,
)

DAY = date(2026, 11, 24)


def table(*rows: Any, **more: Any) -> Table:
    options = {"about": [("As of", DAY), ("Share", "of those = accepted")], "widths": [12]} | more
    return Table("Ideas", ["Reference", "Share", "Ideas", "Day"], rows, "Definitions", **options)


ROW = ("RIV-001", 0.41666666, 24, DAY)


@pytest.mark.parametrize(("language", "share"), [("fr", "0,416667"), ("en", "0.416667")])
def test_csv_has_semicolons_local_decimals_and_the_pairs_about_it_at_its_end(language: str, share: str):
    assert table_bytes("csv", table(ROW, ("RIV-002", None, 0, None)), language=language).decode() == (
        f'\ufeff"Reference";"Share";"Ideas";"Day"\r\n"RIV-001";{share};24;2026-11-24\r\n"RIV-002";;0;\r\n'
        '\r\n"Definitions"\r\n"As of";2026-11-24\r\n"Share";"of those = accepted"\r\n'
    )


def test_further_table_is_a_sheet_of_its_own_and_the_end_of_the_csv():
    further = FurtherSheet("What changed", ["Idea", "Accepted"], [("=RIV-002", 1)], [20])
    both = table(ROW, further=further)
    assert (
        table_bytes("csv", both, language="en")
        .decode()
        .endswith('"Share";"of those = accepted"\r\n\r\n"What changed"\r\n"Idea";"Accepted"\r\n"\'=RIV-002";1\r\n')
    )
    book = load_workbook(io.BytesIO(table_bytes("xlsx", both, language="en")))
    assert book.sheetnames == ["Ideas", "What changed", "Definitions"]
    sheet = book["What changed"]
    assert [[cell.value for cell in line] for line in sheet.rows] == [["Idea", "Accepted"], ["'=RIV-002", 1]]
    assert (sheet.freeze_panes, int(sheet.column_dimensions["A"].width)) == ("A2", 20)


@pytest.mark.parametrize(("language", "value"), [("fr", "4,50"), ("en", "4.50")])
def test_measured_values_are_numbers_and_no_shares(language: str, value: str):
    values = table(("RIV-001", Decimal("4.50"), None, None))
    assert f'"RIV-001";{value};;' in table_bytes("csv", values, language=language).decode()
    cell = load_workbook(io.BytesIO(table_bytes("xlsx", values, language=language)))["Ideas"]["B2"]
    assert (cell.value, cell.data_type, cell.number_format) == (4.5, "n", "General")


def test_xlsx_has_typed_cells_a_frozen_header_widths_and_a_second_sheet():
    book = load_workbook(io.BytesIO(table_bytes("xlsx", table(ROW), language="fr")))
    ideas, definitions = book["Ideas"], book["Definitions"]
    assert [[cell.value for cell in line] for line in ideas.rows] == [
        ["Reference", "Share", "Ideas", "Day"],
        ["RIV-001", 0.416667, 24, ideas["D2"].value],
    ]
    assert [cell.data_type for cell in ideas[2]] == ["s", "n", "n", "d"]
    assert (ideas["B2"].number_format, ideas["A1"].font.bold, ideas.freeze_panes) == ("0.0%", True, "A2")
    assert [int(ideas.column_dimensions[column].width) for column in "AB"] == [12, 16]
    assert [cell.value for cell in definitions["B"]][1] == "of those = accepted"


def test_other_programs_read_the_same_cells():
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_bytes("xlsx", table(ROW), language="fr")))
    assert book.get_sheet_by_name("Ideas").to_python()[1] == ["RIV-001", 0.416667, 24.0, DAY]


def test_rows_that_a_sheet_cannot_hold_are_on_further_sheets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    rows = [(f"RIV-00{number}", None, number, None) for number in range(1, 6)]
    book = load_workbook(io.BytesIO(table_bytes("xlsx", table(*rows), language="en")))
    assert book.sheetnames == ["Ideas", "2 Ideas", "3 Ideas", "Definitions"]
    lines = {sheet.title: [cell.value for cell in sheet["A"]] for sheet in book.worksheets[:-1]}
    assert lines == {
        "Ideas": ["Reference", "RIV-001", "RIV-002"],
        "2 Ideas": ["Reference", "RIV-003", "RIV-004"],
        "3 Ideas": ["Reference", "RIV-005"],
    }


LONG = "Ideas of all authorities in Dunkerque and around"


@pytest.mark.parametrize(
    ("titles", "sheets"),
    [
        (("[1]: a/b\\c*d?", "'quoted'"), ["1 a b c d", "quoted", "About"]),
        (("", "?"), ["–", "2 –", "About"]),
        (("Ideas", "IDEAS"), ["Ideas", "2 IDEAS", "About"]),
        (("about", "Ideas"), ["about", "Ideas", "2 About"]),
        ((LONG, f"{LONG}s"), [LONG[:31], f"2 {LONG[:29]}", "About"]),
        (("\U0001f331" * 16, "a\x07b\ud800c"), ["\U0001f331" * 15, "a b c", "About"]),
    ],
)
def test_titles_of_sheets_are_ones_that_excel_accepts(titles: tuple[str, str], sheets: list[str]):
    both = Table(titles[0], ["a"], [["b"]], "About", further=FurtherSheet(titles[1], ["a"], [["c"]]))
    assert load_workbook(io.BytesIO(table_bytes("xlsx", both, language="en"))).sheetnames == sheets


def test_sheet_larger_than_a_plain_zip_file_holds_is_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10_000)  # bytes, instead of 2 GiB
    rows = [(f"RIV-{number}", None, number, None) for number in range(500)]
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_bytes("xlsx", table(*rows), language="en")))
    assert len(book.get_sheet_by_name("Ideas").to_python()) == 501


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
def test_formulas_become_texts(text: str):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "Une idée – deux", "'quoted", "1 + 1", "é"])
def test_other_texts_stay_as_they_are(text: str):
    assert escape_formula(text) == text


def test_no_cell_of_either_file_begins_a_formula():
    evil = Table("=a:b", ["=h"], [[text] for text in FORMULAS], "=d", about=[("=x", "=cmd|' /C calc'!A0")])
    lines = table_bytes("csv", evil, language="fr").decode().removeprefix("\ufeff")
    assert [line for line in lines.split("\r\n") if line and not line.lstrip('"').startswith("'")] == []
    book = load_workbook(io.BytesIO(table_bytes("xlsx", evil, language="fr")))
    cells = [cell for sheet in book for line in sheet.rows for cell in line]
    assert {(cell.data_type, str(cell.value)[0]) for cell in cells} == {("s", "'")}


def test_no_text_adds_cells_or_formulas_to_a_workbook():
    """XlsxWriter would write a text from “<r>” to “</r>” as it is."""
    cell = '<r></r></is></c><c r="B2"><f>HYPERLINK("https://evil.example")</f></c><c r="C2" t="inlineStr"><is><r></r>'
    texts = [cell, "<r><t>a & b</t></r>", "<r></r>", "<r>", "_x003D_1", "https://lab.example", "<si>&amp;</si>"]
    written = table_bytes("xlsx", Table("T", [cell], [[text] for text in texts], "A", [("b", cell)]), language="en")
    rows = [[cell], *([text] for text in texts)]
    assert CalamineWorkbook.from_filelike(io.BytesIO(written)).get_sheet_by_name("T").to_python() == rows
    book = load_workbook(io.BytesIO(written))
    assert [[(cell.data_type, cell.hyperlink) for cell in line] for line in book["T"].rows] == [[("s", None)]] * 8
    assert [cell.value for cell in book["A"][1]] == ["b", cell]


SEPARATORS = (",", ";", "\t", "|")
FORMULA = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\xad]*[=+\-@＝＋－＠−﹦﹢﹣﹫⁼⁺⁻₊₋₌⩵⩶﬩]")
NUMBER = re.compile(r"-?\d+([.,]\d+)?(;.*)?", re.DOTALL)  # of ours, and what follows it where nothing was split


def formulas_in(text: str) -> list[tuple[str, str]]:
    """Return what a spreadsheet would run, with the separator it splits on, with and without regard to quotes."""
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
        assert formulas_in(table_bytes("csv", lines, language=language).decode()) == []


texts_of_attackers = some.text(some.sampled_from("a1 ,;|\t\r\n\"'=+-@＝－−\u200b\u3000"), max_size=8)


@given(some.lists(some.lists(texts_of_attackers | some.integers() | some.none(), max_size=4), max_size=3))
@example([["b", "a,=1"]])
@example([["", ","], [-1]])  # the quote after the comma opens a cell for a reader that splits on commas
@example([["", ","], [-1], ["*2"]])
def test_cells_do_not_form_a_formula_together(rows: list[list[Any]]):
    assert formulas_in(table_bytes("csv", table(*rows), language="fr").decode()) == []


@given(some.lists(some.text(), min_size=1, max_size=4))
def test_a_spreadsheet_that_splits_on_semicolons_reads_as_many_cells_as_were_written(cells: list[str]):
    text = table_bytes("csv", table(cells), language="fr").decode().removeprefix("\ufeff")
    assert len(list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1]) == len(cells)


def test_apostrophes_are_added_within_csv_texts_only_where_a_cell_could_begin():
    harmful = ("Budget, -5 %", "1 + 1 = 2", "a@b.example", "Une idée - deux; = trois")
    line = table_bytes("csv", table(harmful), language="en").decode().split("\r\n")[1]
    assert line == '"Budget, \'-5 %";"1 + 1 = 2";"a@b.example";"Une idée - deux; \'= trois"'
    sheet = load_workbook(io.BytesIO(table_bytes("xlsx", table(harmful), language="en")))["Ideas"]
    assert [cell.value for cell in sheet[2]] == list(harmful)


@pytest.mark.parametrize("run", [";", "; ", ";'", '"', " "])
def test_long_runs_of_separators_are_read_once(run: str):
    """A pattern that begins anew at each character of the run would take hours."""
    text = f"{run * 300_000}x"
    assert (escape_csv_text(text), unescape_csv_text(text)) == (text, text)


def test_unsupported_characters_are_removed_and_long_texts_cut():
    assert escape_formula("a\x07b\x00\ufffe\ud800c") == "abc"
    sheet = load_workbook(io.BytesIO(table_bytes("xlsx", table(("x" * 40_000,)), language="en")))["Ideas"]
    assert len(sheet["A2"].value) == MAX_CELL_CHARACTERS


def test_an_interrupted_export_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> Iterator[tuple[str]]:
        yield ("a",)
        assert [path.is_dir() for path in tmp_path.iterdir()] == [True]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write("xlsx", Table("a", ["b"], broken(), "c"), io.BytesIO(), language="en")
    assert list(tmp_path.iterdir()) == []


def test_other_kinds_of_files_are_refused():
    with pytest.raises(KeyError):
        table_bytes("ods", table(), language="en")
