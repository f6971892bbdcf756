"""Bring the database of `make demo` or `make serve` up to date in one process: tables first, then data."""

from importlib import import_module

import django
from django.conf import settings
from django.core.management import call_command

from labplatform.devstack import gate

# Modules the commands need; importing them takes long, so it happens while PostgreSQL starts.
SLOW_IMPORTS = (
    "labplatform.management.commands.load_demo",
    "programmes.management.commands.load_official_list",
    "labplatform.management.commands.setup_lab",
    "labplatform.urls",
)


def main() -> None:
    """Migrate the database and load the demonstration; at a later start, change nothing that is there already.

    Without the demonstration, print the link that sets the platform up, until it is set up.
    """
    call_command("migrate", verbosity=0)
    call_command("load_official_list", verbosity=0)
    if settings.DEMO:
        call_command("load_demo", verbosity=0)
    else:
        call_command("setup_lab", if_needed=True)


def prepare() -> None:
    """Import the application without any database query, which takes long, while PostgreSQL starts."""
    django.setup()
    for module in SLOW_IMPORTS:
        import_module(module)


if __name__ == "__main__":
    prepare()
    gate.wait()
    main()
