"""Leases: a sender takes rows that are due for two minutes, so that no other sends them at the same time.

E-mails and webhooks are leased. Their models have `lease_token`, `lease_until` and `next_attempt_at`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

LEASE: Final = timedelta(seconds=120)  # more than twice EMAIL_TIMEOUT
# Losing a claim in a database crash does no harm: its rows are still due. So its commit does not wait for the disk.
# Commits that record what was sent do wait, and so does a claim inside another transaction.
CLAIM_SQL: Final = """
    WITH claimable (id) AS MATERIALIZED (%(due)s FOR UPDATE OF %(table)s SKIP LOCKED)
    UPDATE %(table)s leased SET lease_token = %%s, lease_until = %%s
    FROM claimable, (SELECT CASE WHEN %%s THEN set_config('synchronous_commit', 'off', true) END) quick
    WHERE leased.id = claimable.id RETURNING leased.next_attempt_at, leased.id
"""


@dataclass(frozen=True, slots=True)
class LeasedBatch:
    """Rows leased to one sender, which alone may send them until the lease ends; `token` identifies the lease."""

    token: UUID
    ids: Sequence[int]


def lease(due: QuerySet[Any], at: datetime, limit: int) -> LeasedBatch:
    """Lease up to `limit` of the rows that are due at the moment `at` to the caller for two minutes, and return them,
    the earliest first.

    The batch is empty when none is due. Rows that another sender leases at the same moment are left out.
    """
    token = uuid4()
    try:
        inner, values = due.values("pk")[:limit].query.sql_with_params()
    except EmptyResultSet:
        return LeasedBatch(token, ())
    sql = CLAIM_SQL % {"due": inner, "table": due.model._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, token, at + LEASE, not connection.in_atomic_block])
        batch = sorted(cursor.fetchall())
    return LeasedBatch(token, [pk for _due, pk in batch])


def release(rows: QuerySet[Any], batch: LeasedBatch) -> None:
    """End the lease of those of the `rows` that are still in the batch, so that other senders can take them at once."""
    rows.filter(pk__in=batch.ids, lease_token=batch.token).update(lease_token=None, lease_until=None)
