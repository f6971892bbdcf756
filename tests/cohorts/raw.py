"""Raw SQL for tests of the database's own rules: run a statement, and expect a refusal by its rule's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction


def sql(statement: str, *values: Any) -> int:
    """Run it and return the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def ask(statement: str, *values: Any) -> Any:
    """The one value a SELECT gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """What happens inside is refused by the database under that rule, and leaves nothing behind."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.diag.constraint_name == rule
