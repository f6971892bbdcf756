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
        """Declare the options: the day, one edition, a dry run, and output as JSON."""
        parser.add_argument("--at", type=date.fromisoformat, help="the day to plan on, YYYY-MM-DD (today)")
        parser.add_argument("--edition", default="", help="slug of one edition (all that are open or running)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be proposed, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON list on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Propose the missing exchanges, or only print them with `--dry-run`."""
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
        """Return the editions to plan: the one with this slug, or all. Raises CommandError if it is not open or
        running.
        """
        editions = editions_to_plan()
        if not slug:
            return editions
        if not (edition := editions.filter(slug=slug)):
            raise CommandError(f"No edition “{slug}” is open or running.")
        return edition

    def _print_proposals(self, proposals: list[ExchangeProposal], *, dry_run: bool) -> None:
        """Print one line for each proposal, then their number."""
        for proposal in proposals:
            self.stdout.write(
                f"{proposal.edition.name}: {proposal.number} · {proposal.first_day} ({proposal.days} days) · "
                f"{proposal.host.name}"
            )
        done = "would be proposed" if dry_run else "proposed"
        self.stdout.write(f"{len(proposals)} {done}.")


def as_row(proposal: ExchangeProposal) -> dict[str, Any]:
    """Return a proposed exchange as one row of the command's JSON.

    `distance` is in days from the target, `reasons` are slugs and figures.
    """
    return {
        "edition": proposal.edition.slug,
        "number": proposal.number,
        "target": proposal.target.isoformat(),
        "first_day": proposal.first_day.isoformat(),
        "days": proposal.days,
        "host": proposal.host.slug,
        "distance": proposal.window.distance,
        "reasons": proposal.why,
    }


def _start_of_day(day: date | None) -> datetime:
    """Return the start of that day in the platform's time zone; the present moment for None."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else timezone.now()
