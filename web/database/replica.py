"""Reads that may use a replica of PostgreSQL: where one is set, and has replayed all that is committed on the primary.

Before each such read the primary is asked how far its log is written, and the replica whether it has replayed that.
So a read from the replica is never older than one from the primary at that moment: whatever was withdrawn, refused or
written before is withdrawn, refused or written there too. Otherwise the primary is read (docs/decisions/0094).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

P = ParamSpec("P")
T = TypeVar("T")
Position = tuple[str, str, int]

REPLICA: Final = "replica"
WAIT_SECONDS: Final = 0.05  # for a replica that is a moment behind
POLL_SECONDS: Final = 0.003
RETRY_IF_BEHIND_SECONDS: Final = 1.0  # a replica that is behind is not queried for so long
RETRY_IF_UNREACHABLE_SECONDS: Final = 15.0  # a replica that does not answer is not queried for so long

# How far the log is written, its timeline, and the cluster it belongs to. Nulls on a server that is itself a replica.
# A commit is visible once it is written to disk, or earlier where `synchronous_commit` is off.
PRIMARY_POSITION_SQL: Final = """
SELECT position::text, left(pg_walfile_name(position), 8), (SELECT system_identifier FROM pg_control_system())
FROM (SELECT CASE WHEN pg_is_in_recovery() THEN NULL
                  WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
                  ELSE pg_current_wal_flush_lsn() END AS position) AS log
"""
IS_CURRENT_SQL: Final = """
SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn
   AND (SELECT timeline_id FROM pg_control_checkpoint()) = ('x' || %s)::bit(32)::int
   AND (SELECT system_identifier FROM pg_control_system()) = %s
"""
STATE_SQL: Final = """
SELECT pg_is_in_recovery(), greatest(pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn()), 0)::bigint,
       coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)::float8
"""

logger = logging.getLogger(__name__)
_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)
_skipped_until = 0.0  # of `time.monotonic`, in this process


class ReplicaRouter:
    """Sends queries of the ORM to the replica inside functions with `replica_allowed`, all others to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Return the database that the present function reads."""
        return reading_alias()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Return the primary, also for rows that came from the replica."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """Return True: rows of both are rows of one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Return whether `db` is the primary: the replica follows."""
        return db == DEFAULT_DB_ALIAS


def reading_alias() -> str:
    """Return the alias of the database that the present function reads."""
    return REPLICA if _reads_replica.get() else DEFAULT_DB_ALIAS


def reading_connection() -> BaseDatabaseWrapper:
    """Return the connection for SQL of our own in a function with `replica_allowed`."""
    return connections[reading_alias()]


def replica_allowed(read: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that only reads, and returns values that are read: it uses the replica where that is current.

    It is called again on the primary when a statement fails. Within a transaction it reads the primary: what that has
    written is not committed.
    """

    @wraps(read)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function reads from the replica if that is current, else from the primary."""
        if _reads_replica.get() or not _replica_is_worth_checking():
            return read(*args, **kwargs)
        try:
            with transaction.atomic(using=REPLICA):  # a pooler keeps one server for the question and the reads
                if _is_current():
                    return _on_replica(read, *args, **kwargs)
            _skip_replica_for(RETRY_IF_BEHIND_SECONDS)
        except Error as error:
            logger.warning("The replica could not be read, the primary is: %s", type(error).__name__)
            connections[REPLICA].close()
            _skip_replica_for(RETRY_IF_UNREACHABLE_SECONDS)
        return read(*args, **kwargs)

    return wrapper


def _replica_is_worth_checking() -> bool:
    """Return whether a replica is set, is not skipped for some seconds, and no transaction on the primary is open."""
    is_set_up = REPLICA in connections and time.monotonic() >= _skipped_until
    return is_set_up and not connections[DEFAULT_DB_ALIAS].in_atomic_block


def _skip_replica_for(seconds: float) -> None:
    """Let every read of this process use the primary for so many seconds."""
    global _skipped_until  # noqa: PLW0603 - one for all threads of a process
    _skipped_until = time.monotonic() + seconds


def _on_replica(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the function reads from the replica."""
    token = _reads_replica.set(True)
    try:
        return read(*args, **kwargs)
    finally:
        _reads_replica.reset(token)


def _primary_position() -> Position:
    """Return how far the log of the primary is written (one statement)."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(PRIMARY_POSITION_SQL)
        position: Position = cursor.fetchone()
    return position


def _is_current() -> bool:
    """Return whether the replica has all that is committed on the primary now; wait for it up to 50 ms."""
    position, deadline = _primary_position(), time.monotonic() + WAIT_SECONDS
    with connections[REPLICA].cursor() as cursor:
        while True:
            cursor.execute(IS_CURRENT_SQL, position)
            [is_current] = cursor.fetchone()
            if is_current or time.monotonic() >= deadline:
                return bool(is_current)
            time.sleep(POLL_SECONDS)


class ReplicaState(NamedTuple):
    """Whether the replica answers and follows a primary, and how far it is behind that."""

    answers: bool
    follows: bool = False
    bytes_behind: int = -1
    seconds_behind: float = 0


def replica_state() -> ReplicaState | None:
    """Return the state of the replica, None where none is set (two statements)."""
    if REPLICA not in connections:
        return None
    try:
        position, *_rest = _primary_position()
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(STATE_SQL, [position])
            follows, behind, seconds = cursor.fetchone()
    except Error:
        connections[REPLICA].close()
        return ReplicaState(answers=False)
    return ReplicaState(True, follows, behind or 0, seconds if behind else 0)
