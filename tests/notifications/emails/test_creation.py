"""Creating e-mails from due reminders: the right people, once, one e-mail a day."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from notifications import actions
from notifications.emails.creation import create_due_emails
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import EventKind, Recipient
from notifications.reminders.schedule import message_uuid
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    NOW,
    DeliveryFactory,
    ReminderFactory,
    WorkshopGuestFactory,
    plan,
    registered,
    walk,
    workshop,
)


def test_a_due_reminder_becomes_one_email_per_person(db: None, workshop: EventKind):
    people = WorkshopGuestFactory.create_batch(3)
    reminder = ReminderFactory()
    assert create_due_emails(NOW) == Counter(expanded=1, emails=3)
    assert set(Delivery.objects.values_list("user", "address", "state")) == {
        (guest.pk, guest.email, "queued") for guest in people
    }
    reminder.refresh_from_db()
    assert reminder.state == "expanded"


def test_expanding_again_creates_nothing(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory()
    create_due_emails(NOW)
    assert create_due_emails(NOW) == Counter()
    assert Delivery.objects.count() == 1


def test_a_reminder_that_is_not_due_waits(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory(due_at=NOW + timedelta(seconds=1))
    assert create_due_emails(NOW) == Counter()


def test_recipients_are_determined_when_the_reminder_is_due(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    plan(day=date(2027, 3, 2))
    late = WorkshopGuestFactory()
    create_due_emails(NOW + timedelta(days=90))
    assert Delivery.objects.filter(user=late).exists()


def test_an_email_has_language_day_and_times(db: None, workshop: EventKind):
    guest = WorkshopGuestFactory(language="")
    reminder = ReminderFactory()
    create_due_emails(NOW)
    delivery = Delivery.objects.get()
    assert (delivery.language, delivery.day, delivery.sequence, delivery.alone) == ("fr", NOW.date(), 1, False)
    assert (delivery.due_at, delivery.next_attempt_at, delivery.expires_at) == (NOW, NOW, reminder.expires_at)
    assert delivery.message_id == f"<{message_uuid(str(guest.pk), NOW.date(), 1)}@lab.example>"


def test_reminders_of_one_day_share_an_email(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory.create_batch(2)
    longest = ReminderFactory(object_id=8, expires_at=NOW + timedelta(days=9))
    assert create_due_emails(NOW) == Counter(expanded=3, emails=1)
    delivery = Delivery.objects.get()
    assert (delivery.items.count(), delivery.expires_at) == (3, longest.expires_at)


def test_a_separate_reminder_shares_no_email(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory(alone=True)
    ReminderFactory(alone=True)
    ReminderFactory()
    assert create_due_emails(NOW) == Counter(expanded=3, emails=3)
    assert sorted(Delivery.objects.values_list("sequence", "alone")) == [(1, True), (2, True), (3, False)]


def test_reminders_of_two_days_share_no_email_even_after_an_outage(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory(due_at=NOW - timedelta(days=1), expires_at=NOW + timedelta(days=1))
    ReminderFactory()
    assert create_due_emails(NOW) == Counter(expanded=2, emails=2)
    assert sorted(Delivery.objects.values_list("day", "sequence")) == [(date(2026, 11, 23), 1), (date(2026, 11, 24), 1)]


def test_the_day_is_the_local_one_of_the_event(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    late_evening = datetime(2026, 11, 24, 1, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    ReminderFactory(due_at=late_evening, due_on=date(2026, 11, 24))
    ReminderFactory(expires_at=NOW + timedelta(days=1))
    assert create_due_emails(NOW) == Counter(expanded=2, emails=1)


def test_a_reminder_due_later_that_day_joins_an_email_that_still_waits(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory()
    create_due_emails(NOW)
    ReminderFactory(due_at=NOW + timedelta(hours=1), expires_at=NOW + timedelta(days=5))
    assert create_due_emails(NOW + timedelta(hours=1)) == Counter(expanded=1)
    delivery = Delivery.objects.get()
    assert (delivery.items.count(), delivery.expires_at) == (2, NOW + timedelta(days=5))


@pytest.mark.parametrize("state", ["sent", "handing_over", "held", "dead"])
def test_a_reminder_starts_a_new_email_when_the_first_is_being_sent(db: None, workshop: EventKind, state: str):
    WorkshopGuestFactory()
    ReminderFactory()
    create_due_emails(NOW)
    first = Delivery.objects.get()
    walk(first, first.items.get(), state)
    ReminderFactory()
    assert create_due_emails(NOW) == Counter(expanded=1, emails=1)
    assert sorted(Delivery.objects.values_list("sequence", flat=True)) == [1, 2]


def test_nothing_is_added_to_an_email_with_unknown_outcome(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory()
    create_due_emails(NOW)
    Delivery.objects.update(attempts=1)
    ReminderFactory()
    assert create_due_emails(NOW) == Counter(expanded=1, emails=1)


def test_an_expired_reminder_asks_for_no_recipients(db: None):
    def nobody(_reminder: Reminder, _at: datetime) -> list[Recipient]:
        raise AssertionError("asked")

    row = ReminderFactory()
    with registered(workshop(recipients=nobody)):
        assert create_due_emails(row.expires_at) == Counter(expired=1)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("expired", "expired")


def test_a_reminder_without_recipients_is_expanded(db: None, workshop: EventKind):
    row = ReminderFactory()
    assert create_due_emails(NOW) == Counter(expanded=1)
    row.refresh_from_db()
    assert row.state == "expanded"


def test_a_person_named_twice_gets_one_email(db: None):
    guest = WorkshopGuestFactory()
    ReminderFactory()
    with registered(workshop(recipients=lambda _reminder, _at: [Recipient(guest), Recipient(guest)])):
        assert create_due_emails(NOW) == Counter(expanded=1, emails=1)


def test_closed_accounts_and_unsubscribed_people_get_no_email(db: None):
    closed, unsubscribed, other = UserFactory(is_active=False), WorkshopGuestFactory(), WorkshopGuestFactory()
    actions.unsubscribe(user=unsubscribed, kinds=["workshop"], by=None)
    actions.unsubscribe(user=other, kinds=["picnic"], by=None)
    ReminderFactory()
    everyone = [Recipient(user) for user in (closed, unsubscribed, other)]
    with registered(workshop(recipients=lambda _reminder, _at: everyone)):
        create_due_emails(NOW)
    assert [delivery.user for delivery in Delivery.objects.all()] == [other]


def test_a_kind_that_fails_to_name_recipients_blocks_no_other(db: None):
    def broken_for_seven(reminder: Reminder, _at: datetime) -> list[Recipient]:
        if reminder.object_id == 7:
            raise LookupError("no such workshop")
        return [Recipient(guest)]

    guest, stuck, fine = WorkshopGuestFactory(), ReminderFactory(), ReminderFactory(object_id=8)
    with registered(workshop(recipients=broken_for_seven)):
        assert create_due_emails(NOW, limit=1) == Counter(expanded=1, emails=1, stuck=1)
    stuck.refresh_from_db()
    fine.refresh_from_db()
    assert (stuck.state, fine.state) == ("planned", "expanded")


def test_reminders_of_an_unregistered_kind_wait(db: None, workshop: EventKind):
    row = ReminderFactory(kind="picnic")
    WorkshopGuestFactory()
    assert create_due_emails(NOW) == Counter()
    with registered(workshop, "picnic"):
        assert create_due_emails(NOW) == Counter(expanded=1, emails=1)
    row.refresh_from_db()
    assert row.state == "expanded"


def test_batches_go_on_until_nothing_is_due(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory.create_batch(5)
    assert create_due_emails(NOW, limit=2) == Counter(expanded=5, emails=1)


def test_expansion_can_be_limited_to_some_reminders(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    ReminderFactory()
    wanted = ReminderFactory(object_id=8)
    assert create_due_emails(NOW, reminders=Reminder.objects.filter(object_id=8)) == Counter(expanded=1, emails=1)
    assert DeliveryItem.objects.get().reminder == wanted


def test_statements_do_not_grow_with_people(db: None, workshop: EventKind, django_assert_num_queries):
    WorkshopGuestFactory.create_batch(30)
    ReminderFactory()
    with django_assert_num_queries(13):
        create_due_emails(NOW)
    assert Delivery.objects.count() == 30


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_expansions_number_each_persons_emails_once(workshop: EventKind):
    WorkshopGuestFactory.create_batch(5)
    for number in range(40):
        ReminderFactory(object_id=number, alone=number % 2 == 0)
    tallies: list[Counter[str]] = []

    def one() -> None:
        try:
            tallies.append(create_due_emails(NOW, limit=3))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    create_due_emails(NOW)
    assert len(tallies) == 3
    assert DeliveryItem.objects.count() == 40 * 5
    assert Counter(Delivery.objects.values_list("alone", flat=True)) == Counter({True: 100, False: 5})


@pytest.mark.django_db(transaction=True)
def test_a_move_during_expansion_cancels_the_new_emails(workshop: EventKind):
    WorkshopGuestFactory()
    rows = plan()
    moved = threading.Event()

    def slow(reminder: Reminder, at: datetime) -> list[Recipient]:
        threading.Thread(target=move).start()
        moved.wait(0.3)  # the move waits for our lock, so this times out
        return workshop.recipients(reminder, at)

    def move() -> None:
        try:
            plan(EventRef("workshop", 7, 2), rows[0].event_day + timedelta(days=60))
            moved.set()
        finally:
            connection.close()

    from notifications.registries import event_kinds

    del event_kinds._items["workshop"]
    with registered(_with_recipients(slow)):
        create_due_emails(NOW)
        assert moved.wait(60)
    event_kinds.register("workshop", workshop)
    assert list(Delivery.objects.values_list("state", "reason")) == [("cancelled", "moved")]


def _with_recipients(recipients) -> EventKind:
    return workshop(recipients=recipients)


def test_the_first_email_of_a_day_does_not_depend_on_other_days(db: None, workshop: EventKind):
    guest = WorkshopGuestFactory()
    DeliveryFactory(user=guest, day=date(2026, 11, 23), sequence=4)
    ReminderFactory()
    create_due_emails(NOW)
    assert Delivery.objects.get(day=NOW.date()).sequence == 1
