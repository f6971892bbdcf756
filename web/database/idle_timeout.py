"""Ends database transactions that hang while they hold locks on rows."""

from typing import Any, Final, TypeVar

from django.db.models import Func, QuerySet, TextField, Value

IDLE_TIMEOUT_SECONDS: Final = 60
Rows = TypeVar("Rows", bound=QuerySet[Any])


def with_idle_timeout(rows: Rows) -> Rows:
    """Return the queryset; running it limits how long the transaction may be idle: the database ends it after a minute.

    It is for rows that are locked until something else is done: a process that hangs between two statements would keep
    its locks and block a change of these rows. The limit ends with the transaction: behind a pooler, the next one has
    another connection.
    """
    limit = Func(
        Value("idle_in_transaction_session_timeout"),
        Value(f"{IDLE_TIMEOUT_SECONDS}s"),
        Value(True),
        function="set_config",
        output_field=TextField(),
    )
    return rows.annotate(idle_limit=limit)
