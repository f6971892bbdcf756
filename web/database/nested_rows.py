"""Read rows of another table as one column of a statement, together with the rows they belong to."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Exists, Expression, F, JSONField, Model, QuerySet, Subquery, Value, Window
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)
MAX_COUNT: Final = 100  # up to which `CappedCount` counts


def nested(rows: QuerySet[Any], *fields: str, **named: str | Expression | Exists) -> ArraySubquery:
    """Return the rows as one column for a larger query: an array of JSON objects, one per row, in their order.

    Each object has the `fields`, and a value for each of the `named` expressions. Dates arrive as text;
    `row_from_nested` turns an object back into a model instance.
    """
    row = JSONObject(**{name: name for name in fields}, **named)
    return ArraySubquery(rows.values(nested_row=row))


def nested_first(rows: QuerySet[Any], limit: int, *fields: str) -> ArraySubquery:
    """Return the first `limit` rows as one column for a larger query: an array of JSON objects with the `fields`.

    Each object also has `total`, the number of all rows; `web.pages.home.total_if_truncated` reads it.
    """
    return nested(rows[:limit], *fields, total=Window(Count("pk")))


def nested_count(rows: QuerySet[Any]) -> ArraySubquery:
    """Return the number of rows as one column for a larger query: an array of one JSON object with `count`.

    The array is empty when there are no rows.
    """
    one_group = rows.order_by().values(one_group=Value(1)).annotate(count=Count("*"))
    return ArraySubquery(one_group.values(nested_row=JSONObject(count=F("count"))))


class CappedCount(Subquery):
    """The number of rows, counted up to 100, as one column for a larger query: an array of one JSON object.

    The object has the `count`, and under `earliest` the smallest value of a column, None without rows.
    """

    template = (
        "ARRAY(SELECT jsonb_build_object('count', COUNT(*), 'earliest', MIN(earliest)) FROM (%(subquery)s) counted)"
    )
    output_field = ArrayField(JSONField())

    def __init__(self, rows: QuerySet[Any], *, earliest: str) -> None:
        """Count the rows in the order of the column `earliest`, so that PostgreSQL can stop early."""
        super().__init__(rows.order_by(earliest).values(earliest=F(earliest))[:MAX_COUNT])


def column_names(model: type[Model], *, exclude: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the names of a model's own columns without those in `exclude`, to read whole rows with `nested`.

    For a foreign key this is the column with the key (`cohort_id`). Generated columns are left out.
    """
    fields = (field for field in model._meta.concrete_fields if not field.generated)
    return tuple(field.attname for field in fields if field.attname not in exclude)


def row_from_nested(model: type[M], row: Mapping[str, Any]) -> M:
    """Return a model instance from a JSON object that `nested` gave, with dates and numbers in their Python types.

    Fields that the object lacks are deferred: reading one runs a query.
    """
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    names = [field.attname for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, names, [field.to_python(row[field.attname]) for field in fields])
