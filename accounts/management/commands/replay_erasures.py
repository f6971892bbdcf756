"""Repeat, after a restore, the erasures and unsubscriptions that the journal names and the backup does not have."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.privacy.erasure_journal import undone_erasures
from web.errors import DomainError


class Command(BaseCommand):
    help = "Repeat what was erased or unsubscribed since the backup was made: run it after a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeat every erasure that the journal names and the database does not have; print kinds and primary keys.

        It is run after a restore from a backup. Raises CommandError at the first one that is refused.
        """
        undone, dry_run = undone_erasures(), options["dry_run"]
        for name, erase in () if dry_run else undone.items():
            try:
                erase(timezone.now())
            except DomainError as error:
                raise CommandError(f"{label(name)} could not be erased: {error}") from error
        labels = [label(name) for name in undone]
        if options["json"]:
            self.stdout.write(json.dumps({"erased": labels, "dry_run": dry_run}))
        else:
            text = ", ".join(labels) or "nothing"
            self.stdout.write(f"{'To erase again' if dry_run else 'Erased again'}: {text}.")


def label(name: str) -> str:
    """Return kind and primary key from the name of a file in the journal: “note 12”."""
    return " ".join(name.split("-")[:2])
