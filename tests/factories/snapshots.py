"""Snapshots: rows that many tests start with, created once per run by the factories, then restored for each test.

Restored rows are those that the factories, constraints and triggers produced the first time, history included.
"""

import pickle
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

Scene = TypeVar("Scene")

WRITTEN = "SELECT relid::regclass::text FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
MIGRATED_TABLES = {"django_content_type", "auth_permission"}  # Django writes them in every database
UNTOUCHED = "SELECT pg_current_xact_id_if_assigned() IS NULL"  # a transaction has no number before it writes
NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text"  # what is written from here on is no older
COLUMNS = """
    SELECT quote_ident(attname) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


@dataclass(frozen=True)
class Snapshot(Generic[Scene]):
    """The statements that restore the rows, and the objects that represent them."""

    statements: str
    pickled: bytes

    def again(self) -> Scene:
        """Restore the rows without triggers, which ran when the rows were first created."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self.statements)
        scene: Scene = pickle.loads(self.pickled)  # noqa: S301 - of our own making
        return scene


def built_once(build: Callable[[], Scene]) -> Callable[[], Scene]:
    """Return a function that builds the rows in the first test and restores them in later tests with the same keys.

    Rows are only stored when the database was empty, so they depend on no others. Outside a transaction they are
    built in one of their own.
    """
    snapshots: list[Snapshot[Scene]] = []

    @wraps(build)
    def scene() -> Scene:
        if snapshots:
            return snapshots[0].again()
        if not _nothing_written():
            return build()
        with nullcontext() if connection.in_atomic_block else transaction.atomic():
            [first] = _values(NEXT)
            built = build()
            snapshots.append(Snapshot(_statements(first), pickle.dumps(built)))
        return built

    return scene


def _nothing_written() -> bool:
    """Return whether the test has written no row yet: in its transaction, or in any table if it has none."""
    if connection.in_atomic_block:
        return _values(UNTOUCHED) == [True]
    tables = set(connection.introspection.django_table_names(only_existing=True)) - MIGRATED_TABLES
    rows = " UNION ALL ".join(f'(SELECT 1 FROM "{table}" LIMIT 1)' for table in tables)
    return _values(f"SELECT NOT EXISTS ({rows})") == [True]


def _statements(first: str) -> str:
    """Return one text, so that the rows are restored in a single round trip to the database."""
    inserts = [insert for table in _values(WRITTEN) for insert in _inserts(table, first)]
    return ";".join(
        ["SET LOCAL session_replication_role = replica", *inserts, "SET LOCAL session_replication_role = origin"]
    )


def _inserts(table: str, first: str) -> list[str]:
    columns = _values(COLUMNS, table)
    values = " || ', ' || ".join(f"quote_nullable({column}::text)" for column in columns)
    rows = _values(f"SELECT {values} FROM {table} WHERE age(xmin) <= age('{first}'::xid)")
    named = ", ".join(columns)
    return [f"INSERT INTO {table} ({named}) VALUES {', '.join(f'({row})' for row in rows)}"] if rows else []


def _values(question: str, *params: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, params)
        return [row[0] for row in cursor.fetchall()]
