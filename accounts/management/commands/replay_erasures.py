"""Repeat, after a restore, the erasures and unsubscriptions that the journal names and the backup does not have."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.privacy.erasure_journal import erasures_to_repeat
from web.errors import DomainError


class Command(BaseCommand):
    help = "Repeat what was erased or unsubscribed since the backup was made: run it after a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be repeated, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeat every erasure that the journal names and the database does not have; print kinds and primary keys.

        It is run after a restore from a backup. Raises CommandError at the first one that is refused.
        """
        repeats, dry_run = erasures_to_repeat(), options["dry_run"]
        for name, repeat in () if dry_run else repeats.items():
            try:
                repeat(timezone.now())
            except DomainError as error:
                raise CommandError(f"{label(name)} could not be repeated: {error}") from error
        labels = [label(name) for name in repeats]
        if options["json"]:
            self.stdout.write(json.dumps({"repeated": labels, "dry_run": dry_run}))
        else:
            text = ", ".join(labels) or "nothing"
            self.stdout.write(f"{'To repeat' if dry_run else 'Repeated'}: {text}.")


def label(name: str) -> str:
    """Return kind and primary key from the name of a file in the journal: “note 12”."""
    return " ".join(name.split("-")[:2])
