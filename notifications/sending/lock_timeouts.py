"""Ends database transactions of senders that hang, so that they do not keep their locks."""

from typing import Final

from django.db import connection

IDLE_TIMEOUT_SECONDS: Final = 60


def limit_idle_transactions() -> None:
    """Let the database end a transaction of this connection that is idle for a minute.

    A sender that sleeps or hangs between two statements would otherwise keep its locks and block a change of the event.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_TIMEOUT_SECONDS}s'")
