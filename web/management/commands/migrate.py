"""Run Django's `migrate` as the owner of the tables, waiting for a lock no longer than `LOCK_TIMEOUT`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from web.database.owner import app_role, as_owner
from web.database.roles import create_role, grant_rights

LOCK_TIMEOUT: Final = "5s"


@contextmanager
def lock_timeout(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make statements inside the block fail when they wait longer than five seconds for a lock.

    A migration that waits for a table makes every later query of that table wait too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [LOCK_TIMEOUT])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


class Command(migrate.Command):
    def check(self, *args: Any, **options: Any) -> None:
        """Run Django's checks as the owner of the tables: at the first start, the application has no role yet."""
        with as_owner(connections["default"]):
            super().check(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's `migrate` as the owner of the tables; fail without any change when a table stays locked.

        Then create the application's role if it is missing, and grant it its rights to new tables, unless it is the
        owner.
        """
        connection = connections[options["database"]]
        role, password = app_role(connection), str(connection.settings_dict["PASSWORD"])
        with as_owner(connection) as is_other_role, lock_timeout(connection):
            super().handle(*args, **options)
            if is_other_role:
                create_role(connection, role, password)
                grant_rights(connection, role)
