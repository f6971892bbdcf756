"""Querysets whose SQL is composed once: composing the same SQL at every request took half of a page's Python time.

A function that composes a queryset is called with placeholders for the keys of rows. Its SQL is cached, and later calls
only put the real keys in, and the lists of ids that belong to a person. All other arguments (a day, a text) are part of
the statement's shape, and each shape is composed on its own. The first `STATEMENTS_CHECKED` calls of each shape (a
setting) compose the statement again and compare it with the cached one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet, Value
from django.db.models.expressions import Col
from django.db.models.fields.json import KeyTransform
from django.db.models.sql.where import WhereNode
from django.http import Http404
from django.utils.translation import get_language

from web.dates.clock import today_everywhere

P = ParamSpec("P")
Row = TypeVar("Row")
Statement = tuple[str, tuple[Any, ...]]

MAX_SHAPES: Final = 1024  # cached for all functions: days, languages and roles
FIRST_PLACEHOLDER: Final = 2**62  # no row has such a key: a placeholder that is not replaced finds nothing
KEY_RANGE: Final = range(-(2**63), 2**63)  # PostgreSQL raises an error for keys outside it
TEXT_PLACEHOLDER: Final = "\0"  # begins the placeholder of a text; PostgreSQL accepts no such text


class TextArgument(str):
    """A text, such as a slug or a parsed search query, that is an argument and no part of the statement's shape."""

    __slots__ = ()


class IdsArgument(tuple[int, ...]):
    """Ids that are put into the statement as one list, however many: with `among`, not with `__in`.

    They are ids of rows that were read: one larger than PostgreSQL's keys is an error.
    """

    __slots__ = ()


class StatementChanged(AssertionError):
    """The cached statement differs from the one that would be composed now."""


@dataclass(frozen=True, slots=True)
class KeyArgument:
    """The shape of an argument that is a key, a tuple of `many` keys, a list of ids (`ids`), or a slug (`text`).

    An empty list of ids has `many=0`.
    """

    many: int | None = None
    ids: bool = False
    text: bool = False

    @property
    def size(self) -> int:
        """How many placeholders it takes."""
        return 1 if self.many is None else self.many

    def placeholder(self, first: int) -> int | str | tuple[int, ...]:
        """Return the placeholder for a key, a tuple of keys, a list of ids or a slug: numbers from `first` on, or a
        text that holds `first`.
        """
        if self.text:
            return f"{TEXT_PLACEHOLDER}{first}"
        if self.ids:
            return IdsArgument(() if self.many == 0 else (first,))
        return first if self.many is None else tuple(range(first, first + self.many))


