"""The command `send_reminders`: run one sending round in this process, with the code the worker runs."""

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

from notifications.emails.creation import create_due_emails
from notifications.models import Delivery, DeliveryItem
from notifications.registries import CommandScope, Topic
from notifications.reminders.models import ReminderQuerySet
from notifications.reminders.reason_texts import describe_reminder
from notifications.sending.cycle import send_round
from notifications.sending.delivery import are_emails_paused, current_topics
from notifications.sending.scope import reminders_in_scope

ROUND_SECONDS = 3600.0


def parse_moment(text: str) -> datetime:
    """Return the moment that a text names: a date and time, or a date alone, which means the end of that day.

    It is in the platform's time zone unless the text has one. Raises CommandError for any other text.
    """
    try:
        parsed = parse_datetime(text) if len(text) > len("2027-01-05") else parse_date(text)
    except ValueError:
        parsed = None
    if parsed is None:
        raise CommandError(f"“{text}” is no date: write 2027-01-05 or 2027-01-05T09:00.")
    if not isinstance(parsed, datetime):
        parsed = datetime.combine(parsed, time.max)
    return parsed if parsed.tzinfo else timezone.make_aware(parsed)


class Command(BaseCommand):
    """Send the e-mails that are due; with --dry-run report which would be sent and change nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options: the moment, a dry run, JSON output, and limits to an edition, a cohort or an authority."""
        parser.add_argument("--at", default="", help="as if it were this day or moment (default: now)")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
        for name in ("edition", "cohort", "authority"):
            parser.add_argument(f"--{name}", default="", help=f"slug or id of the {name} (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one sending round, or a dry run, and print its report: counts, for a dry run the e-mails, and whether all
        are paused.

        With `--at` the round runs as if it were that moment. Raises CommandError for a text that is no date.
        """
        at = parse_moment(options["at"]) if options["at"] else timezone.now()
        scope = CommandScope(options["edition"], options["cohort"], options["authority"])
        reminders = reminders_in_scope(scope) if scope else None
        report: dict[str, Any] = {"at": at.isoformat(), "dry_run": options["dry_run"], "paused": are_emails_paused()}
        if options["dry_run"]:
            report |= dry_run(at, reminders)
        else:
            clock = (lambda: at) if options["at"] else timezone.now
            report |= {"counts": dict(send_round(clock, seconds=ROUND_SECONDS, reminders=reminders))}
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else report_text(report))


def dry_run(at: datetime, reminders: ReminderQuerySet | None) -> dict[str, Any]:
    """Return `counts` and `emails` of a sending round that would begin at the moment `at`, and change nothing.

    The e-mails are created in a transaction that is rolled back. `reminders` limits them; None means all.
    """
    with transaction.atomic():
        counts: Counter[str] = create_due_emails(at, reminders=reminders)
        rows = Delivery.objects.claimable(at).select_related("user")
        if reminders is not None:
            rows = rows.filter(pk__in=DeliveryItem.objects.filter(reminder__in=reminders).values("delivery"))
        emails = [email_line(row, topics) for row in rows if (topics := current_topics(row, at)[0])]
        transaction.set_rollback(True)
    return {"counts": dict(counts), "emails": emails}


def email_line(row: Delivery, topics: Sequence[Topic]) -> dict[str, Any]:
    """Return an e-mail as a dict for the report: `person`, `address`, `day`, and `about`, its reminders in words.

    `topics` are the reminders that would be sent, with their events.
    """
    texts = [describe_reminder(topic.reminder) for topic in topics]
    return {"person": str(row.user), "address": row.user.email, "day": date.isoformat(row.day), "about": texts}


def report_text(report: dict[str, Any]) -> str:
    """Return the report of a round as text: one line per e-mail of a dry run, the counts, and whether all e-mails are
    paused.

    `report` has the keys `counts`, `paused` and, for a dry run, `emails`.
    """
    lines = [f"{row['day']}  {row['address']}: {'; '.join(row['about'])}" for row in report.get("emails", ())]
    counts = ", ".join(f"{name} {count}" for name, count in sorted(report["counts"].items())) or "nothing due"
    return "\n".join([*lines, counts, *(["E-mails are paused: nothing is sent."] if report["paused"] else [])])
