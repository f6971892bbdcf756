"""Rows and a hash of every table and every kept file, whatever their order: is what was restored the same?"""

import hashlib
from collections.abc import Mapping
from typing import Final

from django.db import connection
from psycopg import sql

from files import storage

Mark = list[int | str]  # how many, and their hash
Fingerprint = dict[str, Mark]

# What a dump leaves out (deploy/backup/back_up): keys of sessions, which sign in whoever has them.
LEFT_OUT_OF_DUMPS: Final = frozenset({"django_session", "usersessions_usersession"})
# What the restoring itself writes: letters are held.
OF_THE_RESTORING: Final = frozenset({"notifications_mailswitch", "notifications_mailswitchevent"})
FILES: Final = "(files)"
SEQUENCES: Final = "(sequences)"
ROWS: Final = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text FROM {} t"
NEXT_NUMBERS: Final = (
    "SELECT count(*), coalesce(md5(string_agg(concat_ws(' ', sequencename, last_value), ',' ORDER BY sequencename)),"
    " '')"
    " FROM pg_catalog.pg_sequences WHERE schemaname = 'public' AND sequencename <> ALL(%s)"
)


def taken(*, with_files: bool) -> Fingerprint:
    """Of everything as it is now: one statement a table, and every file read once."""
    found = _tables()
    return found | {FILES: _files()} if with_files else found


def differing(before: Mapping[str, Mark], after: Mapping[str, Mark]) -> list[str]:
    """Return what is not the same on both sides, but for what restoring itself writes and what dumps leave out."""
    names = (before.keys() | after.keys()) - OF_THE_RESTORING - LEFT_OUT_OF_DUMPS
    return sorted(name for name in names if before.get(name) != after.get(name))


def _tables() -> Fingerprint:
    found: Fingerprint = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL(ROWS).format(sql.Identifier(table)))
            found[table] = list(cursor.fetchone())
        cursor.execute(NEXT_NUMBERS, [[f"{table}_{key}_seq" for table in OF_THE_RESTORING for key in ("id", "pgh_id")]])
        found[SEQUENCES] = list(cursor.fetchone())
    return found


def _files() -> Mark:
    count, whole = 0, hashlib.sha256()
    for name in storage.names_kept():
        for path in storage.sizes_kept(name):
            whole.update(f"{name}/{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
            count += 1
    return [count, whole.hexdigest()]
