"""Bring the demonstration's database up to date in one process: tables first, then data."""

from importlib import import_module

import django
from django.core.management import call_command

from labplatform.devstack import gate

# Modules the commands need; importing them takes long, so it happens while PostgreSQL starts.
SLOW_IMPORTS = ("labplatform.management.commands.load_demo", "labplatform.urls")


def main() -> None:
    """Migrate the database and load the demonstration; at a later start, change nothing that is there already."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)


def prepare() -> None:
    """Import the application without any database query, which takes long, while PostgreSQL starts."""
    django.setup()
    for module in SLOW_IMPORTS:
        import_module(module)


if __name__ == "__main__":
    prepare()
    gate.wait()
    main()
