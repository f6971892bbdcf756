"""Grant the application's database role its rights, print the statements, or check the rights."""

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
        """Grant the application's database role its rights, then check that it cannot alter the history.

        With `--check` only check, with `--print` only print the SQL, with `--create` create the role first. Raises
        CommandError, with a line for each right too many.
        """
        role = options["role"] or app_role(connection)
        if options["print"]:
            self.stdout.write(self._statements_text(role))
        elif options["check"]:
            self._check(role)
        else:
            self._grant(role, create=options["create"])

    def _statements_text(self, role: str) -> str:
        """Return the SQL that grants the database role `role` its rights, one statement per line; nothing is run."""
        connection.ensure_connection()
        database = str(connection.settings_dict["NAME"])
        lines = (statement.as_string(connection.connection) for statement in roles.grant_statements(role, database))
        return "".join(f"{line.strip().removesuffix(';')};\n" for line in lines)

    def _grant(self, role: str, *, create: bool) -> None:
        """Grant the database role `role` its rights, as the owner of the tables, then check them.

        With `create`, create the role first. Raises CommandError when the application signs in as the owner, or when a
        right too many remains.
        """
        password = str(connection.settings_dict["PASSWORD"])
        with as_owner(connection):
            if role == app_role(connection):
                raise CommandError("DATABASE_URL signs in as the owner: give the application a role of its own.")
            if create:
                roles.create_role(connection, role, password)
            roles.grant_rights(connection, role)
            self._check(role)

    def _check(self, role: str) -> None:
        """Print that the database role `role` cannot alter the history; raise CommandError with each right by which it
        could.
        """
        if problems := roles.find_problems(connection, role):
            raise CommandError("\n".join(f"{role} {line}" for line in problems))
        self.stdout.write(f"{role} uses the tables and cannot alter the history.")
