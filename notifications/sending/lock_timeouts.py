"""Keeps a sender that freezes from keeping its locks."""

from typing import Final

from django.db import connection

FROZEN_SECONDS: Final = 60


def end_frozen_transactions() -> None:
    """From now on the database ends a transaction of this connection that does nothing for FROZEN_SECONDS.

    A process that sleeps or hangs between two statements would otherwise hold up whoever moves the event.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s'")
