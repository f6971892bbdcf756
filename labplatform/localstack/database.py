"""Brings the demonstration's database up to date in one process: tables first, then what they hold."""

import django
from django.core.management import call_command


def main() -> None:
    """Run after every start: both commands are quick, and change nothing, where everything is there."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)


if __name__ == "__main__":
    main()
