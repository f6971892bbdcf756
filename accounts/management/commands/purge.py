"""Delete what has passed its retention period, as the scheduler does every day."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.privacy.retention import purge


class Command(BaseCommand):
    help = "Delete data that has passed its retention period (the periods: /privacy/)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=datetime.fromisoformat, help="as of this moment (ISO), now by default")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the data of all apps that is past its retention period, and print how many rows of each kind were
        deleted.

        With `--dry-run`, only count them. Raises ExceptionGroup at the end when the purge of a kind failed.
        """
        at = options["at"] or timezone.now()
        at = at if timezone.is_aware(at) else timezone.make_aware(at)
        purged = purge(at=at, dry_run=options["dry_run"])
        if options["json"]:
            rows = {row.slug: row.rows for row in purged}
            self.stdout.write(json.dumps({"at": at.isoformat(), "dry_run": options["dry_run"], "rows": rows}))
            return
        for row in purged:
            self.stdout.write(f"{row.rows:>6}  {row.what}")
