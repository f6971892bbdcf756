"""The command `send_reminders`: a round of the post by hand, or what it would be."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from notifications import actions
from notifications.management.commands.send_reminders import moment
from notifications.models import Delivery, Reminder
from notifications.registries import Checked, EventKind
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, DeliveryFactory, GuestFactory, ReminderFactory, registered
from tests.factories.notifications import workshop as made_up


def run(*words: str) -> str:
    out = StringIO()
    call_command("send_reminders", *words, stdout=out)
    return out.getvalue()


def report(*words: str) -> dict[str, Any]:
    return json.loads(run("--json", *words))


def test_it_sends_what_is_due_by_the_same_code(db: None, workshop: EventKind, mailoutbox):
    GuestFactory.create_batch(2)
    ReminderFactory()
    assert report("--at", "2026-11-24") == {
        "at": "2026-11-24T23:59:59.999999+01:00",
        "dry_run": False,
        "held": False,
        "counts": {"expanded": 1, "letters": 2, "sent": 2},
    }
    assert len(mailoutbox) == 2
    assert report("--at", "2026-11-24")["counts"] == {}
    assert len(mailoutbox) == 2


def test_a_dry_run_says_what_would_go_and_changes_nothing(db: None, workshop: EventKind, mailoutbox):
    guest = GuestFactory(full_name="Ana Lys")
    ReminderFactory.create_batch(2)
    assert report("--at", "2026-11-24T10:00", "--dry-run") == {
        "at": "2026-11-24T10:00:00+01:00",
        "dry_run": True,
        "held": False,
        "counts": {"expanded": 2, "letters": 1},
        "letters": [
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


def test_a_dry_run_leaves_out_what_would_be_refused(db: None):
    said = {"Ana": "", "Bo": "left"}
    kind = made_up(check=lambda reminder, user, _at: Checked(said[user.full_name], reminder))
    letters = {name: DeliveryFactory(user=GuestFactory(full_name=name)) for name in said}
    with registered(kind):
        assert [row["person"] for row in report("--at", "2026-11-24T10:00", "--dry-run")["letters"]] == ["Ana"]
    letters["Bo"].refresh_from_db()
    assert (letters["Bo"].state, letters["Bo"].items.get().state) == ("queued", "queued")


def test_before_it_is_due_nothing_would_go(db: None, workshop: EventKind):
    GuestFactory()
    ReminderFactory()
    assert report("--at", "2026-11-23", "--dry-run")["letters"] == []


def test_a_scope_leaves_other_events_alone(db: None, workshop: EventKind, mailoutbox):
    GuestFactory()
    ReminderFactory(object_id=7)
    other = ReminderFactory(object_id=8)
    words = ("--at", "2026-11-24", "--edition", "seven")
    assert len(report(*words, "--dry-run")["letters"]) == 1
    assert report(*words)["counts"] == {"expanded": 1, "letters": 1, "sent": 1}
    other.refresh_from_db()
    assert (other.state, len(mailoutbox)) == ("planned", 1)


@pytest.mark.parametrize("name", ["--edition", "--cohort", "--authority"])
def test_a_scope_nobody_knows_sends_nothing(db: None, workshop: EventKind, mailoutbox, name: str):
    GuestFactory()
    ReminderFactory()
    assert report("--at", "2026-11-24", name, "unknown")["counts"] == {}
    assert mailoutbox == []


def test_while_letters_are_held_it_says_so_and_sends_nothing(db: None, workshop: EventKind, mailoutbox):
    GuestFactory()
    ReminderFactory()
    actions.hold_mail(reason="Restored", at=NOW, by=UserFactory())
    said = report("--at", "2026-11-24")
    assert (said["held"], said["counts"], mailoutbox) == (True, {"expanded": 1, "letters": 1}, [])
    assert "Letters are held" in run("--at", "2026-11-24")


def test_for_people_it_writes_a_line_a_letter_and_the_counts(db: None, workshop: EventKind):
    guest = GuestFactory()
    ReminderFactory()
    assert run("--at", "2026-11-24", "--dry-run") == (
        f"2026-11-24  {guest.email}: Guests: workshop_details\nexpanded 1, letters 1\n"
    )


def test_without_a_date_it_takes_the_clock(db: None, workshop: EventKind, today: None, mailoutbox):
    GuestFactory()
    ReminderFactory()
    assert report()["counts"] == {"expanded": 1, "letters": 1, "sent": 1}
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
    assert moment(text) == meant


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-02-30T09:00", "24/11/2026", "2026-11-24T25:00"])
def test_what_is_no_date_is_said_plainly(text: str):
    with pytest.raises(CommandError, match="is no date: write 2027-01-05"):
        moment(text)
