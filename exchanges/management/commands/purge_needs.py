"""Erases the needs of participants thirty days after an exchange, as the task does several times a day."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from exchanges.registration.actions import purge_needs
from web.dates.clock import platform_day


class Command(BaseCommand):
    help = "Erase needs and guests' addresses thirty days after the last day of an Intertransfo. Says counts only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options `--at` (the day to erase on), `--dry-run` and `--json`."""
        parser.add_argument("--at", type=date.fromisoformat, help="the day to erase on, YYYY-MM-DD (today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase people's travel, dietary and access needs and guests' addresses thirty days after their exchange and
        print how many; with `--dry-run` only count them.

        With `--json` the counts are printed as a JSON object.
        """
        day, dry_run = options["at"], options["dry_run"]
        at = timezone.make_aware(datetime.combine(day, time.min)) if day else timezone.now()
        purged = purge_needs(at=at, dry_run=dry_run)
        if options["json"]:
            row = {"at": platform_day(at).isoformat(), "dry_run": dry_run, **asdict(purged)}
            self.stdout.write(json.dumps(row, indent=2))
            return
        done = "would be erased" if dry_run else "erased"
        self.stdout.write(
            f"{purged.exchanges} Intertransfos: needs of {purged.needs} people"
            f" and addresses of {purged.guests} guests {done}."
        )