@dataclass(frozen=True, slots=True)
class RowArgument:
    """The shape of an argument that is a row: its model, and the fields other than its key that change the SQL.

    `lists` is the type of the value that holds its lists, and `filled` names those that are not empty.
    """

    model: type[Model]
    traits: tuple[tuple[str, Hashable], ...]
    lists: Callable[..., Any] | None = None
    filled: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many placeholders it takes: one for the key, and one for each list that is not empty."""
        return 1 + len(self.filled)

    def placeholder(self, first: int) -> Model:
        """Return an unsaved row whose key is the number `first`, as the placeholder for an argument that is a row.

        It has the same values as that row in the fields that change the SQL, and the following numbers in its lists.
        """
        row = self.model(pk=first, **dict(self.traits))
        if self.lists:
            numbers = enumerate(self.filled, first + 1)
            setattr(row, _name_of_lists(row), self.lists(**{name: (number,) for number, name in numbers}))
        return row


@lru_cache(maxsize=MAX_SHAPES)
def statement_of(
    compose: Callable[..., QuerySet[Any, Any]], shape: tuple[Hashable, ...], *_day_and_language: Hashable
) -> PreparedStatement:
    """Compose and cache the statement of a function for a shape of arguments.

    A shape holds the kinds of keys, and the values of anything else. The day and the language only tell apart what is
    cached.
    """
    return PreparedStatement(compose(*_placeholders(shape)))


def prepared(compose: Callable[P, QuerySet[Any, Row]]) -> Callable[P, list[Row]]:
    """Decorate a function that composes a queryset: calls return the queryset's rows as a list (one statement).

    Its SQL is composed once and cached; later calls only put the keys in. Integers, tuples of integers and
    `IdsArgument` among the arguments are keys of rows; of a row, its key is used and the fields that its class names in
    `STATEMENTS_VARY_BY`. `STATEMENTS_TAKE_LISTS_OF` names an attribute with a dataclass of tuples: these are put in
    like keys, whatever their length; only which of them are empty changes the SQL. For any other argument, date or
    language, the SQL is composed anew. Prefetches are not allowed.
    """

    @wraps(compose)
    def read(*args: P.args, **_none: P.kwargs) -> list[Row]:
        """Return the rows of the queryset for these arguments; [] when a key is larger than PostgreSQL's keys.

        The first calls for each shape of arguments compare the cached SQL with one composed now, and raise
        StatementChanged if it differs.
        """
        parts = [_shape_and_keys(arg) for arg in args]
        keys = [key for _shape, part in parts for key in part]
        if any(isinstance(key, int) and key not in KEY_RANGE for key in keys):
            return []
        statement = statement_of(compose, tuple(shape for shape, _keys in parts), today_everywhere(), get_language())
        return statement.checked_rows(keys, lambda: compose(*args))  # type: ignore[call-arg]

    return read


def _is_key(arg: Any) -> bool:
    """Return whether an argument of a prepared query counts as the key of a row: an integer, and no bool."""
    return isinstance(arg, int) and not isinstance(arg, bool)


def _shape_and_keys(arg: Any) -> tuple[Hashable, tuple[Any, ...]]:
    """Return what an argument contributes to the choice of the cached SQL, and the keys and lists to put into it.

    Keys, slugs and rows contribute their kind, so that other ones use the same SQL; any other argument contributes
    itself and no keys.
    """
    if isinstance(arg, Model):
        return _shape_and_keys_of_row(arg)
    if isinstance(arg, IdsArgument):
        return (KeyArgument(ids=True), (arg,)) if arg else (KeyArgument(0, ids=True), ())
    if isinstance(arg, tuple) and all(map(_is_key, arg)):
        return KeyArgument(len(arg)), arg
    if isinstance(arg, TextArgument):
        return KeyArgument(text=True), (arg,)
    return (KeyArgument(), (arg,)) if _is_key(arg) else (arg, ())


def _shape_and_keys_of_row(row: Model) -> tuple[RowArgument, tuple[Any, ...]]:
    """Return the shape of an argument that is a row, and its key followed by its lists that are not empty."""
    traits = tuple((name, getattr(row, name)) for name in getattr(row, "STATEMENTS_VARY_BY", ()))
    lists: Any = getattr(row, _name_of_lists(row), None)
    if lists is None:
        return RowArgument(row._meta.model, traits), (row.pk,)
    filled = {field.name: values for field in fields(lists) if (values := getattr(lists, field.name))}
    return RowArgument(row._meta.model, traits, type(lists), tuple(filled)), (row.pk, *filled.values())


def _name_of_lists(row: Model) -> str:
    """Return the name of the attribute that holds the lists of a row, "" when its class has none."""
    return str(getattr(row, "STATEMENTS_TAKE_LISTS_OF", ""))


def _placeholders(shape: tuple[Hashable, ...]) -> Iterator[Any]:
    """Yield the arguments with which to compose the SQL for a shape: placeholders in place of keys, slugs and rows.

    Placeholders are numbered from `FIRST_PLACEHOLDER` on, far above any real key.
    """
    number = FIRST_PLACEHOLDER
    for part in shape:
        if isinstance(part, KeyArgument | RowArgument):
            yield part.placeholder(number)
            number += part.size
        else:
            yield part


def _compiled(queryset: QuerySet[Any, Any]) -> tuple[Any, Statement | None]:
    """Return a queryset's SQL compiler, and its statement as a pair of SQL and parameters.

    The statement is None for a queryset that Django knows to be empty.
    """
    compiler: Any = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return compiler, None
    return compiler, (sql, tuple(params))


def _release_composed(compiler: Any) -> None:
    """Remove from a compiler what only composing needs: conditions, unions, computed values.

    Reading rows needs the columns of tables that it selects, and Django's converters of each value. The rest took most
    of the memory of cached statements. Django's iterables (read in 5.2) use `select`, `klass_info`,
    `annotation_col_map` and `col_count` of the compiler, and the names in `annotations` of the query: look there before
    an upgrade of Django.
    """
    found = compiler.get_converters([expression for expression, *_ in compiler.select[: compiler.col_count]])
    converters = {position: (functions, _type_only(expression)) for position, (functions, expression) in found.items()}
    compiler.get_converters = lambda _expressions: converters
    compiler.select = [
        (expression if isinstance(expression, Col) else None, None, alias)
        for expression, _sql, alias in compiler.select
    ]
    compiler.where = compiler.having = compiler.qualify = None
    compiler.quote_cache = {}
    query = compiler.query
    query.where, query.combined_queries = WhereNode(), ()
    query.annotations, query._annotation_select_cache = dict.fromkeys(query.annotations), None


def _type_only(expression: Any) -> Any:
    """Return what converters may look at: an empty value of the same type for an expression that computes.

    Columns, and values from within JSON, are returned as they are.
    """
    return expression if isinstance(expression, Col | KeyTransform) else Value(None, expression.output_field)


def one_or_404(rows: Sequence[Row]) -> Row:
    """Return the first of the rows that a query for one object gave; raise Http404, a “not found” page, when there is
    none.
    """
    if not rows:
        raise Http404
    return rows[0]


class PreparedStatement:
    """The cached SQL of a queryset, with the positions of row keys among its parameters."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        """Compose the SQL of a queryset made with placeholders, and find the placeholders among its parameters.

        Raises AssertionError for a queryset with prefetches, which would use the placeholders.
        """
        assert not queryset._prefetch_related_lookups, "a prefetch would use placeholders"  # type: ignore[attr-defined]  # noqa: S101
        self.queryset, self.times_checked = queryset, 0
        self.compiler, self.statement = _compiled(queryset)
        if self.statement:
            _release_composed(self.compiler)
        params = self.statement[1] if self.statement else ()
        self.key_positions = [
            (position, index) for position, param in enumerate(params) if (index := _key_index(param)) is not None
        ]

    def rows(self, keys: Sequence[Any]) -> list[Any]:
        """Run the statement with these keys and return its rows; [] for a queryset that is always empty.

        `keys` come in the order of their placeholders.
        """
        if self.statement is None:
            return []
        queryset: Any = self.queryset._clone()  # type: ignore[attr-defined]
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[queryset.db]
        statement = self.with_keys(keys)
        compiler.as_sql = lambda *_args, **_options: statement
        queryset.query.get_compiler = lambda *_args, **_options: compiler
        return list(queryset)

    def checked_rows(self, keys: Sequence[Any], compose: Callable[[], QuerySet[Any, Any]]) -> list[Any]:
        """Return `rows(keys)`; the first `STATEMENTS_CHECKED` calls compare the statement with the queryset that
        `compose` returns for these keys, and raise StatementChanged if it differs.
        """
        if self.times_checked < settings.STATEMENTS_CHECKED:
            self.check(keys, compose())
        return self.rows(keys)

    def with_keys(self, keys: Sequence[Any]) -> Statement:
        """Return the SQL and its parameters, with `keys` in place of the placeholders.

        `keys` come in the order of the placeholders.
        """
        assert self.statement  # noqa: S101 - narrows the type
        sql, params = self.statement
        values = list(params)
        for position, index in self.key_positions:
            values[position] = type(values[position])(keys[index])
        return sql, tuple(values)

    def check(self, keys: Sequence[Any], composed: QuerySet[Any, Any]) -> None:
        """Raise StatementChanged unless the queryset `composed` has the same SQL and parameters as the cached statement
        with `keys`.

        It also counts the check in `times_checked`.
        """
        self.times_checked += 1
        cached, now = self.statement and self.with_keys(keys), _compiled(composed)[1]
        if repr(cached) != repr(now):
            raise StatementChanged(f"cached {cached}, composed now {now}")


def _key_index(param: Any) -> int | None:
    """Return the position, among the keys of a call, of the one that replaces the parameter; None if it is no
    placeholder.
    """
    if isinstance(param, list) and len(param) == 1:
        [param] = param
    if isinstance(param, str) and param.startswith(TEXT_PLACEHOLDER):
        return int(param.removeprefix(TEXT_PLACEHOLDER)) - FIRST_PLACEHOLDER
    return param - FIRST_PLACEHOLDER if isinstance(param, int) and param >= FIRST_PLACEHOLDER else None
