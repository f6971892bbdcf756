"""The command `send_reminders`: a sending round by hand, or a dry run."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from notifications import actions
from notifications.management.commands.send_reminders import parse_moment
from notifications.models import Delivery, Reminder
from notifications.registries import EventKind, RecipientCheck
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory, WorkshopGuestFactory, registered
from tests.factories.notifications import workshop as made_up


def run(*words: str) -> str:
    out = StringIO()
    call_command("send_reminders", *words, stdout=out)
    return out.getvalue()


def report(*words: str) -> dict[str, Any]:
    return json.loads(run("--json", *words))


def test_the_command_sends_due_emails(db: None, workshop: EventKind, mailoutbox):
    WorkshopGuestFactory.create_batch(2)
    ReminderFactory()
    assert report("--at", "2026-11-24") == {
        "at": "2026-11-24T23:59:59.999999+01:00",
        "dry_run": False,
        "paused": False,
        "counts": {"expanded": 1, "emails": 2, "sent": 2},
    }
    assert len(mailoutbox) == 2
    assert report("--at", "2026-11-24")["counts"] == {}
    assert len(mailoutbox) == 2


def test_a_dry_run_reports_emails_and_changes_nothing(db: None, workshop: EventKind, mailoutbox):
    guest = WorkshopGuestFactory(full_name="Ana Lys")
    ReminderFactory.create_batch(2)
    assert report("--at", "2026-11-24T10:00", "--dry-run") == {
        "at": "2026-11-24T10:00:00+01:00",
        "dry_run": True,
        "paused": False,
        "counts": {"expanded": 2, "emails": 1},
        "emails": [
            {
                "person": "Ana Lys",
                "address": guest.email,
                "day": "2026-11-24",
                "about": ["Guests: workshop_details", "Guests: workshop_details"],
            }
        ],
    }
    assert (len(mailoutbox), Delivery.objects.count()) == (0, 0)
    assert set(Reminder.objects.values_list("state", flat=True)) == {"planned"}


def test_a_dry_run_leaves_out_refused_emails(db: None):
    reasons = {"Ana": "", "Bo": "left"}
    kind = made_up(check=lambda reminder, user, _at: RecipientCheck(reasons[user.full_name], reminder))
    deliveries = {name: DeliveryFactory(user=WorkshopGuestFactory(full_name=name)) for name in reasons}
    with registered(kind):
        assert [row["person"] for row in report("--at", "2026-11-24T10:00", "--dry-run")["emails"]] == ["Ana"]
    deliveries["Bo"].refresh_from_db()
    assert (deliveries["Bo"].state, deliveries["Bo"].items.get().state) == ("queued", "queued")


def test_a_dry_run_before_the_due_date_reports_nothing(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory()
    assert report("--at", "2026-11-23", "--dry-run")["emails"] == []


def test_a_scope_does_not_affect_other_events(db: None, workshop: EventKind, mailoutbox):
    WorkshopGuestFactory()
    ReminderFactory(object_id=7)
    other = ReminderFactory(object_id=8)
    words = ("--at", "2026-11-24", "--edition", "seven")
    assert len(report(*words, "--dry-run")["emails"]) == 1
    assert report(*words)["counts"] == {"expanded": 1, "emails": 1, "sent": 1}
    other.refresh_from_db()
    assert (other.state, len(mailoutbox)) == ("planned", 1)


@pytest.mark.parametrize("name", ["--edition", "--cohort", "--authority"])
def test_an_unknown_scope_sends_nothing(db: None, workshop: EventKind, mailoutbox, name: str):
    WorkshopGuestFactory()
    ReminderFactory()
    assert report("--at", "2026-11-24", name, "unknown")["counts"] == {}
    assert mailoutbox == []


def test_paused_emails_are_reported_and_nothing_is_sent(db: None, workshop: EventKind, mailoutbox):
    WorkshopGuestFactory()
    ReminderFactory()
    actions.pause_all_emails(reason="Restored", at=NOW, by=UserFactory())
    result = report("--at", "2026-11-24")
    assert (result["paused"], result["counts"], mailoutbox) == (True, {"expanded": 1, "emails": 1}, [])
    assert "E-mails are paused" in run("--at", "2026-11-24")


def test_the_text_report_has_a_line_per_email_and_the_counts(db: None, workshop: EventKind):
    guest = WorkshopGuestFactory()
    ReminderFactory()
    assert run("--at", "2026-11-24", "--dry-run") == (
        f"2026-11-24  {guest.email}: Guests: workshop_details\nemails 1, expanded 1\n"
    )


def test_the_present_moment_is_the_default(db: None, workshop: EventKind, today: None, mailoutbox):
    WorkshopGuestFactory()
    ReminderFactory()
    assert report()["counts"] == {"expanded": 1, "emails": 1, "sent": 1}
    assert run() == "nothing due\n"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-24", datetime(2026, 11, 24, 22, 59, 59, 999999, tzinfo=UTC)),
        ("2026-11-24T09:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T09:00+00:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-07-01 09:00", datetime(2026, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_a_date_means_its_end_and_a_time_is_local(text: str, meant: datetime):
    assert parse_moment(text) == meant


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-02-30T09:00", "24/11/2026", "2026-11-24T25:00"])
def test_an_invalid_date_is_reported(text: str):
    with pytest.raises(CommandError, match="is no date: write 2027-01-05"):
        parse_moment(text)
