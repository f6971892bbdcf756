"""Counts and hashes of every table and stored file, to compare a restored platform with the original."""

import hashlib
from collections.abc import Mapping
from typing import Final

from django.db import connection
from psycopg import sql

from files import storage

CountAndHash = list[int | str]  # number of rows or files, and their hash
Fingerprint = dict[str, CountAndHash]

# Tables left out of dumps (deploy/backup/back_up): session keys, which would sign in anyone who has them.
LEFT_OUT_OF_DUMPS: Final = frozenset({"django_session", "usersessions_usersession"})
# Tables that restoring itself changes: e-mails are paused.
CHANGED_BY_RESTORING: Final = frozenset({"notifications_mailswitch", "notifications_mailswitchevent"})
FILES: Final = "(files)"
SEQUENCES: Final = "(sequences)"
ROWS: Final = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text FROM {} t"
NEXT_NUMBERS: Final = (
    "SELECT count(*), coalesce(md5(string_agg(concat_ws(' ', sequencename, last_value), ',' ORDER BY sequencename)),"
    " '')"
    " FROM pg_catalog.pg_sequences WHERE schemaname = 'public' AND sequencename <> ALL(%s)"
)


def take_fingerprint(*, with_files: bool) -> Fingerprint:
    """Return the count and hash of each table's rows by table name, one statement each, and of the sequences.

    With `with_files`, those of all stored files as “(files)”.
    """
    tables = _table_hashes()
    return tables | {FILES: _files_hash()} if with_files else tables


def differences(before: Mapping[str, CountAndHash], after: Mapping[str, CountAndHash]) -> list[str]:
    """Return the names of the tables, or “(files)” and “(sequences)”, that differ between two fingerprints, sorted.

    Left out are tables that restoring changes (the pause of e-mails), and tables that dumps do not contain (sign-ins).
    """
    names = (before.keys() | after.keys()) - CHANGED_BY_RESTORING - LEFT_OUT_OF_DUMPS
    return sorted(name for name in names if before.get(name) != after.get(name))


def _table_hashes() -> Fingerprint:
    """Return the count and hash of the rows of each table by its name, and of the sequences' next numbers as
    “(sequences)”.
    """
    tables: Fingerprint = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL(ROWS).format(sql.Identifier(table)))
            tables[table] = list(cursor.fetchone())
        cursor.execute(
            NEXT_NUMBERS, [[f"{table}_{key}_seq" for table in CHANGED_BY_RESTORING for key in ("id", "pgh_id")]]
        )
        tables[SEQUENCES] = list(cursor.fetchone())
    return tables


def _files_hash() -> CountAndHash:
    """Return the number of stored files, and one hash over their names and contents; every file is read."""
    count, digest = 0, hashlib.sha256()
    for name in storage.stored_names():
        for size in storage.stored_sizes(name):
            with storage.open_stored(name, size) as file:
                digest.update(f"{name}/{size} {hashlib.sha256(file.read()).hexdigest()}\n".encode())
            count += 1
    return [count, digest.hexdigest()]
