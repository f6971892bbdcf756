"""Brings the demonstration's database up to date in one process: tables first, then what they hold."""

from importlib import import_module

import django
from django.core.management import call_command

from labplatform.devstack import gate

# What the commands would import by and by, a third of it only for addresses of pages.
SLOW_IMPORTS = ("labplatform.management.commands.load_demo", "labplatform.urls")


def main() -> None:
    """Run after every start: both commands are quick, and change nothing, where everything is there."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)


def prepare() -> None:
    """Import while PostgreSQL starts; no statement before it answers."""
    django.setup()
    for module in SLOW_IMPORTS:
        import_module(module)


if __name__ == "__main__":
    prepare()
    gate.wait()
    main()
