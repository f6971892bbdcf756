"""Statements that are composed once: half of a page's Python was building and writing the same SQL at every request.

A function that composes a queryset is called with stand-ins for whoever and whatever is asked about; its SQL is kept,
and every later call only puts the real keys in. What else it is told (a day, a list) belongs to the statement's shape:
each shape is composed on its own. The first `STATEMENTS_CHECKED` calls of each, some in the tests, compose anew as
well, and what was kept has to say the very same.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import get_language

from web.dates.clock import today_everywhere

P = ParamSpec("P")
Row = TypeVar("Row")
Statement = tuple[str, tuple[Any, ...]]

SHAPES_KEPT: Final = 64  # of one function: days, languages and roles
STAND_IN: Final = 2**62  # the first key that stands for another: no row has it, whoever forgets one finds nothing
ROWS: Final = range(-(2**63), 2**63)  # the keys a row can have; of others PostgreSQL will not hear
NO_TEXT: Final = "\0"  # begins a text that stands for another; PostgreSQL takes none such


class Slug(str):
    """A text that is a row's key, and no part of how its statement is written."""

    __slots__ = ()


class NotTheSame(AssertionError):
    """A kept statement is not the one that would be composed now."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An argument that is a row's key, or several, or its slug."""

    many: int | None = None
    text: bool = False

    def stand_in(self, first: int) -> int | str | tuple[int, ...]:
        if self.text:
            return f"{NO_TEXT}{first}"
        return first if self.many is None else tuple(range(first, first + self.many))


@dataclass(frozen=True, slots=True)
class Someone:
    """An argument that is a row: what of it, beside its key, decides how the statement is written."""

    model: type[Model]
    traits: tuple[tuple[str, Hashable], ...]

    def stand_in(self, first: int) -> Model:
        return self.model(pk=first, **dict(self.traits))


def prepared(compose: Callable[P, QuerySet[Any, Row]]) -> Callable[P, list[Row]]:
    """The rows of the queryset that is composed, read at once (one statement; no prefetches).

    Integers, and tuples of them, are keys of rows. Of a row only its key is used, and what its class names in
    `STATEMENTS_VARY_BY`. Anything else it is told is part of the shape, and so is the day, lest the clock is asked.
    """

    @lru_cache(maxsize=SHAPES_KEPT)
    def kept(shape: tuple[Hashable, ...], *_beside: Hashable) -> Kept:
        return Kept(compose(*_stand_ins(shape)))  # type: ignore[call-arg]

    @wraps(compose)
    def read(*args: P.args, **_none: P.kwargs) -> list[Row]:
        keys = [key for arg in args for key in _keys(arg)]
        if any(isinstance(key, int) and key not in ROWS for key in keys):
            return []
        found = kept(tuple(map(_shape, args)), today_everywhere(), get_language())
        if found.checked < settings.STATEMENTS_CHECKED:
            found.check(keys, compose(*args))  # type: ignore[call-arg]
        return found.rows(keys)

    return read


def _is_key(arg: Any) -> bool:
    return isinstance(arg, int) and not isinstance(arg, bool)


def _shape(arg: Any) -> Hashable:
    if isinstance(arg, Model):
        names = getattr(arg, "STATEMENTS_VARY_BY", ())
        return Someone(arg._meta.model, tuple((name, getattr(arg, name)) for name in names))
    if isinstance(arg, tuple) and all(map(_is_key, arg)):
        return Keys(len(arg))
    if isinstance(arg, Slug):
        return Keys(text=True)
    return Keys() if _is_key(arg) else arg


def _keys(arg: Any) -> tuple[int | str, ...]:
    """The keys in an argument, in the order in which they are stood in for."""
    shape = _shape(arg)
    if isinstance(shape, Someone):
        return (arg.pk,)
    if isinstance(shape, Keys):
        return (arg,) if shape.many is None else arg
    return ()


def _stand_ins(shape: tuple[Hashable, ...]) -> Iterator[Any]:
    taken = STAND_IN
    for part in shape:
        if isinstance(part, Keys | Someone):
            yield part.stand_in(taken)
            taken += getattr(part, "many", None) or 1
        else:
            yield part


def _written(queryset: QuerySet[Any, Any]) -> tuple[Any, Statement | None]:
    """The compiler with what it wrote; None for a statement that finds nothing whatever there is."""
    compiler: Any = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return compiler, None
    return compiler, (sql, tuple(params))


def one_or_404(rows: Sequence[Row]) -> Row:
    """The row that was asked for by its key; raises Http404 without one."""
    if not rows:
        raise Http404
    return rows[0]


class Kept:
    """A queryset's statement, and where in it keys go."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        assert not queryset._prefetch_related_lookups, "a prefetch would ask with stand-ins"  # type: ignore[attr-defined]  # noqa: S101
        self.queryset, self.checked = queryset, 0
        self.compiler, self.statement = _written(queryset)
        params = self.statement[1] if self.statement else ()
        self.places = [(at, place) for at, param in enumerate(params) if (place := _place(param)) is not None]

    def rows(self, keys: Sequence[Any]) -> list[Any]:
        if self.statement is None:
            return []
        queryset: Any = self.queryset._clone()  # type: ignore[attr-defined]
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[queryset.db]
        filled = self.filled(keys)
        compiler.as_sql = lambda *_args, **_options: filled
        queryset.query.get_compiler = lambda *_args, **_options: compiler
        return list(queryset)

    def filled(self, keys: Sequence[Any]) -> Statement:
        """The statement with these keys where the stand-ins are."""
        assert self.statement  # noqa: S101 - narrows the type
        sql, params = self.statement
        values = list(params)
        for at, place in self.places:
            values[at] = type(values[at])(keys[place])
        return sql, tuple(values)

    def check(self, keys: Sequence[Any], composed: QuerySet[Any, Any]) -> None:
        """Raise NotTheSame unless that queryset is asked in the very same words."""
        self.checked += 1
        kept, now = self.statement and self.filled(keys), _written(composed)[1]
        if repr(kept) != repr(now):
            raise NotTheSame(f"kept {kept}, composed now {now}")


def _place(param: Any) -> int | None:
    """Which of the keys belongs here; None where none does."""
    if isinstance(param, str) and param.startswith(NO_TEXT):
        return int(param.removeprefix(NO_TEXT)) - STAND_IN
    return param - STAND_IN if isinstance(param, int) and param >= STAND_IN else None
