"""The same three people out of each file that people could keep them in: encodings, separators, programs, layouts."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count, permutations
from typing import Any, Final

import pytest

from cohorts.imports.members import EMAIL, FULL_NAME
from imports.cells import EXCEL_DAY_ZERO, day, number, seems_month_first, text
from imports.columns import ImportColumn, guess_columns
from imports.models import ImportBatch, ImportRow
from imports.reading.tables import open_file
from imports.rows import read_cells
from tests.factories.files import file_of
from tests.factories.imports import opendocument_sheet, workbook

COLUMNS: Final = (
    FULL_NAME,
    EMAIL,
    ImportColumn("unit", "Service", text()),
    ImportColumn("starts_on", "First day", day, ("date de début",)),
    ImportColumn("amount", "Amount", number(), ("montant",)),
)
NAMES: Final = [column.name for column in COLUMNS]
HEADINGS: Final = {
    "fr": ["Nom et prénom", "Courriel", "Service", "Date de début", "Montant (€)"],
    "en": ["Full name", "E-mail", "Service", "First day", "Amount"],
}
PEOPLE: Final = [
    ["Zoé Œuvrard", "zoe@ville.example", "Accueil, voirie; espaces verts", date(2026, 9, 30), Decimal("1250.50")],
    ["Ada Essai", "ada@ville.example", "Équipe « Nord »\nrez-de-chaussée", date(2026, 10, 3), Decimal("12.00")],
    ["Bob O’Neil", "bob@ville.example", "", date(2027, 1, 5), Decimal("1000000.00")],
]
MONTHS: Final = {9: "septembre", 10: "octobre", 1: "janvier"}
ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be")
NO_BREAK: Final = "\u00a0"


def grouped(amount: Decimal, thousands: str, point: str) -> str:
    return f"{amount:,}".replace(",", "_").replace(".", point).replace("_", thousands)


# How programs write a date and an amount into text, where they put quotation marks, and how they end lines.
TEXT_STYLES: Final[dict[str, tuple[Callable[[date], str], Callable[[Decimal], str], int, str]]] = {
    "Excel, French": (lambda d: f"{d:%d/%m/%Y}", lambda n: grouped(n, NO_BREAK, ","), csv.QUOTE_MINIMAL, "\r\n"),
    "Excel, American": (lambda d: f"{d.month}/{d.day}/{d:%Y}", lambda n: f"{n:,}", csv.QUOTE_MINIMAL, "\r\n"),
    "Excel for Mac": (lambda d: f"{d:%d/%m/%Y}", lambda n: grouped(n, " ", ","), csv.QUOTE_ALL, "\r"),
    "LibreOffice": (lambda d: f"{d:%d/%m/%y}", lambda n: str(n).replace(".", ","), csv.QUOTE_ALL, "\n"),
    "Google": (lambda d: d.isoformat(), str, csv.QUOTE_MINIMAL, "\r\n"),
    "serials": (lambda d: str((d - EXCEL_DAY_ZERO).days), str, csv.QUOTE_MINIMAL, "\n"),
    "by hand": (
        lambda d: f"{d.day} {MONTHS[d.month]} {d.year}",
        lambda n: f"{grouped(n, ' ', ',')} €",
        csv.QUOTE_NONNUMERIC,
        "\n",
    ),
}
# What a cell of a workbook holds for a date and an amount.
WORKBOOK_STYLES: Final[dict[str, tuple[Callable[[date], Any], Callable[[Decimal], Any]]]] = {
    "typed": (lambda d: d, float),
    "serials": (lambda d: (d - EXCEL_DAY_ZERO).days, float),
    "texts": (lambda d: f"{d:%d/%m/%Y}", lambda n: f"{grouped(n, NO_BREAK, ',')} €"),
    "ISO": (lambda d: d.isoformat(), str),
}


def layouts() -> Iterator[tuple[list[int], str, int]]:
    """Yield, without end, an order of columns, a language, and the row of the heading from 1 to 10."""
    orders = list(permutations(range(len(COLUMNS))))
    for n in count():
        yield list(orders[n * 7 % len(orders)]), ("fr", "en")[n % 2], n % 10 + 1


def sheet(layout: tuple[list[int], str, int], style: Sequence[Callable[..., Any]]) -> list[list[Any]]:
    """Return the rows of the table in this layout: titles and empty rows above, an empty row and a total below."""
    order, language, header_row = layout
    above: list[list[Any]] = [["Liste du 3 mai"], [], ["À jour"], *[[] for _ in range(7)]]
    people = [[*row[:3], style[0](row[3]), style[1](row[4])] for row in PEOPLE]
    body = [[row[position] for position in order] for row in (HEADINGS[language], people[0], people[1])]
    return [*above[: header_row - 1], *body, [], [people[2][position] for position in order], ["Total", *[""] * 4]]


def as_text(rows: list[list[Any]], separator: str, quoting: int, line_end: str) -> str:
    content = io.StringIO(newline="")
    csv.writer(content, delimiter=separator, quoting=quoting, lineterminator=line_end).writerows(rows)  # type: ignore[arg-type]
    return content.getvalue()


def files() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the content of each file."""
    layout = layouts()
    for encoding in ENCODINGS:
        for separator in (";", ",", "\t"):
            for program, (write_day, write_amount, quoting, line_end) in TEXT_STYLES.items():
                rows = sheet(next(layout), (write_day, write_amount))
                written = as_text(rows, separator, quoting, line_end)
                yield f"{program}, {separator!r}, {encoding}", written.encode(encoding)
    for number_of_times in range(2):
        for program, style in WORKBOOK_STYLES.items():
            yield f"XLSX, {program}, {number_of_times}", workbook(*sheet(next(layout), style))
            yield f"ODS, {program}, {number_of_times}", opendocument_sheet(*sheet(next(layout), style))


def people_in(content: bytes) -> Any:
    """Return the values of each row of the file in the order of the columns, or what went wrong."""
    try:
        with file_of(content) as file, open_file(file, COLUMNS) as source:
            table, rows = source.best, [cells for _line, cells in source.best.rows]
        mapping = guess_columns(table.header, COLUMNS)
        days = [cells[mapping.index("starts_on")] for cells in rows]
        batch = ImportBatch(mapping=mapping, month_first=seems_month_first(days) is True)
        values = [read_cells(ImportRow(cells=cells), batch, COLUMNS)[0] for cells in rows]
        return [[*row.values()] for row in values]
    except Exception as error:  # each file is to be named
        return repr(error)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def test_each_file_gives_the_same_people():
    expected = [[name, (email, ""), unit.replace("\n", " "), *rest] for name, email, unit, *rest in PEOPLE]
    found = {name: people_in(content) for name, content in files()}
    assert len(found) >= 60
    assert {name: people for name, people in found.items() if people != expected} == {}
