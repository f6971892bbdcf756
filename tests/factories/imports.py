"""Imported tables with their rows, as the reader and the check leave them."""

from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import factory
from django.db import transaction
from openpyxl import Workbook

from accounts.models import User
from imports.actions import add_import, confirm_import, request_import_undo
from imports.kinds import import_kinds
from imports.models import ImportBatch, ImportRow
from imports.reading.tables import pasted_file
from imports.worker import run_due_imports
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.packages import archive, opendocument_parts
from tests.sql import execute


class ImportBatchFactory(factory.django.DjangoModelFactory):
    """A table of members that is checked; `state=` another state, which the state machine would not let it begin in."""

    class Meta:
        model = ImportBatch

    person = factory.SubFactory(UserFactory)
    kind = "members"
    target_slug = "rivage"
    target_key = factory.LazyAttribute(lambda row: f"cohort:{row.target_slug}")
    file_name = "people.xlsx"
    sheet = "Feuille 1"
    header = factory.LazyFunction(lambda: ["Nom", "Courriel"])
    mapping = factory.LazyFunction(lambda: ["full_name", "email"])
    defaults = factory.LazyFunction(lambda: {"role": "ambassador"})
    notes = factory.LazyFunction(lambda: [["macros", ""]])
    language = "en"
    rows_total = 4
    created_at = NOW
    queued_at = NOW

    @classmethod
    def _create(cls, model_class: type[ImportBatch], *args: object, **fields: Any) -> ImportBatch:
        state = fields.pop("state", "checked")
        row = super()._create(model_class, *args, **fields)
        if state != "checking":
            later = {"confirmed_at": NOW} if state not in ("reading", "checked", "failed") else {}
            later |= {"ended_at": NOW} if state in ("done", "failed", "undone") else {}
            later |= {"stop_reason": "broke"} if state == "failed" else {}
            with transaction.atomic():
                execute("SET LOCAL session_replication_role = replica")
                ImportBatch.objects.filter(pk=row.pk).update(state=state, **later)
                execute("SET LOCAL session_replication_role = DEFAULT")
            row.refresh_from_db()
        return row


class ImportRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ImportRow

    batch = factory.SubFactory(ImportBatchFactory)
    line = 2
    cells = factory.LazyFunction(lambda: ["Ada Essai", "ada@people.example"])
    outcome = "create"


def workbook(*rows: list[Any], **sheets: list[list[Any]]) -> bytes:
    """Return an XLSX file with these rows on its first sheet; `sheets` are further ones by name."""
    book = Workbook()
    book.active.title = "Feuille 1"
    for row in rows:
        book.active.append(row)
    for name, further in sheets.items():
        sheet = book.create_sheet(name)
        for row in further:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


SHEET_NAMESPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {"office": "office", "table": "table", "text": "text"}.items()
)


def opendocument_sheet(*rows: list[Any]) -> bytes:
    """Return an ODS file with these rows and, as LibreOffice writes it, empty cells and rows up to the sheet's end."""
    lines = "".join(
        f"<table:table-row>{''.join(map(_opendocument_cell, row))}"
        f'<table:table-cell table:number-columns-repeated="{16_384 - len(row)}"/></table:table-row>'
        for row in rows
    )
    rest = (
        f'<table:table-row table:number-rows-repeated="{1_048_576 - len(rows)}"><table:table-cell/></table:table-row>'
    )
    content = (
        f'<office:document-content{SHEET_NAMESPACES} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="Feuille 1">{lines}{rest}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(opendocument_parts("spreadsheet") | {"content.xml": content})


def _opendocument_cell(value: Any) -> str:
    """Return the element of a cell: a date, a number, or a text with a paragraph for each of its lines."""
    if isinstance(value, date):
        attributes = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        attributes = f'office:value-type="float" office:value="{value}"'
    else:
        attributes = 'office:value-type="string"'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell {attributes}>{paragraphs}</table:table-cell>"


def checked(kind: str, target: str, text: str, by: User) -> ImportBatch:
    """Return the import of a pasted text, checked, in English."""
    importer = import_kinds[kind]
    found = importer.find_target(target, by)
    assert found is not None
    source = pasted_file(text, importer.columns)
    return add_import(kind=kind, target=found, source=source, file_name="", language="en", by=by, at=NOW)


def imported(kind: str, target: str, text: str, by: User) -> ImportBatch:
    """Return the import of a pasted text, run to its end."""
    batch = confirm_import(batch=checked(kind, target, text, by), by=by, at=NOW)
    run_due_imports(lambda: NOW)
    batch.refresh_from_db()
    return batch


def undone(batch: ImportBatch) -> ImportBatch:
    """Undo an import as its person does, and return it."""
    request_import_undo(batch=batch, by=batch.person, at=NOW)
    run_due_imports(lambda: NOW)
    batch.refresh_from_db()
    return batch


def plans(batch: ImportBatch) -> list[tuple[str, Any]]:
    """Return the outcome of each row, with its changes, or the column and the reason of its refusal."""
    return [
        (row.outcome, (row.column, row.reason) if row.reason else row.changes) for row in batch.rows.order_by("line")
    ]
