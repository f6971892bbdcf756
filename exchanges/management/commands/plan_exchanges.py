"""Proposes the exchanges that running editions lack, as the hourly task does, and prints them with the reasons."""

import json
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exchanges.planning.actions import ExchangeProposal, plan_exchanges
from exchanges.planning.planning_context import editions_to_plan


class Command(BaseCommand):
    help = "Propose the Intertransfos that running editions lack: a date near each target and a host in its turn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options `--at` (the day to plan on), `--edition` (a slug), `--dry-run` and `--json`."""
        parser.add_argument("--at", type=date.fromisoformat, help="the day to plan on, YYYY-MM-DD (today)")
        parser.add_argument("--edition", default="", help="slug of one edition (all that are open or running)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be proposed, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON list on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Propose the missing exchanges of open and running editions, or only print them with `--dry-run`.

        Prints one line for each proposal, or a JSON list with `--json`. Raises CommandError for an unknown edition.
        """
        at = _start_of_day(options["at"])
        proposals = [
            proposal
            for edition in self._editions(options["edition"])
            for proposal in plan_exchanges(edition=edition, at=at, dry_run=options["dry_run"])
        ]
        if options["json"]:
            self.stdout.write(json.dumps([as_row(proposal) for proposal in proposals], ensure_ascii=False, indent=2))
        else:
            self._print_proposals(proposals, dry_run=options["dry_run"])

    def _editions(self, slug: str) -> Any:
        """Return the editions to plan: the one with this slug, or all that are open or running for an empty slug.

        Raises CommandError if no open or running edition has the slug.
        """
        editions = editions_to_plan()
        if not slug:
            return editions
        if not (edition := editions.filter(slug=slug)):
            raise CommandError(f"No edition “{slug}” is open or running.")
        return edition

    def _print_proposals(self, proposals: list[ExchangeProposal], *, dry_run: bool) -> None:
        """Print one line for each proposal with its edition, number, first day, days and host, then how many there are.

        With `dry_run` the last line says that they would be proposed.
        """
        for proposal in proposals:
            self.stdout.write(
                f"{proposal.edition.name}: {proposal.number} · {proposal.first_day} ({proposal.days} days) · "
                f"{proposal.host.name}"
            )
        done = "would be proposed" if dry_run else "proposed"
        self.stdout.write(f"{len(proposals)} {done}.")


def as_row(proposal: ExchangeProposal) -> dict[str, Any]:
    """Return a proposed exchange as one object of the command's JSON list, with dates as text.

    `distance` is in days from the target date, negative before it; `reasons` are slugs and figures for the dates and
    the host.
    """
    return {
        "edition": proposal.edition.slug,
        "number": proposal.number,
        "target": proposal.target.isoformat(),
        "first_day": proposal.first_day.isoformat(),
        "days": proposal.days,
        "host": proposal.host.slug,
        "distance": proposal.window.distance,
        "reasons": proposal.planning_reasons,
    }


def _start_of_day(day: date | None) -> datetime:
    """Return the start of that day in the platform's time zone; the present moment for None."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else timezone.now()
