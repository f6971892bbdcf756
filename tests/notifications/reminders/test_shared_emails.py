"""What can wait for the letter of its day shares it, is told once, and can be taken back."""

from datetime import UTC, datetime

import pytest

from notifications.actions import announce_together, cancel_reminders
from notifications.emails.creation import expand_due
from notifications.events import EventRef
from notifications.models import Delivery, Reminder
from tests.factories.notifications import NOW, GuestFactory, ReminderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workshop")]
EVENT = EventRef("workshop", 7)
EVENING = datetime(2026, 11, 24, 16, tzinfo=UTC)


def announce(version: int = 1) -> Reminder:
    return announce_together(event=EventRef("workshop", 7, version), letter="workshop_said", due=EVENING, by=None)


def test_it_is_told_once_for_each_version():
    assert [announce().pk == announce().pk, announce(2).pk == announce().pk] == [True, False]


def test_it_waits_for_its_time_and_is_useless_two_weeks_later():
    row = announce()
    assert (row.due_at, row.alone, row.event_day, (row.expires_at - row.due_at).days) == (EVENING, False, None, 14)
    assert expand_due(NOW)["expanded"] == 0


def test_it_shares_the_letter_of_its_day():
    GuestFactory()
    ReminderFactory(step="details", alone=False)
    announce()
    announce(2)
    expand_due(EVENING)
    assert list(Delivery.objects.values_list("items__reminder__step", flat=True).order_by("items")) == [
        *("details", "workshop_said", "workshop_said")
    ]
    assert Delivery.objects.count() == 1


def test_it_can_be_taken_back():
    announce()
    cancel_reminders(event=EVENT, reason="taken_back", by=None)
    assert list(Reminder.objects.values_list("state", "reason")) == [("cancelled", "taken_back")]
