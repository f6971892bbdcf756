"""`load_demo`: load the published facts and the demonstration. Loading again changes nothing."""

import json
import os
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from labplatform.demo.facts.loader import load_facts
from labplatform.demo.loader import load_demonstration
from labplatform.demo.people import give_password
from web.dates.clock import platform_today
from web.security.log import demo_data

DEMO_REQUIRED = (
    "The demonstration has sign-ins everybody knows, so it is refused unless DEMO is on: set DEMO=true,"
    " with settings made for a demonstration."
)

# Names in the report, and the models counted for them.
THINGS = {
    "authorities": "programmes.Authority",
    "editions": "programmes.Edition",
    "claims": "programmes.Claim",
    "people": "accounts.User",
    "cohorts": "cohorts.Cohort",
    "members": "cohorts.Membership",
    "sessions": "cohorts.Session",
    "attendances": "cohorts.Attendance",
    "stakeholders": "cohorts.Stakeholder",
    "innovation_teams": "cohorts.InnovationTeam",
    "challenges": "prototypes.Challenge",
    "ideas": "prototypes.Idea",
    "prototypes": "prototypes.Prototype",
    "tests": "prototypes.Trial",
    "implementations": "prototypes.Implementation",
    "files": "files.Attachment",
    "exchanges": "exchanges.Exchange",
    "registrations": "exchanges.Registration",
    "contributions": "exchanges.Contribution",
    "commitments": "exchanges.Commitment",
    "emails": "notifications.Delivery",
}


class Command(BaseCommand):
    """Load what a newcomer sees, as of a day; DEMO_PASSWORD gives the password of the sign-ins."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", type=day, default=None, help="as if it were this day, as 2026-11-24 (default: today)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the published facts and the demonstration, and print how many rows were created, by kind.

        With `--dry-run`, print what would be created, and undo it. Raises CommandError unless the setting DEMO is on.
        """
        if not settings.DEMO:
            raise CommandError(DEMO_REQUIRED)
        at = options["at"] or platform_today()
        with transaction.atomic():
            created_counts = load(at, os.environ.get("DEMO_PASSWORD", ""))
            transaction.set_rollback(options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({"at": at.isoformat(), "dry_run": options["dry_run"], "made": created_counts}))
        elif options["verbosity"]:
            self.stdout.write(report_text(created_counts, dry_run=options["dry_run"]))


def day(text: str) -> date:
    """Return the date in a command-line argument such as 2026-11-24; raise CommandError for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no day: write it as 2026-11-24.") from error


def load(at: date, password: str) -> dict[str, int]:
    """Load the published facts and the demonstration as of the day `at`; return how many rows were created, by kind.

    Kinds such as “ideas” without new rows are left out. `password` is given to the three people who can sign in, unless
    it is empty.
    """
    before = _counts()
    with demo_data():
        load_facts(by=None)
        load_demonstration(today=at)
        if password:
            give_password(password)
    return {thing: count - before[thing] for thing, count in _counts().items() if count != before[thing]}


def _counts() -> dict[str, int]:
    """Return the present number of rows of each kind that the report names, such as “ideas”."""
    return {thing: apps.get_model(model)._default_manager.count() for thing, model in THINGS.items()}


def report_text(created_counts: dict[str, int], *, dry_run: bool) -> str:
    """Return the report on the created rows as one sentence; with `dry_run`, on those that would be created.

    `created_counts` are numbers by kind; without any, the sentence says that everything is there already.
    """
    if not created_counts:
        return "Everything is there already."
    parts = ", ".join(f"{count} {thing.replace('_', ' ')}" for thing, count in created_counts.items())
    return f"{'Would make' if dry_run else 'Made'} {parts}."
