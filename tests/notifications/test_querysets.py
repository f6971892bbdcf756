"""Questions about reminders and letters: whose they are, and what counts as had before."""

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications.models import CalendarFeed, Delivery, DeliveryItem, Reminder
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, WORKSHOP, DeliveryFactory, ReminderFactory

pytestmark = pytest.mark.django_db
ANNOUNCED = {"event_day": None, "letter": "workshop_moved", "audience": "guests"}


def test_for_all_are_the_steps_of_the_ladder_and_what_everyone_was_told():
    step = ReminderFactory(step="details")
    told = ReminderFactory(step="workshop_moved", **ANNOUNCED)
    ReminderFactory(step="workshop_moved-12", **ANNOUNCED)
    assert set(Reminder.objects.of_event(WORKSHOP).for_all()) == {step, told}


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
    ids=["earlier", "this very version", "a later one", "another step", "another event", "told late", "told to one"],
)
def test_what_came_before_is_the_same_step_of_the_same_event_in_an_earlier_version(
    had: dict[str, object], is_before: bool
):
    sent = ReminderFactory(**({"step": "details", "version": 1} | had))
    letter = DeliveryFactory(reminder=sent, state="sent")
    asked = Reminder(kind="workshop", object_id=7, step="details", letter="workshop_details", version=2)
    asked.event_day = ReminderFactory.event_day
    found = {("workshop", sent.object_id, sent.step, letter.user_id)} if is_before else set()
    assert DeliveryItem.objects.had_before([asked]) == found


def test_letters_are_read_by_those_they_are_for_and_by_the_lab():
    letter = DeliveryFactory()
    readers = [letter.user, UserFactory(), UserFactory(is_lab_staff=True), AnonymousUser()]
    assert [Delivery.objects.visible_to(user).count() for user in readers] == [1, 0, 1, 0]


def test_the_address_of_a_calendar_is_its_persons_alone_while_their_account_is_open():
    user = UserFactory()
    CalendarFeed.objects.create(user=user, about="person", object_id=user.pk, token_hash="b" * 64, made_at=NOW)
    readers = [user, UserFactory(is_lab_staff=True), AnonymousUser()]
    assert [CalendarFeed.objects.visible_to(reader).count() for reader in readers] == [1, 0, 0]
    assert [CalendarFeed.objects.of(reader, "person", user.pk).count() for reader in readers] == [1, 0, 0]
    open_ones = [CalendarFeed.objects.open().count()]
    user.is_active = False
    user.save()
    assert [*open_ones, CalendarFeed.objects.open().count()] == [1, 0]
