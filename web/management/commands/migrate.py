"""Django's own `migrate`, as the owner of the tables; waits for no lock longer than `web.migrating.PATIENCE`."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from web.database_roles import give_rights, make_role
from web.migrating import impatient
from web.owner import app_role, as_owner


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
        with as_owner(connection) as other, impatient(connection):
            super().handle(*args, **options)
            if other:
                make_role(connection, role, password)
                give_rights(connection, role)
