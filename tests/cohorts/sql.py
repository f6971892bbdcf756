"""Raw SQL for tests of database rules: write rows without the ORM, and expect a refusal by the name of its rule."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert(table: str, **columns: Any) -> None:
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *columns.values())


def update(table: str, pk: int, **columns: Any) -> None:
    changes = ", ".join(f"{name} = %s" for name in columns)
    execute(f"UPDATE {table} SET {changes} WHERE id = %s", *columns.values(), pk)


def rule_of(error: IntegrityError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """Expect the database to refuse the block under exactly this rule, and roll it back."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert rule_of(caught.value) == rule
