"""Django's own `migrate`, which waits for no lock longer than `web.migrating.PATIENCE`."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from web.migrating import impatient


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """A table somebody holds makes it fail, changing nothing, rather than keep everyone else waiting."""
        with impatient(connections[options["database"]]):
            super().handle(*args, **options)
