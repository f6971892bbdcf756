"""A list bound to its reader and to an address, whose parameters choose its rows, columns and order."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.forms import BoundField, CheckboxInput, ChoiceField
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from web.database.keys import key_of
from web.forms.filters import IgnoredValue, ListFilter
from web.forms.row_fields import RowField
from web.lists.columns import ListColumn, Reader, reversed_order
from web.lists.declarations import List
from web.pages.pagination import COUNT_CAP

SORT: Final = "sort"
COLUMNS: Final = "columns"
VIEW: Final = "view"
SUBJECT_KEY: Final = "subject_key"  # in addresses of files and bulk actions: the key of the object the list belongs to
KEYWORD: Final = "q"  # the filter by keyword, which every list calls so
ROW: Final = "row"  # the key of a selected row
ALL: Final = "all"  # all rows that match are selected
SELECTED: Final = "selected"  # a file holds the selected rows only


class Chip(NamedTuple):
    """A filter in use: its label, its value in words, and the address without it."""

    label: StrOrPromise
    value: StrOrPromise
    href: str


class Heading(NamedTuple):
    """The head of a column: its name and declaration, the address that sorts by it ("" if nothing does), and how the
    list is sorted by it now ("ascending", "descending", "").
    """

    name: str
    column: ListColumn
    href: str
    sorted: str


class OwnRowsLink(NamedTuple):
    """The link to the reader's own rows: its query string, its label, and whether the address chooses just these."""

    query: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class BoundList:
    """A list bound to one reader and to the parameters of an address, `query`, as Django binds a form to its data."""

    declaration: List
    reader: Reader
    query: QueryDict

    @cached_property
    def filters(self) -> ListFilter:
        """The filter set of the address; it reports values that it ignores."""
        return self.declaration.filters(self.query, self.declaration.rows(self.reader), reader=self.reader)

    @cached_property
    def columns(self) -> dict[str, ListColumn]:
        """The columns that are shown, by name, in the order of the list: those chosen, else those shown by default.

        An empty value chooses none but those that are always shown.
        """
        chosen = self._chosen_columns & self.offered_columns.keys()
        is_chosen = bool(chosen) or self._chooses_no_column
        return {
            name: column
            for name, column in self.offered_columns.items()
            if column.always or (name in chosen if is_chosen else column.by_default)
        }

    @cached_property
    def offered_columns(self) -> dict[str, ListColumn]:
        """The columns that the reader may see, by name, in the order of the list."""
        return {name: column for name, column in self.declaration.columns.items() if column.offered_to(self.reader)}

    @property
    def column_boxes(self) -> Iterator[tuple[str, ListColumn, str]]:
        """The columns to choose from: name, column, and the attributes of the box: "checked", "disabled", both or
        none.
        """
        for name, column in self.offered_columns.items():
            if column.in_file:
                words = ("checked" if name in self.columns else "", "disabled" if column.always else "")
                yield name, column, " ".join(filter(None, words))

    @property
    def _chosen_columns(self) -> set[str]:
        """The names of columns in the address, unknown ones too."""
        return {name for text in self.query.getlist(COLUMNS) for name in text.split(".") if name}

    @property
    def _chooses_no_column(self) -> bool:
        """Whether the address says that no column is chosen: the form of the columns had no box ticked."""
        return COLUMNS in self.query and not self._chosen_columns

    @cached_property
    def sort(self) -> str:
        """The name of the column by which the list is sorted, with "-" before it for the opposite order."""
        sort = self.query.get(SORT, "")
        return sort if self._sorts(sort) and not self.has_too_many_to_sort else self._usual_order

    @cached_property
    def has_too_many_to_sort(self) -> bool:
        """Whether more rows match than can be sorted as the address says, so that they keep their usual order.

        It is found out (one statement) only for a column without an index: to sort by it, all rows would be read.
        """
        sort = self.query.get(SORT, "")
        if not self._sorts(sort) or sort == self._usual_order:
            return False
        if self.offered_columns[sort.removeprefix("-")].indexed:
            return False
        counted: int = self.filters.qs.order_by()[: COUNT_CAP + 1].count()
        return counted > COUNT_CAP

    @property
    def sort_header(self) -> StrOrPromise:
        """The header of the column by which the address sorts; "" if it sorts by none."""
        sort = self.query.get(SORT, "")
        return self.offered_columns[sort.removeprefix("-")].header if self._sorts(sort) else ""

    @cached_property
    def _usual_order(self) -> str:
        """The order unless another is chosen: that of the filters if they have one, else that of the list."""
        return self.filters.order or self.declaration.order

    def _sorts(self, sort: str) -> bool:
        """Return whether the list can be sorted so: by a column that has an order."""
        column = self.offered_columns.get(sort.removeprefix("-"))
        return bool(column and column.order)

    @cached_property
    def ignored(self) -> list[IgnoredValue]:
        """The values in the address that the list cannot use: of filters, columns and the order."""
        ignored: list[IgnoredValue] = list(self.filters.form.ignored)
        if (sort := self.query.get(SORT, "")) and not self._sorts(sort):
            ignored.append(IgnoredValue(_("Sort by"), sort))
        if unknown := sorted(self._chosen_columns - self.offered_columns.keys()):
            ignored.append(IgnoredValue(_("Columns"), ", ".join(unknown)))
        return ignored

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows that the address selects, sorted, with no more than the shown columns need."""
        needed = [*self.columns.values(), self.declaration.columns[self.sort.removeprefix("-")]]
        rows = self.filters.qs
        for annotate in dict.fromkeys(each.annotate for each in needed):
            rows = annotate(rows, self.reader)
        reads = {*self.declaration.reads, *(name for each in needed for name in each.reads)}
        return self._sorted(_with_relations(rows, reads).only(*reads))

    def _sorted(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows sorted as the address says; rows that are equal so are sorted by their keys."""
        order = (*self.declaration.columns[self.sort.removeprefix("-")].order, F("pk").asc())
        return rows.order_by(*(reversed_order(order) if self.sort.startswith("-") else order))

    @property
    def selected_keys(self) -> set[int] | None:
        """The keys of the rows that the address selects one by one; None if it selects all that match."""
        if self.query.get(ALL):
            return None
        return {key for text in self.query.getlist(ROW) if (key := key_of(text))}

    @property
    def file_rows(self) -> QuerySet[Any]:
        """The rows of a file: those of the page, of which the address can ask for the selected ones only."""
        keys = self.selected_keys if SELECTED in self.query else None
        return self.rows if keys is None else self.rows.filter(pk__in=keys)

    def selected(self, keys: Collection[int] | None) -> QuerySet[Any]:
        """Return the full rows with these keys that the reader may see; with None all that the address selects.

        They come with the relations that the list always reads, which their names need.
        """
        matching: QuerySet[Any] = self.filters.qs if keys is None else self.declaration.rows(self.reader)
        rows = matching if keys is None else matching.filter(pk__in=keys)
        return _with_relations(rows, self.declaration.reads).order_by("pk")

    @cached_property
    def lasting_query(self) -> QueryDict:
        """The parameters that choose filters, order and columns, without empty ones."""
        lasting = QueryDict(mutable=True)
        for name in (*self.declaration.filters.base_filters, SORT, COLUMNS):
            if values := [value for value in self.query.getlist(name) if value.strip()]:
                lasting.setlist(name, values)
        if self._chooses_no_column:
            lasting[COLUMNS] = ""
        return lasting

    @property
    def view_query(self) -> QueryDict:
        """The parameters that a saved view keeps: the lasting ones, without filters that the reader is not offered."""
        query = self.lasting_query.copy()
        for name in self.declaration.filters.base_filters.keys() - self.filters.filters.keys():
            query.pop(name, None)
        return query

    def address(self, **changes: str | None) -> str:
        """Return the address of the list with these parameters changed, and without those that are None."""
        query = self.lasting_query.copy()
        if self.query.get(VIEW):
            query[VIEW] = self.query.get(VIEW, "")
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"{self.href}?{query.urlencode()}" if query else self.href

    @cached_property
    def href(self) -> str:
        """The address of the list without parameters."""
        return self.declaration.href(self.reader.subject_key)

    def export_query(self) -> str:
        """Return the query string for a file or a bulk action: the lasting one, with the key of the list's object."""
        subject = {SUBJECT_KEY: self.reader.subject_key} if self.reader.subject_key else {}
        return "&".join(filter(None, [urlencode(subject), self.lasting_query.urlencode()]))

    @property
    def headings(self) -> Iterator[Heading]:
        """The heads of the shown columns; each sorts by its column, and a second time the other way round."""
        for name, column in self.columns.items():
            other = f"-{name}" if self.sort == name else name
            direction = {name: "ascending", f"-{name}": "descending"}.get(self.sort, "")
            yield Heading(name, column, self.address(sort=other) if column.order else "", direction)

    @property
    def orders(self) -> Iterator[tuple[str, str, bool]]:
        """The orders to choose from, for phones, which show no heads: value, text, and whether it is the one in use.

        The value of the default order is empty.
        """
        for name, column in self.offered_columns.items():
            if column.order:
                for sort, text in ((name, "%(column)s"), (f"-{name}", _("%(column)s, descending"))):
                    value = "" if sort == self._usual_order else sort
                    yield value, text % {"column": column.header}, sort == self.sort

    @property
    def chips(self) -> list[Chip]:
        """The filters in use, each with the address without it."""
        form = self.filters.form
        used = [form[name] for name in form.fields if name in self.lasting_query and name not in form.errors]
        return [Chip(field.label, value_in_words(field), self.address(**{field.name: None})) for field in used]

    @property
    def keyword(self) -> BoundField | None:
        """The field of the filter by keyword, which is always shown; None if the list has none."""
        return next((field for field in self.filters.form if field.name == KEYWORD), None)

    @property
    def folded_filters(self) -> list[BoundField]:
        """The fields of all other filters, which the page folds; ticked boxes last."""
        fields = [field for field in self.filters.form if field.name != KEYWORD]
        return sorted(fields, key=lambda field: field.widget_type == "checkbox")

    @property
    def filter_parameters(self) -> list[tuple[str, str]]:
        """Pairs of name and value that the form of the columns passes on: filters, order, and the view."""
        return [pair for pair in self._parameters if pair[0] != COLUMNS]

    @property
    def column_parameters(self) -> list[tuple[str, str]]:
        """Pairs of name and value that the form of the filters passes on: the columns, and the view."""
        return [pair for pair in self._parameters if pair[0] in (COLUMNS, VIEW)]

    @property
    def selection_parameters(self) -> list[tuple[str, str]]:
        """Pairs of name and value that the form of the bulk actions passes on: all, and the key of the list's
        object.
        """
        subject = [(SUBJECT_KEY, self.reader.subject_key)] if self.reader.subject_key else []
        return [*subject, *(pair for pair in self._parameters if pair[0] != VIEW)]

    @property
    def _parameters(self) -> list[tuple[str, str]]:
        """Pairs of name and value of the lasting parameters, and of the view."""
        view = self.query.get(VIEW, "")
        pairs = [(name, value) for name, values in self.lasting_query.lists() for value in values]
        return [*pairs, *([(VIEW, view)] if view else [])]

    @property
    def own_rows(self) -> OwnRowsLink | None:
        """The link to the reader's own rows.

        None for lab staff, who work with all rows, and for lists without such a filter.
        """
        name = self.declaration.own_rows
        if not name or self.reader.user.is_lab_staff:
            return None
        query = f"{name}=on"
        is_current = self.lasting_query.urlencode() == query
        return OwnRowsLink(query, str(self.filters.filters[name].label), is_current)

    @property
    def is_changed(self) -> bool:
        """Whether the address chooses anything: a filter, an order or columns."""
        return bool(self.lasting_query)


def _with_relations(rows: QuerySet[Any], reads: Iterable[str]) -> QuerySet[Any]:
    """Return the rows joined to the relations that these fields are read through."""
    relations = {path.rpartition("__")[0] for path in reads if "__" in path}
    return rows.select_related(*relations) if relations else rows


def value_in_words(field: BoundField) -> StrOrPromise:
    """Return the value of a filter as people read it: the label of a choice, the name of a row; "" for a ticked box."""
    value = field.data
    if isinstance(field.field.widget, CheckboxInput):
        return ""
    if isinstance(field.field, RowField):
        return str(field.field.selected_name)
    if isinstance(field.field, ChoiceField):
        return dict(_flat(field.field.choices)).get(str(value), str(value))
    return str(value)


def _flat(choices: Any) -> Iterator[tuple[str, StrOrPromise]]:
    """Yield pairs of value and label of choices, out of their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
