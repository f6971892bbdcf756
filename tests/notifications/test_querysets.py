"""Querysets of reminders and e-mails: visibility, and what was received before."""

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications.models import CalendarFeed, Delivery, DeliveryItem, Reminder
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, WORKSHOP, DeliveryFactory, ReminderFactory

pytestmark = pytest.mark.django_db
ANNOUNCED = {"event_day": None, "email_type": "workshop_moved", "audience": "guests"}


def test_for_everyone_leaves_out_announcements_to_one_person():
    step = ReminderFactory(step="details")
    announcement = ReminderFactory(step="workshop_moved", **ANNOUNCED)
    ReminderFactory(step="workshop_moved-12", **ANNOUNCED)
    assert set(Reminder.objects.of_event(WORKSHOP).for_everyone()) == {step, announcement}


@pytest.mark.parametrize(
    ("had", "is_before"),
    [
        ({}, True),
        ({"version": 2}, False),
        ({"version": 3}, False),
        ({"step": "dates"}, False),
        ({"object_id": 8}, False),
        ({"step": "workshop_details", "event_day": None}, True),
        ({"step": "workshop_details-12", "event_day": None}, False),
    ],
    ids=[
        "earlier",
        "this very version",
        "a later one",
        "another step",
        "another event",
        "announced late",
        "announced to one",
    ],
)
def test_received_in_earlier_versions_needs_the_same_event_and_step(had: dict[str, object], is_before: bool):
    sent = ReminderFactory(**({"step": "details", "version": 1} | had))
    delivery = DeliveryFactory(reminder=sent, state="sent")
    reminder = Reminder(kind="workshop", object_id=7, step="details", email_type="workshop_details", version=2)
    reminder.event_day = ReminderFactory.event_day
    expected = {("workshop", sent.object_id, sent.step, delivery.user_id)} if is_before else set()
    assert DeliveryItem.objects.received_in_earlier_versions([reminder]) == expected


def test_emails_are_visible_to_recipients_and_lab_staff():
    delivery = DeliveryFactory()
    readers = [delivery.user, UserFactory(), UserFactory(is_lab_staff=True), AnonymousUser()]
    assert [Delivery.objects.visible_to(user).count() for user in readers] == [1, 0, 1, 0]


def test_a_calendar_feed_is_visible_only_to_its_person_with_an_open_account():
    user = UserFactory()
    CalendarFeed.objects.create(user=user, about="person", object_id=user.pk, token_hash="b" * 64, made_at=NOW)
    readers = [user, UserFactory(is_lab_staff=True), AnonymousUser()]
    assert [CalendarFeed.objects.visible_to(reader).count() for reader in readers] == [1, 0, 0]
    assert [CalendarFeed.objects.belonging_to(reader, "person", user.pk).count() for reader in readers] == [1, 0, 0]
    open_ones = [CalendarFeed.objects.open().count()]
    user.is_active = False
    user.save()
    assert [*open_ones, CalendarFeed.objects.open().count()] == [1, 0]
