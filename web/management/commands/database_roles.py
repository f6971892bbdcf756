"""Give the application's database role its rights, print them, or check that they hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from web.database import roles
from web.database.owner import app_role, as_owner


class Command(BaseCommand):
    help = "Give the role of DATABASE_URL its rights, as MIGRATION_DATABASE_URL, which owns the tables."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print", action="store_true", help="Print the statements instead.")
        parser.add_argument("--check", action="store_true", help="Fail, saying what, where the history can be altered.")
        parser.add_argument("--create", action="store_true", help="Make the role first, with its password.")
        parser.add_argument("--role", default="", help="Another role than that of DATABASE_URL.")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"] or app_role(connection)
        if options["print"]:
            self.stdout.write(self._printed(role))
        elif options["check"]:
            self._check(role)
        else:
            self._give(role, create=options["create"])

    def _printed(self, role: str) -> str:
        connection.ensure_connection()
        database = str(connection.settings_dict["NAME"])
        lines = (statement.as_string(connection.connection) for statement in roles.statements(role, database))
        return "".join(f"{line.strip().removesuffix(';')};\n" for line in lines)

    def _give(self, role: str, *, create: bool) -> None:
        password = str(connection.settings_dict["PASSWORD"])
        with as_owner(connection):
            if role == app_role(connection):
                raise CommandError("DATABASE_URL signs in as the owner: give the application a role of its own.")
            if create:
                roles.make_role(connection, role, password)
            roles.give_rights(connection, role)
            self._check(role)

    def _check(self, role: str) -> None:
        if wrong := roles.broken(connection, role):
            raise CommandError("\n".join(f"{role} {line}" for line in wrong))
        self.stdout.write(f"{role} uses the tables and cannot alter the history.")
