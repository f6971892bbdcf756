"""Announcements that share the e-mail of their day are created once and can be withdrawn."""

from datetime import UTC, datetime

import pytest

from notifications.actions import announce_together, cancel_reminders
from notifications.emails.creation import create_due_emails
from notifications.events import EventRef
from notifications.models import Delivery, Reminder
from tests.factories.notifications import NOW, ReminderFactory, WorkshopGuestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workshop")]
EVENT = EventRef("workshop", 7)
EVENING = datetime(2026, 11, 24, 16, tzinfo=UTC)


def announce(version: int = 1) -> Reminder:
    return announce_together(event=EventRef("workshop", 7, version), email_type="workshop_said", due=EVENING, by=None)


def test_a_shared_announcement_is_created_once_per_version():
    assert [announce().pk == announce().pk, announce(2).pk == announce().pk] == [True, False]


def test_a_shared_announcement_waits_until_due_and_expires_two_weeks_later():
    row = announce()
    assert (row.due_at, row.alone, row.event_day, (row.expires_at - row.due_at).days) == (EVENING, False, None, 14)
    assert create_due_emails(NOW)["expanded"] == 0


def test_a_shared_announcement_joins_the_email_of_its_day():
    WorkshopGuestFactory()
    ReminderFactory(step="details", alone=False)
    announce()
    announce(2)
    create_due_emails(EVENING)
    assert list(Delivery.objects.values_list("items__reminder__step", flat=True).order_by("items")) == [
        *("details", "workshop_said", "workshop_said")
    ]
    assert Delivery.objects.count() == 1


def test_a_shared_announcement_can_be_withdrawn():
    announce()
    cancel_reminders(event=EVENT, reason="withdrawn", by=None)
    assert list(Reminder.objects.values_list("state", "reason")) == [("cancelled", "withdrawn")]
