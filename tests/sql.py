"""Raw SQL for tests of database rules: what a person with direct access to the database could try."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction


def execute(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def update(row: models.Model, **columns: Any) -> None:
    """Change columns of one row."""
    changes = ", ".join(f'"{column}" = %s' for column in columns)
    execute(f"UPDATE {row._meta.db_table} SET {changes} WHERE id = %s", *columns.values(), row.pk)


def force(row: models.Model, **columns: Any) -> None:
    """Change columns without triggers, to test rules that check the row."""
    execute("SET LOCAL session_replication_role = replica")
    update(row, **columns)
    execute("SET LOCAL session_replication_role = DEFAULT")


def delete(row: models.Model) -> None:
    execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


def insert_like(row: models.Model, **columns: Any) -> None:
    """Add a row that differs from another in these columns."""
    names = [field.column for field in row._meta.concrete_fields if not (field.primary_key or field.generated)]
    values = ", ".join("%s" if name in columns else f'"{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    new_values = [columns[name] for name in names if name in columns]
    table = row._meta.db_table
    execute(f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} WHERE id = %s", *new_values, row.pk)


def truncate(model: type[models.Model]) -> None:
    """Empty a table; PostgreSQL checks foreign keys first."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@contextmanager
def refused_by(rule: str) -> Iterator[None]:
    """Assert that the database refuses the block under the name of this rule."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]
