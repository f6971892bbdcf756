"""The data of one public page, as CSV or JSON: the rows that the tables of data packages have about it."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from django.utils import translation

from opendata.content import PublicContent
from opendata.tables import TABLES, DataTable, Value, csv_cell
from publications.models import Publication
from publications.rendering import LANGUAGES


def as_json(version: Publication, today: date) -> bytes:
    """Return the data of a published version as JSON: a list of rows by table, each with its values by column."""
    tables = {
        table.name: [dict(zip(_names(table), row, strict=True)) for row in rows]
        for table, rows in _rows_about(version, today)
    }
    return json.dumps(tables, ensure_ascii=False, indent=2, default=str).encode()


def as_csv(version: Publication, today: date) -> bytes:
    """Return the data of a published version as CSV: one line for each value, with what its column holds in both
    languages.

    Empty values have no line.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["table", "row", "column", "value", *(f"description_{code}" for code in LANGUAGES)])
    for table, rows in _rows_about(version, today):
        descriptions = [_descriptions(table, language) for language in LANGUAGES]
        for number, row in enumerate(rows, start=1):
            for name, value, *texts in zip(_names(table), row, *descriptions, strict=True):
                if value not in {None, ""}:
                    writer.writerow([table.name, number, name, csv_cell(value), *texts])
    return file.getvalue().encode()


WRITERS: Final[Mapping[str, Callable[[Publication, date], bytes]]] = {"csv": as_csv, "json": as_json}


def _rows_about(version: Publication, today: date) -> Iterator[tuple[DataTable, list[tuple[Value, ...]]]]:
    """Yield each table that has rows about a version, with these rows."""
    content = PublicContent(None, as_of=today, public_on=today, totals=(), versions=(version,), consents=())
    for table in TABLES:
        if rows := list(table.rows(content)):
            yield table, rows


def _names(table: DataTable) -> list[str]:
    """Return the names of the columns of a table."""
    return [column.name for column in table.columns]


def _descriptions(table: DataTable, language: str) -> list[str]:
    """Return what each column of a table holds, in a language."""
    with translation.override(language):
        return [str(column.description) for column in table.columns]
