"""`seed_load`: copy thousands of ideas from the demonstration to measure the pages under load."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from labplatform.demo.copies import copy_ideas
from programmes.models import Edition

REFUSED = "Copies are for measuring, beside nobody’s work: refused unless DEMO or DEBUG is on."
NOTHING_TO_COPY = "There is no demonstration to copy: run load_demo first."
NOT_ALLOWED = "Copying goes past the triggers: that takes a superuser of the database."


class Command(BaseCommand):
    """Copy the demonstration until there is a given number of ideas, with cohorts, people and Intertransfos."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ideas", type=parse_number, default=1000, help="how many there are to be at least (1000)")
        parser.add_argument(
            "--authorities",
            type=parse_number,
            default=0,
            help="spread the copies over at least so many (those there are)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say how many would be made, and write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy the demonstration until there are as many ideas as asked for, and print how many were created.

        With `--dry-run`, undo it. Raises CommandError unless DEMO or DEBUG is on, or without a demonstration to copy.
        """
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(REFUSED)
        if not Edition.objects.filter(demonstration=True).exists():
            raise CommandError(NOTHING_TO_COPY)
        created = make_copies(options["ideas"], options["authorities"], dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], "made": {"ideas": created}}))
        else:
            self.stdout.write(f"{'Would make' if options['dry_run'] else 'Made'} {created} ideas.")


def parse_number(text: str) -> int:
    """Return the whole number in a command-line argument; raise ArgumentTypeError unless it is from 0 to 1,000,000."""
    if not text.isdecimal() or int(text) > 1_000_000:
        raise ArgumentTypeError(f"“{text}” is no number from 0 to 1,000,000")
    return int(text)


def make_copies(ideas: int, authorities: int, *, dry_run: bool) -> int:
    """Copy the demonstration until there are `ideas` ideas at `authorities` authorities; return how many were created.

    With `dry_run`, undo it. Then PostgreSQL analyses the tables, as it would by itself after a while. Raises
    CommandError unless the database role is a superuser.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if cursor.fetchone() != (True,):
            raise CommandError(NOT_ALLOWED)
        with transaction.atomic():
            created = copy_ideas(ideas, authorities=authorities)
            transaction.set_rollback(dry_run)
        if created and not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE")
    return created
