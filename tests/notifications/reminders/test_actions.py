"""Actions: planning, moving, cancelling, announcing; staff actions on an e-mail; preferences; the switch."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from notifications import actions
from notifications.emails.creation import create_due_emails
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, MailSwitch, Preference, Reminder
from notifications.registries import EventKind
from notifications.reminders.schedule import ScheduleStep
from notifications.sending.delivery import current_topics
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    FROM_EMAIL,
    NOW,
    REMINDER_SCHEDULE,
    WORKSHOP,
    DeliveryFactory,
    ReminderFactory,
    WorkshopGuestFactory,
    plan,
    walk,
)
from web.errors import DomainError

DAY = date(2027, 3, 2)
MOVED = EventRef("workshop", 7, 2)


def planned_steps(version: int = 1) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(version=version).order_by("pk")
    return [(row.step, row.state, row.reason) for row in rows]


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


# --- planning ---------------------------------------------------------------------------------------------------------


def test_every_step_becomes_a_reminder(db: None):
    rows = plan(day=DAY)
    assert planned_steps() == [(step.slug, "planned", "") for step in REMINDER_SCHEDULE]
    first = rows[0]
    assert (first.email_type, first.audience, first.alone, first.event_day) == ("workshop_dates", "guests", True, DAY)
    assert (first.due_on, first.due_at.isoformat()) == (date(2027, 2, 2), "2027-02-02T08:00:00+00:00")


def test_planning_again_changes_nothing_even_much_later(db: None):
    before = plan(day=DAY)
    assert plan(day=DAY, at=NOW + timedelta(days=300)) == before
    assert Reminder.objects.count() == len(REMINDER_SCHEDULE)


def test_late_planning_sends_only_the_latest_overdue_step(db: None):
    plan(day=NOW.date() + timedelta(days=10))
    assert planned_steps() == [
        ("dates", "skipped", "late"),
        ("details", "planned", ""),
        ("last_note", "planned", ""),
        ("thanks", "planned", ""),
    ]
    assert Reminder.objects.get(step="details").due_at == NOW


def test_steps_useless_after_the_event_are_marked_expired(db: None):
    plan(day=NOW.date() - timedelta(days=3))
    assert planned_steps() == [
        ("dates", "expired", "expired"),
        ("details", "expired", "expired"),
        ("last_note", "expired", "expired"),
        ("thanks", "planned", ""),
    ]


def test_an_empty_reminder_schedule_plans_nothing(db: None):
    assert plan(steps=()) == []


def test_the_local_day_is_in_the_events_time_zone(db: None):
    rows = plan(day=DAY, zone="Indian/Reunion", steps=(ScheduleStep.read("x", "-1d", "guests", "x"),))
    assert (rows[0].due_on, rows[0].due_at.isoformat()) == (date(2027, 3, 1), "2027-03-01T05:00:00+00:00")


def test_another_day_under_the_same_version_is_an_error(db: None):
    plan(day=DAY)
    with pytest.raises(ValueError, match="raise its version"):
        plan(day=DAY + timedelta(days=1))


def test_other_events_are_not_affected(db: None):
    plan(EventRef("workshop", 8), DAY)
    plan(EventRef("picnic", 7), DAY)
    plan(MOVED, DAY)
    assert Reminder.objects.exclude(state="planned").count() == 0


def test_history_records_who_planned(db: None, staff: User):
    plan(day=DAY, by=staff)
    context = Reminder.objects.first().events.get().pgh_context
    assert (context.metadata["action"], context.metadata["by"]) == ("ensure_reminders", staff.pk)


@pytest.mark.django_db(transaction=True)
def test_concurrent_planning_plans_once(transactional_db: None):
    errors: list[Exception] = []

    def one() -> None:
        try:
            plan(day=DAY)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Reminder.objects.count() == len(REMINDER_SCHEDULE)


# --- moving -----------------------------------------------------------------------------------------------------------


def test_a_move_cancels_and_replans_unsent_steps(db: None):
    plan(day=DAY)
    plan(MOVED, DAY + timedelta(days=30))
    assert planned_steps(1) == [(step.slug, "cancelled", "moved") for step in REMINDER_SCHEDULE]
    assert planned_steps(2) == [(step.slug, "planned", "") for step in REMINDER_SCHEDULE]


def test_a_move_does_not_resend_a_sent_step(db: None, workshop: EventKind):
    delivery = sent_step("dates")
    plan(MOVED, DAY + timedelta(days=60))
    assert [step for step, _state, _why in planned_steps(2)] == ["details", "last_note", "thanks"]
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def sent_step(step: str) -> Delivery:
    plan(day=DAY)
    WorkshopGuestFactory()
    create_due_emails(Reminder.objects.get(step=step).due_at)
    delivery = Delivery.objects.get()
    walk(delivery, delivery.items.get(), "sent")
    return delivery


def half_sent(people: int = 3) -> list[Delivery]:
    """Send some e-mails of the first step, then move the event."""
    plan(day=DAY)
    WorkshopGuestFactory.create_batch(people)
    create_due_emails(Reminder.objects.get(step="dates").due_at)
    deliveries = list(Delivery.objects.order_by("user"))
    walk(deliveries[0], deliveries[0].items.get(), "sent")
    return deliveries


def test_after_a_move_a_partly_sent_step_goes_to_the_others(db: None, workshop: EventKind):
    deliveries = half_sent()
    plan(MOVED, DAY + timedelta(days=60))
    assert [row.reason for row in Delivery.objects.order_by("pk")] == ["", "moved", "moved"]
    again = Reminder.objects.get(step="dates", version=2)
    create_due_emails(again.due_at)
    assert [item.user for item in again.items.order_by("user")] == [delivery.user for delivery in deliveries[1:]]


def test_after_a_second_move_a_fully_sent_step_is_done(db: None, workshop: EventKind):
    half_sent()
    plan(MOVED, DAY + timedelta(days=60))
    create_due_emails(Reminder.objects.get(step="dates", version=2).due_at)
    for delivery in Delivery.objects.filter(state="queued"):
        walk(delivery, delivery.items.get(), "sent")
    plan(EventRef("workshop", 7, 3), DAY + timedelta(days=90))
    assert "dates" not in [step for step, _state, _why in planned_steps(3)]


def test_a_second_move_replans_an_unsent_replanned_step(db: None, workshop: EventKind):
    half_sent()
    plan(MOVED, DAY + timedelta(days=60))
    plan(EventRef("workshop", 7, 3), DAY + timedelta(days=90))
    assert planned_steps(3)[0] == ("dates", "planned", "")


def in_hand_over() -> Delivery:
    """Move the event while the only e-mail of a step is being handed over."""
    plan(day=DAY)
    WorkshopGuestFactory()
    create_due_emails(Reminder.objects.get(step="dates").due_at)
    delivery = Delivery.objects.get()
    walk(delivery, delivery.items.get(), "handing_over")
    plan(MOVED, DAY + timedelta(days=60))
    return delivery


def test_an_email_in_hand_over_during_a_move_does_not_end_the_step_for_others(db: None, workshop: EventKind):
    delivery = in_hand_over()
    delivery.refresh_from_db()
    assert (delivery.state, Reminder.objects.get(step="dates", version=1).reason) == ("handing_over", "moved")
    assert planned_steps(2)[0] == ("dates", "planned", "")


def test_a_person_whose_email_was_in_hand_over_during_a_move_gets_it_once(db: None, workshop: EventKind):
    delivery = in_hand_over()
    delivery.state, delivery.sent_at = "sent", NOW
    delivery.save()
    delivery.items.update(state="sent")
    again = Reminder.objects.get(step="dates", version=2)
    create_due_emails(again.due_at)
    assert again.items.count() == 0


def test_an_email_sent_after_the_new_one_was_created_is_not_repeated(db: None, workshop: EventKind):
    delivery = in_hand_over()
    again = Reminder.objects.get(step="dates", version=2)
    create_due_emails(again.due_at)
    new = Delivery.objects.get(items__reminder=again)
    reasons_before = [reasons_now(new, again)]
    delivery.state, delivery.sent_at = "sent", NOW
    delivery.save()
    delivery.items.update(state="sent")
    assert [*reasons_before, reasons_now(new, again)] == [[], ["had"]]


def reasons_now(delivery: Delivery, reminder: Reminder) -> list[str]:
    """Return why the items of an e-mail would end when it is due."""
    with transaction.atomic():
        return current_topics(Delivery.objects.get(pk=delivery.pk), reminder.due_at)[1]


def test_a_failed_email_of_an_old_date_is_not_retried(db: None, workshop: EventKind, staff: User):
    plan(day=DAY)
    WorkshopGuestFactory()
    due = Reminder.objects.get(step="dates").due_at
    create_due_emails(due)
    delivery = Delivery.objects.get()
    walk(delivery, delivery.items.get(), "dead")
    plan(MOVED, DAY + timedelta(days=60))
    actions.retry_email(email=delivery, at=due, by=staff)
    with transaction.atomic():
        topics, reasons = current_topics(Delivery.objects.get(pk=delivery.pk), due)
    assert (topics, reasons) == ([], ["moved"])


def test_a_move_keeps_email_types_that_stay_valid(db: None):
    plan(day=DAY)
    for email_type in ("place_kept", "workshop_moved"):
        actions.announce_change(event=WORKSHOP, email_type=email_type, step=f"{email_type}-3", at=NOW, by=None)
    plan(MOVED, DAY + timedelta(days=60), unchanged_email_types=["place_kept"])
    states = dict(Reminder.objects.filter(event_day=None).values_list("email_type", "state"))
    assert states == {"place_kept": "planned", "workshop_moved": "cancelled"}


@pytest.mark.parametrize(
    ("attempts", "state", "reason", "is_received"),
    [
        (0, "queued", "", False),
        (1, "queued", "", True),
        (1, "handing_over", "", True),
        (1, "sent", "", True),
        (1, "dead", "refused", False),
        (8, "dead", "attempts", True),
        (1, "cancelled", "moved", True),
        (0, "cancelled", "moved", False),
        (0, "held", "staff", False),
    ],
)
def test_possibly_received_items_include_attempts_with_unknown_outcome(
    db: None, attempts: int, state: str, reason: str, is_received: bool
):
    delivery = DeliveryFactory(state=state, reason=reason)
    Delivery.objects.exclude(state="sent").filter(pk=delivery.pk).update(attempts=attempts)
    assert DeliveryItem.objects.possibly_received().exists() == is_received


def test_an_item_dropped_before_sending_was_not_received(db: None):
    delivery = DeliveryFactory(state="handing_over")
    more = DeliveryItem.objects.create(
        delivery=delivery, reminder=ReminderFactory(state="expanded"), user=delivery.user
    )
    more.state, more.reason = "skipped", "declined"
    more.save()
    first = delivery.items.exclude(pk=more.pk).get()
    first.state = "sent"
    first.save()
    delivery.state, delivery.sent_at = "sent", NOW
    delivery.save()
    assert list(DeliveryItem.objects.possibly_received()) == [first]


def test_after_a_move_no_overdue_step_is_sent_when_a_later_one_was(db: None, workshop: EventKind):
    sent_step("dates")
    moved_to = date(2027, 2, 27)
    plan(MOVED, moved_to, at=Reminder.objects.get(step="details", version=1).due_at - timedelta(days=7))
    assert planned_steps(2)[0] == ("details", "planned", "")


@pytest.mark.parametrize("state", ["queued", "held"])
def test_a_move_cancels_waiting_emails(db: None, workshop: EventKind, state: str):
    plan(day=DAY)
    WorkshopGuestFactory.create_batch(2)
    create_due_emails(Reminder.objects.get(step="dates").due_at)
    for delivery in Delivery.objects.all():
        walk(delivery, delivery.items.get(), state) if state == "held" else None
    plan(MOVED, DAY + timedelta(days=60))
    assert (
        list(Delivery.objects.values_list("state", "reason", "items__state"))
        == [("cancelled", "moved", "cancelled")] * 2
    )
    assert planned_steps(2)[0] == ("dates", "planned", "")


def test_a_move_keeps_items_about_other_events_in_an_email(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    plan(day=DAY)
    plan(EventRef("workshop", 8), DAY)
    create_due_emails(Reminder.objects.filter(step="details")[0].due_at)
    plan(MOVED, DAY + timedelta(days=60))
    delivery = Delivery.objects.get(alone=False)
    assert delivery.state == "queued"
    assert list(delivery.items.values_list("reminder__object_id", "state").order_by("reminder__object_id")) == [
        (7, "cancelled"),
        (8, "queued"),
    ]


def test_an_outdated_version_is_an_error(db: None):
    plan(MOVED, DAY)
    with pytest.raises(ValueError, match="out of date"):
        plan(WORKSHOP, DAY)


def test_after_two_moves_only_the_last_date_counts(db: None):
    plan(day=DAY)
    plan(MOVED, DAY + timedelta(days=30))
    plan(EventRef("workshop", 7, 3), DAY + timedelta(days=60))
    assert set(Reminder.objects.filter(state="planned").values_list("version", flat=True)) == {3}


# --- cancelling and announcing ----------------------------------------------------------------------------------------


def test_cancelling_leaves_nothing_to_send(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    plan(day=DAY)
    create_due_emails(Reminder.objects.get(step="dates").due_at)
    assert actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None) == 4
    assert planned_steps() == [
        ("dates", "expanded", "cancelled"),
        ("details", "cancelled", "cancelled"),
        ("last_note", "cancelled", "cancelled"),
        ("thanks", "cancelled", "cancelled"),
    ]
    assert Delivery.objects.get().state == "cancelled"


def test_cancelling_can_be_limited_to_email_types(db: None):
    plan(day=DAY)
    ended = actions.cancel_reminders(event=WORKSHOP, reason="answered", email_types=["workshop_details"], by=None)
    states = dict(Reminder.objects.values_list("step", "state"))
    assert (ended, states) == (
        1,
        {"dates": "planned", "details": "cancelled", "last_note": "planned", "thanks": "planned"},
    )


def test_steps_after_the_event_count_from_its_last_day(db: None):
    plan(last_day=date(2026, 12, 15))
    due = dict(Reminder.objects.values_list("step", "due_on"))
    assert (due["last_note"], due["thanks"]) == (date(2026, 12, 6), date(2026, 12, 16))
    assert set(Reminder.objects.values_list("event_day", flat=True)) == {date(2026, 12, 8)}


def test_cancelling_again_changes_nothing(db: None):
    plan(day=DAY)
    actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None)
    assert actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None) == 0


def test_cancelling_ends_every_version(db: None):
    plan(day=DAY)
    plan(MOVED, DAY + timedelta(days=30))
    actions.cancel_reminders(event=MOVED, reason="cancelled", by=None)
    assert Reminder.objects.filter(state="planned").count() == 0


def test_an_announcement_is_due_now_and_separate(db: None):
    row = actions.announce_change(event=WORKSHOP, email_type="date_changed", at=NOW, by=None, audience="guests")
    assert (row.step, row.email_type, row.audience, row.alone, row.event_day) == (
        "date_changed",
        "date_changed",
        "guests",
        True,
        None,
    )
    assert (row.due_at, row.due_on, row.expires_at) == (NOW, NOW.date(), NOW + timedelta(days=14))


def test_an_announcement_is_created_once_per_version(db: None):
    first = actions.announce_change(event=WORKSHOP, email_type="date_changed", at=NOW, by=None)
    assert (
        actions.announce_change(event=WORKSHOP, email_type="date_changed", at=NOW + timedelta(days=1), by=None) == first
    )
    assert actions.announce_change(event=MOVED, email_type="date_changed", at=NOW, by=None) != first


def test_announcements_to_different_people_have_their_own_steps(db: None):
    to_one = {"event": WORKSHOP, "email_type": "place_kept", "at": NOW, "by": None}
    first, other = (actions.announce_change(**to_one, step=f"place_kept-{n}", audience=f"guest-{n}") for n in (1, 2))
    again = actions.announce_change(**to_one, step="place_kept-1", audience="guest-1")
    assert (first.email_type, first.step, other.step, again) == ("place_kept", "place_kept-1", "place_kept-2", first)


def test_an_announcement_may_have_its_own_expiry(db: None):
    until = NOW + timedelta(days=2)
    assert (
        actions.announce_change(event=WORKSHOP, email_type="cancelled", at=NOW, by=None, until=until).expires_at
        == until
    )


class TestPreviousDetails:
    """The details an e-mail about a change names: what people last received."""

    def change(self, version: int) -> Reminder:
        event = EventRef("workshop", 7, version)
        plan(event, DAY + timedelta(days=version))
        previous_details = {"day": f"of version {version - 1}"}
        return actions.announce_change(
            event=event,
            email_type="workshop_moved",
            audience="guests",
            at=NOW,
            by=None,
            previous_details=previous_details,
        )

    def details_of(self, version: int) -> dict[str, str]:
        return Reminder.objects.get(version=version, email_type="workshop_moved").previous_details

    def test_details_of_the_announcement_are_saved(self, db: None):
        self.change(2)
        assert self.details_of(2) == {"day": "of version 1"}
        assert [row.previous_details for row in Reminder.objects.exclude(email_type="workshop_moved")] == [{}] * len(
            REMINDER_SCHEDULE
        )

    def test_details_before_the_first_unsent_change_count(self, db: None):
        for version in (2, 3, 4):
            self.change(version)
        assert [self.details_of(version) for version in (2, 3, 4)] == [{"day": "of version 1"}] * 3

    @pytest.mark.parametrize("state", ["sent", "handing_over"])
    def test_details_of_the_version_before_count_once_some_received_the_change(self, db: None, state: str):
        row = self.change(2)
        Reminder.objects.filter(pk=row.pk).update(state="expanded")
        DeliveryFactory(reminder=row, alone=True, state=state)
        self.change(3)
        self.change(4)
        assert [self.details_of(version)["day"] for version in (3, 4)] == ["of version 2", "of version 2"]

    def test_any_email_sent_since_counts_as_telling_the_new_date(self, db: None):
        self.change(2)
        step = Reminder.objects.filter(version=2, step="dates")
        step.update(state="expanded")
        DeliveryFactory(reminder=step.get(), alone=True, state="sent")
        self.change(3)
        assert self.details_of(3) == {"day": "of version 2"}

    def test_an_email_of_the_old_date_does_not_count(self, db: None):
        plan(day=DAY)
        step = Reminder.objects.filter(step="dates")
        step.update(state="expanded")
        DeliveryFactory(reminder=step.get(), alone=True, state="sent")
        self.change(2)
        self.change(3)
        assert self.details_of(3) == {"day": "of version 1"}

    def test_an_email_of_another_event_does_not_count(self, db: None):
        self.change(2)
        other = ReminderFactory(object_id=8, version=2, state="expanded")
        DeliveryFactory(reminder=other, state="sent")
        self.change(3)
        assert self.details_of(3) == {"day": "of version 1"}


def test_an_announcement_before_planning_does_not_prevent_planning(db: None):
    actions.announce_change(event=WORKSHOP, email_type="date_changed", at=NOW, by=None)
    assert [row.step for row in plan(day=DAY)] == [step.slug for step in REMINDER_SCHEDULE]


def test_a_move_cancels_an_announcement_about_the_old_date(db: None):
    plan(day=DAY)
    row = actions.announce_change(event=WORKSHOP, email_type="date_changed", at=NOW, by=None)
    plan(MOVED, DAY + timedelta(days=30))
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "moved")


# --- what staff do to an e-mail ---------------------------------------------------------------------------------------


def test_a_failed_email_is_retried_with_its_message_id(db: None, staff: User):
    delivery = DeliveryFactory(state="dead", attempts=12)
    row = actions.retry_email(email=delivery, at=NOW, by=staff)
    assert (row.state, row.reason, row.attempts, row.next_attempt_at, row.message_id) == (
        "queued",
        "",
        0,
        NOW,
        delivery.message_id,
    )
    assert (row.items.get().state, row.items.get().reason) == ("queued", "")


def test_retrying_twice_has_the_effect_of_once(db: None, staff: User):
    delivery = DeliveryFactory(state="dead")
    actions.retry_email(email=delivery, at=NOW, by=staff)
    assert actions.retry_email(email=delivery, at=NOW, by=staff).state == "queued"


@pytest.mark.parametrize("state", ["sent", "expired", "held"])
def test_only_failed_emails_can_be_retried(staff: User, state: str):
    with pytest.raises(DomainError, match=r"(Seul|Only)"):
        actions.retry_email(email=DeliveryFactory(state=state), at=NOW, by=staff)


def test_an_expired_email_cannot_be_retried(staff: User):
    delivery = DeliveryFactory(state="dead")
    with pytest.raises(DomainError):
        actions.retry_email(email=delivery, at=delivery.expires_at, by=staff)
    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_an_email_can_be_paused_and_resumed(staff: User):
    delivery = DeliveryFactory()
    paused = actions.pause_email(email=delivery, by=staff)
    assert (paused.state, paused.reason) == ("held", "staff")
    assert actions.pause_email(email=delivery, by=staff).state == "held"
    resumed = actions.resume_email(email=delivery, at=NOW, by=staff)
    assert (resumed.state, resumed.reason, resumed.next_attempt_at) == ("queued", "", NOW)
    assert actions.resume_email(email=delivery, at=NOW, by=staff).state == "queued"


@pytest.mark.parametrize("state", ["sent", "dead", "cancelled"])
def test_only_a_paused_email_can_be_resumed(staff: User, state: str):
    delivery = DeliveryFactory(state=state)
    with pytest.raises(DomainError, match="Sending can be resumed only for a paused e-mail"):
        actions.resume_email(email=delivery, at=NOW, by=staff)
    delivery.refresh_from_db()
    assert delivery.state == state


def test_pausing_a_claimed_email_ends_its_lease(staff: User):
    from notifications.sending.delivery import LEASE_LOST, claim, start_sending

    delivery = DeliveryFactory()
    batch = claim(NOW)
    actions.pause_email(email=delivery, by=staff)
    assert start_sending(delivery.pk, batch.token, NOW, from_email=FROM_EMAIL) == LEASE_LOST


@pytest.mark.parametrize("state", ["sent", "dead", "handing_over"])
def test_only_waiting_emails_can_be_paused(staff: User, state: str):
    with pytest.raises(DomainError):
        actions.pause_email(email=DeliveryFactory(state=state), by=staff)


def test_history_records_who_retried(staff: User):
    delivery = DeliveryFactory(state="dead")
    actions.retry_email(email=delivery, at=NOW, by=staff)
    event = Delivery.pgh_event_model.objects.get()
    assert (event.state, event.pgh_context.metadata["by"]) == ("queued", staff.pk)


# --- preferences ------------------------------------------------------------------------------------------------------


def refused(user: User) -> list[str]:
    return list(Preference.objects.filter(user=user).values_list("kind", flat=True).order_by("kind"))


def test_unsubscribing_twice_has_the_effect_of_once(staff: User):
    for _ in range(2):
        actions.unsubscribe(user=staff, kinds=["workshop", "picnic"], by=staff)
    assert refused(staff) == ["picnic", "workshop"]


def test_choosing_kinds_stops_the_others_and_allows_the_chosen(staff: User, workshop: EventKind):
    actions.choose_email_kinds(user=staff, wanted=[], by=staff)
    assert "workshop" in refused(staff)
    actions.choose_email_kinds(user=staff, wanted=["workshop"], by=staff)
    assert "workshop" not in refused(staff)


def test_unsubscribing_affects_only_one_person(staff: User):
    actions.unsubscribe(user=staff, kinds=["workshop"], by=staff)
    assert refused(WorkshopGuestFactory()) == []


# --- the switch -------------------------------------------------------------------------------------------------------


def test_pausing_twice_keeps_the_first_reason(staff: User):
    actions.pause_all_emails(reason="Restored", at=NOW, by=staff)
    actions.pause_all_emails(reason="Again", at=NOW + timedelta(hours=1), by=UserFactory())
    switch = MailSwitch.objects.get()
    assert (switch.reason, switch.held_since, switch.held_by) == ("Restored", NOW, staff)


def test_resuming_clears_the_switch_but_not_its_history(staff: User):
    actions.pause_all_emails(reason="Restored", at=NOW, by=staff)
    actions.resume_all_emails(by=staff)
    assert MailSwitch.objects.get().held_since is None
    assert [event.reason for event in MailSwitch.pgh_event_model.objects.order_by("pgh_id")] == ["", "Restored", ""]


def test_resuming_without_a_pause_does_nothing(staff: User):
    assert actions.resume_all_emails(by=staff) is None


# --- waking -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def requested_tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the requested tasks (the broker itself is used in `test_tasks`)."""
    from celery import current_app

    task_names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: task_names.append(name))
    return task_names


def test_a_due_reminder_wakes_a_worker_after_the_commit(
    db: None, requested_tasks: list[str], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        plan(day=NOW.date() + timedelta(days=10))
        assert requested_tasks == []
    assert requested_tasks == ["notifications.tasks.send_emails"]


def test_a_later_reminder_wakes_no_worker(
    db: None, requested_tasks: list[str], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        plan(day=DAY)
        ReminderFactory()
    assert requested_tasks == []
