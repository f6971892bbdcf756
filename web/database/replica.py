"""Reads that may use a replica of PostgreSQL: where one is set, and has replayed all that is committed on the primary.

Before each such read the primary is asked how far its log is written, and the replica whether it has replayed that.
So a read from the replica is never older than one from the primary at that moment: whatever was withdrawn, refused or
written before is withdrawn, refused or written there too. Otherwise the primary is read (docs/decisions/0094).
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

P = ParamSpec("P")
T = TypeVar("T")
Position = tuple[str, str, int]

REPLICA: Final = "replica"
WAIT_SECONDS: Final = 0.05  # for a replica that is a moment behind
POLL_SECONDS: Final = 0.003
ANSWER_SECONDS: Final = 2.0  # for the question whether the replica is current
READ_SECONDS: Final = 30.0  # for what is read then
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

    It is called again on the primary when a statement fails or takes too long. Within a transaction it reads the
    primary: what that has written is not committed.
    """

    @wraps(read)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function reads from the replica if that is current, else from the primary."""
        if _reads_replica.get() or not _replica_is_worth_checking():
            return read(*args, **kwargs)
        position = _primary_position()
        try:
            with _time_limit(READ_SECONDS), ExitStack() as same_server:
                with _time_limit(ANSWER_SECONDS):
                    # A pooler keeps one server for the question and the reads.
                    same_server.enter_context(transaction.atomic(using=REPLICA))
                    is_current = _is_current(position)
                if is_current:
                    return _on_replica(read, *args, **kwargs)
            _skip_replica_for(RETRY_IF_BEHIND_SECONDS)
        except Error as error:
            connections[REPLICA].close()
            if isinstance(error, OperationalError | InterfaceError):  # others are errors of the statement
                logger.warning("The replica could not be read, the primary is: %s", type(error).__name__)
                _skip_replica_for(RETRY_IF_UNREACHABLE_SECONDS)
        return read(*args, **kwargs)

    return wrapper


def _replica_is_worth_checking() -> bool:
    """Return whether a replica is set, is not skipped for some seconds, and no transaction on the primary is open."""
    is_set_up = REPLICA in connections and time.monotonic() >= _skipped_until
    return is_set_up and not connections[DEFAULT_DB_ALIAS].in_atomic_block


def _skip_replica_for(seconds: float) -> None:
    """Let every read of this process use the primary for at least so many seconds."""
    global _skipped_until  # noqa: PLW0603 - one for all threads of a process
    _skipped_until = max(_skipped_until, time.monotonic() + seconds)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Shut the connection to the replica down when the block takes longer: what waits for an answer fails at once.

    A time limit of the server does not help against a server, or a pooler, that is frozen.
    """
    database, is_over = connections[REPLICA], threading.Event()

    def shut_down_when_late() -> None:
        """Shut down whatever connection there is after each `seconds`, until the block is over."""
        while not is_over.wait(seconds):
            with suppress(OSError, psycopg.Error):  # it is closed already
                if database.connection:
                    with socket.socket(fileno=os.dup(database.connection.fileno())) as same_socket:
                        same_socket.shutdown(socket.SHUT_RDWR)

    watch = threading.Thread(target=shut_down_when_late, daemon=True)
    watch.start()
    try:
        yield
    finally:
        is_over.set()
        watch.join()


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


def _is_current(position: Position) -> bool:
    """Return whether the replica has all that is committed on the primary at `position`; wait for it up to 50 ms."""
    deadline = time.monotonic() + WAIT_SECONDS
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
    """Return the state of the replica, None where none is set (two statements). One that is frozen is waited for twice
    two seconds at most: for a connection, and for its answer.
    """
    if REPLICA not in connections:
        return None
    position, *_rest = _primary_position()
    try:
        with _time_limit(ANSWER_SECONDS), connections[REPLICA].cursor() as cursor:
            cursor.execute(STATE_SQL, [position])
            follows, behind, seconds = cursor.fetchone()
    except Error:
        connections[REPLICA].close()
        return ReplicaState(answers=False)
    return ReplicaState(True, follows, behind or 0, seconds if behind else 0)
