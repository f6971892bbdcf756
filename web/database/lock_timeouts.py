"""Ends database transactions of senders that hang, so that they do not keep their locks."""

from typing import Any, Final, TypeVar

from django.db.models import Func, QuerySet, TextField, Value

IDLE_TIMEOUT_SECONDS: Final = 60
Rows = TypeVar("Rows", bound=QuerySet[Any])


def limit_idle_transaction(rows: Rows) -> Rows:
    """Return the rows that a sender is about to lock: the database ends its transaction if it is idle for a minute.

    A sender that sleeps or hangs between two statements would otherwise keep its locks and block a change of the event.
    The limit is set by the statement that takes the locks and ends with its transaction: behind a pooler, the next
    transaction has another connection.
    """
    limit = Func(
        Value("idle_in_transaction_session_timeout"),
        Value(f"{IDLE_TIMEOUT_SECONDS}s"),
        Value(True),
        function="set_config",
        output_field=TextField(),
    )
    return rows.annotate(idle_limit=limit)
