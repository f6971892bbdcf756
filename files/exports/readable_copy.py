"""A person's copy of their data as a page: the rows that the JSON files have, with labels and values for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django_stubs_ext import StrOrPromise

from accounts.hooks import PersonalData
from accounts.models import User
from accounts.privacy.personal_data import RowReader
from history.wording import column_label, is_blank, parts_text, value_text
from web.dates.clock import platform_today
from web.text import formats
from web.text.language import active_language

STYLE_SHEET: Final = "style.css"
NAME_COLUMNS: Final = ("name", "title", "number")  # of a related row: labelled after the row, as in “Cohort: Nantes”


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: each row as pairs of label and text without the empty ones, and the paths of its files."""

    slug: str
    label: StrOrPromise
    rows: Sequence[Sequence[tuple[str, str]]]
    files: list[str] = field(default_factory=list)


def page_of(person: User, sections: Sequence[Section]) -> bytes:
    """Return the page in the current language, as HTML that a browser opens from the unpacked ZIP."""
    context = {
        "person": person,
        "language": get_language(),
        "day": platform_today(),
        "sections": [section for section in sections if section.rows],
        "empty": [section for section in sections if not section.rows],
        "style_sheet": STYLE_SHEET,
    }
    return render_to_string("files/exports/readable_copy.html", context).encode()


def style_sheet() -> bytes:
    """Return the style sheet of the page."""
    return render_to_string("files/exports/readable_copy.css").encode()


def section_of(slug: str, part: PersonalData, rows: Sequence[Mapping[str, Any]], person: User) -> Section:
    """Return the section of the page for the rows of one registered part; nothing is read from the database."""
    columns = columns_of(part, person)
    labels = {name: label_of(part, name, columns) for row in rows[:1] for name in row}
    texts = [
        [(labels[name], _text(columns.get(name), row, name)) for name in row if not is_blank(row[name])] for row in rows
    ]
    return Section(slug, part.label, texts)


def columns_of(part: PersonalData, person: User) -> dict[str, tuple[str, Field[Any, Any]]]:
    """Return the lookup path and the column behind each name in the rows of a part, where there is one."""
    if isinstance(part.rows, RowReader):
        model: Any = part.rows.rows(person).model
        return {name: (path, _column(model, path)) for name, path in part.rows.paths.items()}
    if part.model is None:
        return {}
    return {column.name: (column.name, column) for column in part.model._meta.concrete_fields}


def label_of(part: PersonalData, name: str, columns: Mapping[str, tuple[str, Field[Any, Any]]]) -> str:
    """Return the label of a name in the rows of a part: its own one, else that of its column.

    The name of a related row is labelled with what the row is, such as “Cohort”.
    """
    if name in part.labels:
        return str(part.labels[name])
    path, column = columns[name]
    *through, last = path.split("__")
    if through and last in NAME_COLUMNS:
        return capfirst(str(column.model._meta.verbose_name))
    return column_label(column)


def _column(model: type[Model], path: str) -> Field[Any, Any]:
    """Return the column at the end of a lookup path that starts from the model. Raises FieldDoesNotExist."""
    *through, name = path.split("__")
    for step in through:
        related = model._meta.get_field(step).related_model
        if related is None or isinstance(related, str):
            raise FieldDoesNotExist(path)
        model = related
    column: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return column


def _text(column: tuple[str, Field[Any, Any]] | None, row: Mapping[str, Any], name: str) -> str:
    """Return a value of a row as text for people: by its column, else by its type."""
    value = row[name]
    if column is not None:
        return value_text(column[1], value, row)
    if isinstance(value, datetime):
        moment, locale = timezone.localtime(value), active_language()
        return f"{formats.short_day(moment.date(), locale)} {formats.clock(moment.time(), locale)}"
    return formats.short_day(value, active_language()) if isinstance(value, date) else parts_text(value)
