"""Lists of ids and dates as one parameter of a query, however many values they have."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, DateField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable

IDS: Final = ArrayField(BigIntegerField())
DAYS: Final = ArrayField(DateField())


class Array(Value):
    """A sequence of values as one parameter: `%s::bigint[]`."""

    def as_sql(self, _compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the placeholder with its PostgreSQL type, and the values as its only parameter."""
        return f"%s::{self.output_field.db_type(connection)}", [list(self.value)]


def among(path: str, ids: Sequence[int]) -> Q:
    """Return the condition that the key at a lookup path such as "cohort" is one of the ids; no row without ids."""
    return _is_any_of(path, Array(ids, output_field=IDS)) if ids else Q(pk__in=[])


def among_keys(path: str, keys: QuerySet[Any, Any]) -> Q:
    """Return the condition that the key at a lookup path such as "cohort" is one of `keys`, a queryset of one column.

    PostgreSQL reads the keys first and then finds the rows by an index on that column. With IN (SELECT …) beside other
    conditions it would read the whole table and check each row.
    """
    return _is_any_of(path, ArraySubquery(keys))


def _is_any_of(path: str, array: Combinable) -> Q:
    """Return the condition that the key at a lookup path is in the array."""
    return Q(Func(F(path), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()))


def day_for(path: str, ids: Sequence[int], days: Sequence[date]) -> Func:
    """Return an expression for the day that stands at the position in `days` at which the key of a row is in `ids`.

    `path` is the lookup path to the key. It is NULL for keys that are not among the ids.
    """
    position = Func(Array(ids, output_field=IDS), F(path), function="array_position", output_field=IntegerField())
    day = Array(days, output_field=DAYS)
    return Func(day, position, template="(%(expressions)s]", arg_joiner=")[", output_field=DateField())
