"""Run Django's `migrate` as the owner of the tables, with short waits for locks and several attempts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import DeadlockDetected, LockNotAvailable

from web.database.owner import app_role, as_owner
from web.database.roles import HISTORY_WRITERS_SQL, create_role, grant_rights

LOCK_TIMEOUT: Final = "2s"
DEADLOCK_TIMEOUT: Final = "20ms"
TRIES: Final = 30
PAUSE_SECONDS = 1.0


@contextmanager
def short_waits(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make statements inside the block fail when they wait longer than two seconds for a lock.

    A migration that waits for a table makes every later query of that table wait too. In a deadlock with a
    request, PostgreSQL ends the one that checks for it first. The migration checks after 20 ms, if the owner may set
    that, so that the request goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('deadlock_timeout', 'SET')")
        (may_set,) = cursor.fetchone()
        settings = {"lock_timeout": LOCK_TIMEOUT} | ({"deadlock_timeout": DEADLOCK_TIMEOUT} if may_set else {})
        for name, value in settings.items():
            cursor.execute(f"SET {name} = %s", [value])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name in settings:
                cursor.execute(f"RESET {name}")


def secure_history_writers(execute: Any, query: Any, params: Any, many: bool, context: Any) -> Any:
    """Run a statement; where it creates a trigger that writes history, give the trigger its rights at once.

    Pass it to `execute_wrapper`. Without it, old code could not write until the end of `migrate`.
    """
    result = execute(query, params, many, context)
    if "CREATE OR REPLACE FUNCTION" in str(query) and "_pgh_attach_context()" in str(query):
        execute(HISTORY_WRITERS_SQL, None, False, context)
    return result


class Command(migrate.Command):
    def check(self, *args: Any, **options: Any) -> None:
        """Run Django's checks as the owner of the tables: at the first start, the application has no role yet."""
        with as_owner(connections["default"]):
            super().check(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's `migrate` as the owner of the tables; a migration that meets a locked table is undone and tried
        again, thirty times at most.

        Then create the application's role if it is missing, and grant it its rights to new tables, unless it is the
        owner.
        """
        connection = connections[options["database"]]
        role, password = app_role(connection), str(connection.settings_dict["PASSWORD"])
        with as_owner(connection) as is_other_role, short_waits(connection):
            if not is_other_role:
                self._with_retries(super().handle, *args, **options)
                return
            with connection.execute_wrapper(secure_history_writers):
                self._with_retries(super().handle, *args, **options)
            create_role(connection, role, password)
            self._with_retries(grant_rights, connection, role)

    def _with_retries(self, run: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Call `run`, again while a table is locked, `TRIES` times at most; then raise OperationalError."""
        for tries_left in reversed(range(TRIES)):
            try:
                run(*args, **options)
                return
            except OperationalError as error:
                if not tries_left or not isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected)):
                    raise
            self.stdout.write("\n  A table is in use. Trying again…")
            time.sleep(PAUSE_SECONDS)
