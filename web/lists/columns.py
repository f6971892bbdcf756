"""The columns of a list: header, value, order, and how a page and a file show them."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from operator import attrgetter
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Model, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django_stubs_ext import StrOrPromise

from web.database.text_search import name_order
from web.exports.tables import Cell
from web.templatetags.web import day, number
from web.text.escaping import as_html

FIGURE: Final = "fig nowrap"  # classes of cells with a reference or a date
NUMBER: Final = "n fig nowrap"
WIDE: Final = "wide"  # of cells that a phone leaves out of its short rows


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list: the person, their day, and the object whose list it is (None for lists of everything).

    `subject_key` is the key of that object in addresses, such as the slug of a cohort. `csrf_token` is for buttons in
    the cells of a page. `choices` are those of filters that were read before.
    """

    user: Any
    today: Any
    subject_key: str = ""
    subject: Any = None
    csrf_token: Any = ""
    choices: dict[Any, Any] = field(default_factory=dict, compare=False)


def everyone(_reader: Reader) -> bool:
    """Return True: for columns that all readers of a list may see."""
    return True


def unchanged(rows: QuerySet[Any], _reader: Reader) -> QuerySet[Any]:
    """Return the rows: for columns for which nothing has to be computed."""
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """One column of a list, for its page and its files.

    - `value`: the value of a row, as a file has it; `html`: what the page shows, by default that value in the reader's
      language.
    - `order`: sorts rows by the column, ascending; without it nobody can sort by the column. With `indexed`, an index
      of the database has this order, so that any number of rows can be sorted so; otherwise at most a thousand.
    - `width`: in a spreadsheet, in characters; `css`: the classes of its cells.
    - `always`: it cannot be hidden; without `by_default` it has to be chosen.
    - `offered_to`: whether a reader may see the column; it is not named to others.
    - `in_file`: False for a column of buttons, which only the page has.
    - `reads`: the fields it needs; `annotate`: adds to the rows what has to be computed for it. Both only while it is
      shown.
    """

    header: StrOrPromise
    value: Callable[[Any], Cell]
    html: Callable[[Any], object] | None = None
    order: tuple[OrderBy, ...] = ()
    indexed: bool = False
    width: int = 16
    css: str = ""
    always: bool = False
    by_default: bool = True
    offered_to: Callable[[Reader], bool] = everyone
    in_file: bool = True
    reads: tuple[str, ...] = ()
    annotate: Callable[[QuerySet[Any], Reader], QuerySet[Any]] = unchanged

    def cell(self, row: Any) -> str:
        """Return the HTML of the column's cell in a row, escaped; "" for a value that is not known."""
        content = self.html(row) if self.html else format_value(self.value(row))
        return as_html(content)


def field_column(field: str, header: StrOrPromise, **options: Any) -> ListColumn:
    """Return the column of a field, such as "notes" or "edition__name".

    `options` are further arguments of `ListColumn`, here and below. Nobody can sort by the column without `order`.
    """
    value = attrgetter(field.replace("__", "."))
    return ListColumn(header=header, value=value, reads=(field,), **options)


def text_column(field: str, header: StrOrPromise, **options: Any) -> ListColumn:
    """Return the column of a text, sorted as names are."""
    return field_column(field, header, order=by_name(field), **options)


def value_column(field: str, header: StrOrPromise, **options: Any) -> ListColumn:
    """Return the column of a number, a day or a code, sorted by it."""
    return field_column(field, header, order=by_value(field), **options)


def choice_column(field: str, header: StrOrPromise, values: Iterable[str], **options: Any) -> ListColumn:
    """Return the column of a choice, by its label, sorted as `values` has them."""
    value = partial(choice_label, field=field)
    return ListColumn(header=header, value=value, order=by_choice(field, values), reads=(field,), **options)


def button_column(header: StrOrPromise, html: Callable[[Any], object], **options: Any) -> ListColumn:
    """Return a column of buttons or links, which is always shown on the page and never in the downloaded file."""
    return ListColumn(header=header, value=lambda _row: None, html=html, always=True, in_file=False, **options)


def format_value(value: Cell) -> str:
    """Return a value as a page shows it, in the reader's language; "" for None."""
    if isinstance(value, date | datetime):
        return day(value)
    if isinstance(value, str) or value is None:
        return value or ""
    return number(float(value))


def choice_label(row: Model, field: str) -> str:
    """Return the label of a row's choice in a field, in the reader's language; "" without one.

    `get_…_display` of Django returns the same, and makes all labels hashable each time.
    """
    value = getattr(row, field)
    return str(_labels(type(row), field).get(value, value or ""))


@cache
def _labels(model: type[Model], field: str) -> dict[Any, StrOrPromise]:
    """Return the labels of the choices of a field of a model, by value."""
    choices: Any = model._meta.get_field(field)
    return dict(choices.flatchoices)


def by_name(column: str) -> tuple[OrderBy, ...]:
    """Return the order by the name in a column, ascending; accents and capitals do not count, rows without it are
    last.
    """
    return (name_order(column).asc(nulls_last=True),)


def by_value(*columns: str, unknown_first: bool = False) -> tuple[OrderBy, ...]:
    """Return the ascending order by columns; rows without a value are last, with `unknown_first` first."""
    nulls: dict[str, bool] = {"nulls_first": True} if unknown_first else {"nulls_last": True}
    return tuple(F(column).asc(**nulls) for column in columns)


def by_choice(column: str, values: Iterable[str]) -> tuple[OrderBy, ...]:
    """Return the ascending order of a column whose values are sorted as `values` has them; others are last."""
    places = (When(**{column: value}, then=Value(place)) for place, value in enumerate(values))
    return (Case(*places, output_field=IntegerField()).asc(nulls_last=True),)


def reversed_order(order: tuple[OrderBy, ...]) -> tuple[OrderBy, ...]:
    """Return the opposite order: what was last is first, rows without a value included."""
    expressions = tuple(copy(expression) for expression in order)
    for expression in expressions:
        expression.reverse_ordering()
    return expressions
