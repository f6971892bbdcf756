"""Proposes the exchanges that editions under way still lack, as the hourly task does, and says what and why."""

import json
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exchanges.planning.actions import Proposal, plan_exchanges
from exchanges.planning.planning_context import editions_to_plan


class Command(BaseCommand):
    help = "Propose the Intertransfos that running editions lack: a date near each target and a host in its turn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=date.fromisoformat, help="the day to plan on, YYYY-MM-DD (today)")
        parser.add_argument("--edition", default="", help="slug of one edition (all that are open or running)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be proposed, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON list on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _moment(options["at"])
        proposals = [
            proposal
            for edition in self._editions(options["edition"])
            for proposal in plan_exchanges(edition=edition, at=at, dry_run=options["dry_run"])
        ]
        if options["json"]:
            self.stdout.write(json.dumps([as_row(proposal) for proposal in proposals], ensure_ascii=False, indent=2))
        else:
            self._say(proposals, dry_run=options["dry_run"])

    def _editions(self, slug: str) -> Any:
        editions = editions_to_plan()
        if not slug:
            return editions
        if not (found := editions.filter(slug=slug)):
            raise CommandError(f"No edition “{slug}” is open or running.")
        return found

    def _say(self, proposals: list[Proposal], *, dry_run: bool) -> None:
        for proposal in proposals:
            self.stdout.write(
                f"{proposal.edition.name}: {proposal.number} · {proposal.first_day} ({proposal.days} days) · "
                f"{proposal.host.name}"
            )
        done = "would be proposed" if dry_run else "proposed"
        self.stdout.write(f"{len(proposals)} {done}.")


def as_row(proposal: Proposal) -> dict[str, Any]:
    """One line of the command's JSON; `distance` counts days from the target, `reasons` are slugs and figures."""
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


def _moment(day: date | None) -> datetime:
    """The start of the day where the lab is; now without one."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else timezone.now()
