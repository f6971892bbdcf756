"""`seed_load`: thousands of ideas, copied from the demonstration, to see how the pages bear them."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from labplatform.demo.copies import grow
from programmes.models import Edition

REFUSED = "Copies are for measuring, beside nobody’s work: refused unless DEMO or DEBUG is on."
NOTHING_TO_COPY = "There is no demonstration to copy: run load_demo first."
NOT_ALLOWED = "Copying goes past the triggers: that takes a superuser of the database."


class Command(BaseCommand):
    """Grows the platform to a number of ideas, with the cohorts, people and Intertransfos around them."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ideas", type=many, default=1000, help="how many there are to be at least (1000)")
        parser.add_argument(
            "--authorities", type=many, default=0, help="spread the copies over at least so many (those there are)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say how many would be made, and write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(REFUSED)
        if not Edition.objects.filter(demonstration=True).exists():
            raise CommandError(NOTHING_TO_COPY)
        made = copied(options["ideas"], options["authorities"], dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], "made": {"ideas": made}}))
        else:
            self.stdout.write(f"{'Would make' if options['dry_run'] else 'Made'} {made} ideas.")


def many(text: str) -> int:
    """A number on the command line."""
    if not text.isdecimal() or int(text) > 1_000_000:
        raise ArgumentTypeError(f"“{text}” is no number from 0 to 1,000,000")
    return int(text)


def copied(ideas: int, authorities: int, *, dry_run: bool) -> int:
    """Copy, and let PostgreSQL look at what there is now, as it would by itself in a while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if cursor.fetchone() != (True,):
            raise CommandError(NOT_ALLOWED)
        with transaction.atomic():
            made = grow(ideas, authorities=authorities)
            transaction.set_rollback(dry_run)
        if made and not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE")
    return made
