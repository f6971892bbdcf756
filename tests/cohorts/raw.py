"""Raw SQL for tests of database rules: run a statement, and expect a refusal by the name of its rule."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction


def run_sql(statement: str, *values: Any) -> int:
    """Run the statement and return the number of affected rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def query_value(statement: str, *values: Any) -> Any:
    """Return the one value of a SELECT."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """Expect the database to refuse the block under that rule, and roll it back."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.diag.constraint_name == rule
