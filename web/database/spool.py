"""Many rows of one statement, one after the other, without all of them in memory.

They are copied to an unnamed file within one transaction. A cursor that outlives its transaction needs a session of its
own, which a pooler such as PgBouncer does not keep.
"""

import pickle
from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.db import connections, transaction

from web.database.replica import reading_alias, replica_allowed

ROWS_AT_ONCE: Final = 1000


def spooled_rows(sql: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, of which at most 1,000 are in memory."""
    with _spool(sql, parameters) as spool:
        while rows := pickle.load(spool):  # noqa: S301 - nobody else can open a file without a name
            yield from rows


@replica_allowed
def _spool(sql: str, parameters: Mapping[str, Any]) -> IO[bytes]:
    """Return an open temporary file of pickled lists of rows; an empty list marks the end (one statement).

    The caller closes it.
    """
    spool, alias = TemporaryFile(), reading_alias()  # noqa: SIM115 - the caller closes it
    with transaction.atomic(using=alias, savepoint=False), connections[alias].chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            pickle.dump(rows, spool, pickle.HIGHEST_PROTOCOL)
    pickle.dump([], spool)
    spool.seek(0)
    return spool
