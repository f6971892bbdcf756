"""Django's own `migrate`, as the owner of the tables; waits for no lock longer than `LOCK_TIMEOUT`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from web.database.owner import app_role, as_owner
from web.database.roles import give_rights, make_role

LOCK_TIMEOUT: Final = "5s"


@contextmanager
def lock_timeout(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make a statement fail when it waits longer than `LOCK_TIMEOUT` for a lock.

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
        """As the owner too: the first time there is no other role yet, and Django asks the database its version."""
        with as_owner(connections["default"]):
            super().check(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """A table somebody holds makes it fail, changing nothing, rather than keep everyone else waiting.

        Afterwards the application's role, made where there is none, has its rights to what is new, where it is another
        than the owner.
        """
        connection = connections[options["database"]]
        role, password = app_role(connection), str(connection.settings_dict["PASSWORD"])
        with as_owner(connection) as other, lock_timeout(connection):
            super().handle(*args, **options)
            if other:
                make_role(connection, role, password)
                give_rights(connection, role)
