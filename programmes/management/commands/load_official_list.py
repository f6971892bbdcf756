"""`load_official_list`: load the official list of authorities from the installed packages, once for each version."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from programmes.actions import load_official_list


class Command(BaseCommand):
    help = "Load the official list of French authorities into its table; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.NODE_MODULES), help="where the packages are")
        parser.add_argument("--dry-run", action="store_true", help="say how many rows would be loaded, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the list and print its number of rows; 0 where this version is loaded already.

        Raises CommandError where the packages are not installed.
        """
        with transaction.atomic():
            try:
                rows = load_official_list(node_modules=options["folder"], by=None)
            except OSError as error:
                raise CommandError(f"The official list is not installed: {error}") from error
            transaction.set_rollback(options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({"rows": rows, "dry_run": options["dry_run"]}))
        elif options["verbosity"]:
            self.stdout.write(f"{rows} authorities {'would be' if options['dry_run'] else 'are'} loaded.")
