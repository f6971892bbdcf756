"""`send_reminders`: one round of the post in this process, the same code the worker runs."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from notifications.emails.creation import expand_due
from notifications.models import Delivery, DeliveryItem
from notifications.registries import Scope, Topic
from notifications.reminders.models import ReminderQuerySet
from notifications.reminders.reason_texts import described
from notifications.sending.cycle import send_round
from notifications.sending.delivery import mail_held, still_to_say
from notifications.sending.scope import reminders_within

SECONDS = 3600.0


def moment(text: str) -> datetime:
    """A date (its end, so that the letters of the day go) or a date and time, local unless it names its zone."""
    try:
        found = parse_datetime(text) if len(text) > len("2027-01-05") else parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"“{text}” is no date: write 2027-01-05 or 2027-01-05T09:00.")
    if not isinstance(found, datetime):
        found = datetime.combine(found, time.max)
    return found if found.tzinfo else timezone.make_aware(found)


class Command(BaseCommand):
    """Sends what is due; with --dry-run says what would go and changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", default="", help="as if it were this day or moment (default: now)")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
        for name in ("edition", "cohort", "authority"):
            parser.add_argument(f"--{name}", default="", help=f"slug or id of the {name} (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        at = moment(options["at"]) if options["at"] else timezone.now()
        scope = Scope(options["edition"], options["cohort"], options["authority"])
        within = reminders_within(scope) if scope else None
        report: dict[str, Any] = {"at": at.isoformat(), "dry_run": options["dry_run"], "held": mail_held()}
        if options["dry_run"]:
            report |= foreseen(at, within)
        else:
            clock = (lambda: at) if options["at"] else timezone.now
            report |= {"counts": dict(send_round(clock, seconds=SECONDS, within=within))}
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else in_words(report))


def foreseen(at: datetime, within: ReminderQuerySet | None) -> dict[str, Any]:
    """What a round would begin with: counts and letters, found by making them and taking them back."""
    with transaction.atomic():
        counts: Counter[str] = expand_due(at, within=within)
        rows = Delivery.objects.claimable(at).select_related("user")
        if within is not None:
            rows = rows.filter(pk__in=DeliveryItem.objects.filter(reminder__in=within).values("delivery"))
        letters = [letter_line(row, topics) for row in rows if (topics := still_to_say(row, at)[0])]
        transaction.set_rollback(True)
    return {"counts": dict(counts), "letters": letters}


def letter_line(row: Delivery, topics: Sequence[Topic]) -> dict[str, Any]:
    said = [described(topic.reminder) for topic in topics]
    return {"person": str(row.user), "address": row.user.email, "day": date.isoformat(row.day), "about": said}


def in_words(report: dict[str, Any]) -> str:
    """The report for people: a line per letter, then the counts."""
    lines = [f"{row['day']}  {row['address']}: {'; '.join(row['about'])}" for row in report.get("letters", ())]
    counts = ", ".join(f"{name} {count}" for name, count in sorted(report["counts"].items())) or "nothing due"
    return "\n".join([*lines, counts, *(["Letters are held: nothing leaves."] if report["held"] else [])])
