"""Rows of another table as one column of a statement: a page reads them with the rows they belong to."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Expression, F, Model, QuerySet, Value, Window
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def nested(rows: QuerySet[Any], *fields: str, **named: str | Expression) -> ArraySubquery:
    """An array of objects, one per row and in the rows' order: the fields, and what is `named` under its name.

    Dates arrive as text: see `revived`.
    """
    found = JSONObject(**{name: name for name in fields}, **named)
    return ArraySubquery(rows.values(nested_row=found))


def first(rows: QuerySet[Any], most: int, *fields: str) -> ArraySubquery:
    """The same for the first rows alone, each with `of`, how many there are in all (`web.pages.home.in_all`)."""
    return nested(rows[:most], *fields, of=Window(Count("pk")))


def counted(rows: QuerySet[Any]) -> ArraySubquery:
    """An array of one object with the `count` of the rows, so that counting is read along with the rest."""
    one_group = rows.order_by().values(one_group=Value(1)).annotate(count=Count("pk"))
    return ArraySubquery(one_group.values(nested_row=JSONObject(count=F("count"))))


def columns(model: type[Model], *, but: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The names of a model's own columns, to nest whole rows."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in but)


def revived(model: type[M], row: Mapping[str, Any]) -> M:
    """The model's row from a nested one; what was not nested is read when it is asked for."""
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    names = [field.attname for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, names, [field.to_python(row[field.attname]) for field in fields])
