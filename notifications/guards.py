"""A transaction of the sender: short, and ended by the database should its process freeze in the middle."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

FROZEN_SECONDS: Final = 60


@contextmanager
def own_transaction() -> Iterator[None]:
    """Locks taken in here are let go after FROZEN_SECONDS even by a process that sleeps or hangs."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s'")
        yield
