"""`load_demo`: the published facts and, beside them, the demonstration. Loading again changes nothing."""

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
from web.security.log import inventing

REFUSED = (
    "The demonstration has sign-ins everybody knows, so it is refused unless DEMO is on: set DEMO=true,"
    " with settings made for a demonstration."
)

# Things counted for the report, by model.
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
    "letters": "notifications.Delivery",
}


class Command(BaseCommand):
    """Loads what a newcomer sees, as of a day; the password of the sign-ins comes from DEMO_PASSWORD."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", type=day, default=None, help="as if it were this day, as 2026-11-24 (default: today)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(REFUSED)
        at = options["at"] or platform_today()
        with transaction.atomic():
            made = load(at, os.environ.get("DEMO_PASSWORD", ""))
            transaction.set_rollback(options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({"at": at.isoformat(), "dry_run": options["dry_run"], "made": made}))
        elif options["verbosity"]:
            self.stdout.write(in_words(made, dry_run=options["dry_run"]))


def day(text: str) -> date:
    """A day of the command line. Raises CommandError for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no day: write it as 2026-11-24.") from error


def load(at: date, password: str) -> dict[str, int]:
    """Load everything and answer how many rows were made, by thing; what was there already is left out."""
    before = _counted()
    with inventing():
        load_facts(by=None)
        load_demonstration(today=at)
        if password:
            give_password(password)
    return {thing: count - before[thing] for thing, count in _counted().items() if count != before[thing]}


def _counted() -> dict[str, int]:
    return {thing: apps.get_model(model)._default_manager.count() for thing, model in THINGS.items()}


def in_words(made: dict[str, int], *, dry_run: bool) -> str:
    """The report for people."""
    if not made:
        return "Everything is there already."
    counted = ", ".join(f"{count} {thing.replace('_', ' ')}" for thing, count in made.items())
    return f"{'Would make' if dry_run else 'Made'} {counted}."
