"""Actions: planning, moving, cancelling, announcing; what staff do to a letter; preferences; the switch."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from notifications import actions
from notifications.emails.creation import expand_due
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, MailSwitch, Preference, Reminder
from notifications.registries import EventKind
from notifications.reminders.schedule import Step
from notifications.sending.delivery import still_to_say
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    LADDER,
    NOW,
    WORKSHOP,
    DeliveryFactory,
    GuestFactory,
    ReminderFactory,
    plan,
    walk,
)
from web.errors import DomainError

DAY = date(2027, 3, 2)
MOVED = EventRef("workshop", 7, 2)


def shown(version: int = 1) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(version=version).order_by("pk")
    return [(row.step, row.state, row.reason) for row in rows]


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


# --- planning ---------------------------------------------------------------------------------------------------------


def test_every_step_becomes_a_reminder(db: None):
    rows = plan(day=DAY)
    assert shown() == [(step.slug, "planned", "") for step in LADDER]
    first = rows[0]
    assert (first.letter, first.audience, first.alone, first.event_day) == ("workshop_dates", "guests", True, DAY)
    assert (first.due_on, first.due_at.isoformat()) == (date(2027, 2, 2), "2027-02-02T08:00:00+00:00")


def test_planning_again_changes_nothing_even_much_later(db: None):
    before = plan(day=DAY)
    assert plan(day=DAY, at=NOW + timedelta(days=300)) == before
    assert Reminder.objects.count() == len(LADDER)


def test_planned_late_only_the_latest_overdue_step_goes_at_once(db: None):
    plan(day=NOW.date() + timedelta(days=10))
    assert shown() == [
        ("dates", "skipped", "late"),
        ("details", "planned", ""),
        ("last_note", "planned", ""),
        ("thanks", "planned", ""),
    ]
    assert Reminder.objects.get(step="details").due_at == NOW


def test_planned_after_the_event_what_is_useless_is_marked_so(db: None):
    plan(day=NOW.date() - timedelta(days=3))
    assert shown() == [
        ("dates", "expired", "expired"),
        ("details", "expired", "expired"),
        ("last_note", "expired", "expired"),
        ("thanks", "planned", ""),
    ]


def test_an_empty_ladder_plans_nothing(db: None):
    assert plan(steps=()) == []


def test_the_local_day_is_that_of_the_events_zone(db: None):
    rows = plan(day=DAY, zone="Indian/Reunion", steps=(Step.read("x", "-1d", "guests", "x"),))
    assert (rows[0].due_on, rows[0].due_at.isoformat()) == (date(2027, 3, 1), "2027-03-01T05:00:00+00:00")


def test_another_day_under_the_same_version_is_a_mistake(db: None):
    plan(day=DAY)
    with pytest.raises(ValueError, match="raise its version"):
        plan(day=DAY + timedelta(days=1))


def test_events_of_other_kinds_and_ids_are_left_alone(db: None):
    plan(EventRef("workshop", 8), DAY)
    plan(EventRef("picnic", 7), DAY)
    plan(MOVED, DAY)
    assert Reminder.objects.exclude(state="planned").count() == 0


def test_history_says_who_planned(db: None, staff: User):
    plan(day=DAY, by=staff)
    context = Reminder.objects.first().events.get().pgh_context
    assert (context.metadata["action"], context.metadata["by"]) == ("ensure_reminders", staff.pk)


@pytest.mark.django_db(transaction=True)
def test_planned_twice_at_once_it_is_planned_once(transactional_db: None):
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
    assert Reminder.objects.count() == len(LADDER)


# --- moving -----------------------------------------------------------------------------------------------------------


def test_moved_what_has_not_gone_is_cancelled_and_planned_anew(db: None):
    plan(day=DAY)
    plan(MOVED, DAY + timedelta(days=30))
    assert shown(1) == [(step.slug, "cancelled", "moved") for step in LADDER]
    assert shown(2) == [(step.slug, "planned", "") for step in LADDER]


def test_moved_a_step_that_went_does_not_go_again(db: None, workshop: EventKind):
    letter = sent_step("dates")
    plan(MOVED, DAY + timedelta(days=60))
    assert [step for step, _state, _why in shown(2)] == ["details", "last_note", "thanks"]
    letter.refresh_from_db()
    assert letter.state == "sent"


def sent_step(step: str) -> Delivery:
    plan(day=DAY)
    GuestFactory()
    expand_due(Reminder.objects.get(step=step).due_at)
    letter = Delivery.objects.get()
    walk(letter, letter.items.get(), "sent")
    return letter


def half_sent(people: int = 3) -> list[Delivery]:
    """The first of some letters of the first step has gone, when the event moves."""
    plan(day=DAY)
    GuestFactory.create_batch(people)
    expand_due(Reminder.objects.get(step="dates").due_at)
    letters = list(Delivery.objects.order_by("user"))
    walk(letters[0], letters[0].items.get(), "sent")
    return letters


def test_moved_a_step_that_went_to_some_goes_to_the_others(db: None, workshop: EventKind):
    letters = half_sent()
    plan(MOVED, DAY + timedelta(days=60))
    assert [row.reason for row in Delivery.objects.order_by("pk")] == ["", "moved", "moved"]
    again = Reminder.objects.get(step="dates", version=2)
    expand_due(again.due_at)
    assert [item.user for item in again.items.order_by("user")] == [letter.user for letter in letters[1:]]


def test_moved_again_once_all_have_it_the_step_is_done(db: None, workshop: EventKind):
    half_sent()
    plan(MOVED, DAY + timedelta(days=60))
    expand_due(Reminder.objects.get(step="dates", version=2).due_at)
    for letter in Delivery.objects.filter(state="queued"):
        walk(letter, letter.items.get(), "sent")
    plan(EventRef("workshop", 7, 3), DAY + timedelta(days=90))
    assert "dates" not in [step for step, _state, _why in shown(3)]


def test_moved_a_step_that_was_planned_anew_and_has_not_gone_yet_is_planned_again(db: None, workshop: EventKind):
    half_sent()
    plan(MOVED, DAY + timedelta(days=60))
    plan(EventRef("workshop", 7, 3), DAY + timedelta(days=90))
    assert shown(3)[0] == ("dates", "planned", "")


def in_hand_over() -> Delivery:
    """The only letter of a step is being handed over when the event moves."""
    plan(day=DAY)
    GuestFactory()
    expand_due(Reminder.objects.get(step="dates").due_at)
    letter = Delivery.objects.get()
    walk(letter, letter.items.get(), "handing_over")
    plan(MOVED, DAY + timedelta(days=60))
    return letter


def test_moved_a_letter_in_hand_over_does_not_end_the_step_for_everybody(db: None, workshop: EventKind):
    letter = in_hand_over()
    letter.refresh_from_db()
    assert (letter.state, Reminder.objects.get(step="dates", version=1).reason) == ("handing_over", "moved")
    assert shown(2)[0] == ("dates", "planned", "")


def test_moved_whoever_had_it_handed_over_meanwhile_does_not_get_it_again(db: None, workshop: EventKind):
    letter = in_hand_over()
    letter.state, letter.sent_at = "sent", NOW
    letter.save()
    letter.items.update(state="sent")
    again = Reminder.objects.get(step="dates", version=2)
    expand_due(again.due_at)
    assert again.items.count() == 0


def test_moved_nor_where_it_went_while_the_new_one_was_made_already(db: None, workshop: EventKind):
    letter = in_hand_over()
    again = Reminder.objects.get(step="dates", version=2)
    expand_due(again.due_at)
    new = Delivery.objects.get(items__reminder=again)
    said = [reasons_now(new, again)]
    letter.state, letter.sent_at = "sent", NOW
    letter.save()
    letter.items.update(state="sent")
    assert [*said, reasons_now(new, again)] == [[], ["had"]]


def reasons_now(letter: Delivery, reminder: Reminder) -> list[str]:
    """Why what the letter says ends at its time."""
    with transaction.atomic():
        return still_to_say(Delivery.objects.get(pk=letter.pk), reminder.due_at)[1]


def test_a_failed_letter_of_an_old_date_is_not_tried_again(db: None, workshop: EventKind, staff: User):
    plan(day=DAY)
    GuestFactory()
    due = Reminder.objects.get(step="dates").due_at
    expand_due(due)
    letter = Delivery.objects.get()
    walk(letter, letter.items.get(), "dead")
    plan(MOVED, DAY + timedelta(days=60))
    actions.retry_letter(letter=letter, at=due, by=staff)
    with transaction.atomic():
        said, reasons = still_to_say(Delivery.objects.get(pk=letter.pk), due)
    assert (said, reasons) == ([], ["moved"])


def test_moved_a_letter_that_still_holds_is_kept(db: None):
    plan(day=DAY)
    for letter in ("place_kept", "workshop_moved"):
        actions.announce(event=WORKSHOP, letter=letter, step=f"{letter}-3", at=NOW, by=None)
    plan(MOVED, DAY + timedelta(days=60), keeps=["place_kept"])
    states = dict(Reminder.objects.filter(event_day=None).values_list("letter", "state"))
    assert states == {"place_kept": "planned", "workshop_moved": "cancelled"}


@pytest.mark.parametrize(
    ("attempts", "state", "reason", "reached"),
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
def test_what_may_have_arrived_has_reached_the_person(db: None, attempts: int, state: str, reason: str, reached: bool):
    letter = DeliveryFactory(state=state, reason=reason)
    Delivery.objects.exclude(state="sent").filter(pk=letter.pk).update(attempts=attempts)
    assert DeliveryItem.objects.reached().exists() == reached


def test_what_a_letter_left_out_before_it_went_has_reached_nobody(db: None):
    letter = DeliveryFactory(state="handing_over")
    more = DeliveryItem.objects.create(delivery=letter, reminder=ReminderFactory(state="expanded"), user=letter.user)
    more.state, more.reason = "skipped", "declined"
    more.save()
    first = letter.items.exclude(pk=more.pk).get()
    first.state = "sent"
    first.save()
    letter.state, letter.sent_at = "sent", NOW
    letter.save()
    assert list(DeliveryItem.objects.reached()) == [first]


def test_moved_nothing_overdue_goes_when_a_later_step_went_already(db: None, workshop: EventKind):
    sent_step("dates")
    moved_to = date(2027, 2, 27)
    plan(MOVED, moved_to, at=Reminder.objects.get(step="details", version=1).due_at - timedelta(days=7))
    assert shown(2)[0] == ("details", "planned", "")


@pytest.mark.parametrize("state", ["queued", "held"])
def test_moved_letters_that_wait_are_cancelled(db: None, workshop: EventKind, state: str):
    plan(day=DAY)
    GuestFactory.create_batch(2)
    expand_due(Reminder.objects.get(step="dates").due_at)
    for letter in Delivery.objects.all():
        walk(letter, letter.items.get(), state) if state == "held" else None
    plan(MOVED, DAY + timedelta(days=60))
    assert (
        list(Delivery.objects.values_list("state", "reason", "items__state"))
        == [("cancelled", "moved", "cancelled")] * 2
    )
    assert shown(2)[0] == ("dates", "planned", "")


def test_moved_a_letter_keeps_what_it_says_about_other_events(db: None, workshop: EventKind):
    GuestFactory()
    plan(day=DAY)
    plan(EventRef("workshop", 8), DAY)
    expand_due(Reminder.objects.filter(step="details")[0].due_at)
    plan(MOVED, DAY + timedelta(days=60))
    letter = Delivery.objects.get(alone=False)
    assert letter.state == "queued"
    assert list(letter.items.values_list("reminder__object_id", "state").order_by("reminder__object_id")) == [
        (7, "cancelled"),
        (8, "queued"),
    ]


def test_an_outdated_version_is_a_mistake(db: None):
    plan(MOVED, DAY)
    with pytest.raises(ValueError, match="out of date"):
        plan(WORKSHOP, DAY)


def test_moved_twice_only_the_last_date_counts(db: None):
    plan(day=DAY)
    plan(MOVED, DAY + timedelta(days=30))
    plan(EventRef("workshop", 7, 3), DAY + timedelta(days=60))
    assert set(Reminder.objects.filter(state="planned").values_list("version", flat=True)) == {3}


# --- cancelling and announcing ----------------------------------------------------------------------------------------


def test_cancelled_nothing_is_left_to_go(db: None, workshop: EventKind):
    GuestFactory()
    plan(day=DAY)
    expand_due(Reminder.objects.get(step="dates").due_at)
    assert actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None) == 4
    assert shown() == [
        ("dates", "expanded", "cancelled"),
        ("details", "cancelled", "cancelled"),
        ("last_note", "cancelled", "cancelled"),
        ("thanks", "cancelled", "cancelled"),
    ]
    assert Delivery.objects.get().state == "cancelled"


def test_only_letters_that_became_senseless_are_cancelled(db: None):
    plan(day=DAY)
    ended = actions.cancel_reminders(event=WORKSHOP, reason="answered", letters=["workshop_details"], by=None)
    states = dict(Reminder.objects.values_list("step", "state"))
    assert (ended, states) == (
        1,
        {"dates": "planned", "details": "cancelled", "last_note": "planned", "thanks": "planned"},
    )


def test_what_follows_the_event_counts_from_its_last_day(db: None):
    plan(last_day=date(2026, 12, 15))
    due = dict(Reminder.objects.values_list("step", "due_on"))
    assert (due["last_note"], due["thanks"]) == (date(2026, 12, 6), date(2026, 12, 16))
    assert set(Reminder.objects.values_list("event_day", flat=True)) == {date(2026, 12, 8)}


def test_cancelling_again_ends_nothing_more(db: None):
    plan(day=DAY)
    actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None)
    assert actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None) == 0


def test_cancelling_ends_every_version(db: None):
    plan(day=DAY)
    plan(MOVED, DAY + timedelta(days=30))
    actions.cancel_reminders(event=MOVED, reason="cancelled", by=None)
    assert Reminder.objects.filter(state="planned").count() == 0


def test_an_announcement_is_due_now_and_alone(db: None):
    row = actions.announce(event=WORKSHOP, letter="date_changed", at=NOW, by=None, audience="guests")
    assert (row.step, row.letter, row.audience, row.alone, row.event_day) == (
        "date_changed",
        "date_changed",
        "guests",
        True,
        None,
    )
    assert (row.due_at, row.due_on, row.expires_at) == (NOW, NOW.date(), NOW + timedelta(days=14))


def test_an_announcement_is_made_once_a_version(db: None):
    first = actions.announce(event=WORKSHOP, letter="date_changed", at=NOW, by=None)
    assert actions.announce(event=WORKSHOP, letter="date_changed", at=NOW + timedelta(days=1), by=None) == first
    assert actions.announce(event=MOVED, letter="date_changed", at=NOW, by=None) != first


def test_a_step_of_its_own_tells_letters_to_one_person_from_those_to_others(db: None):
    to_one = {"event": WORKSHOP, "letter": "place_kept", "at": NOW, "by": None}
    first, other = (actions.announce(**to_one, step=f"place_kept-{n}", audience=f"guest-{n}") for n in (1, 2))
    again = actions.announce(**to_one, step="place_kept-1", audience="guest-1")
    assert (first.letter, first.step, other.step, again) == ("place_kept", "place_kept-1", "place_kept-2", first)


def test_an_announcement_may_end_sooner(db: None):
    until = NOW + timedelta(days=2)
    assert actions.announce(event=WORKSHOP, letter="cancelled", at=NOW, by=None, until=until).expires_at == until


class TestWhatWas:
    """What a letter about a change names: what people last heard."""

    def change(self, version: int) -> Reminder:
        event = EventRef("workshop", 7, version)
        plan(event, DAY + timedelta(days=version))
        was = {"day": f"of version {version - 1}"}
        return actions.announce(event=event, letter="workshop_moved", audience="guests", at=NOW, by=None, was=was)

    def known(self, version: int) -> dict[str, str]:
        return Reminder.objects.get(version=version, letter="workshop_moved").was

    def test_it_is_kept_as_it_was_announced(self, db: None):
        self.change(2)
        assert self.known(2) == {"day": "of version 1"}
        assert [row.was for row in Reminder.objects.exclude(letter="workshop_moved")] == [{}] * len(LADDER)

    def test_of_changes_nobody_heard_of_the_first_counts(self, db: None):
        for version in (2, 3, 4):
            self.change(version)
        assert [self.known(version) for version in (2, 3, 4)] == [{"day": "of version 1"}] * 3

    @pytest.mark.parametrize("state", ["sent", "handing_over"])
    def test_where_some_did_it_is_the_version_before(self, db: None, state: str):
        row = self.change(2)
        Reminder.objects.filter(pk=row.pk).update(state="expanded")
        DeliveryFactory(reminder=row, alone=True, state=state)
        self.change(3)
        self.change(4)
        assert [self.known(version)["day"] for version in (3, 4)] == ["of version 2", "of version 2"]

    def test_any_letter_that_went_since_has_said_the_new_date(self, db: None):
        self.change(2)
        step = Reminder.objects.filter(version=2, step="dates")
        step.update(state="expanded")
        DeliveryFactory(reminder=step.get(), alone=True, state="sent")
        self.change(3)
        assert self.known(3) == {"day": "of version 2"}

    def test_one_of_the_old_date_has_not(self, db: None):
        plan(day=DAY)
        step = Reminder.objects.filter(step="dates")
        step.update(state="expanded")
        DeliveryFactory(reminder=step.get(), alone=True, state="sent")
        self.change(2)
        self.change(3)
        assert self.known(3) == {"day": "of version 1"}

    def test_nor_has_one_of_another_event(self, db: None):
        self.change(2)
        other = ReminderFactory(object_id=8, version=2, state="expanded")
        DeliveryFactory(reminder=other, state="sent")
        self.change(3)
        assert self.known(3) == {"day": "of version 1"}


def test_an_announcement_before_the_plan_does_not_count_as_the_plan(db: None):
    actions.announce(event=WORKSHOP, letter="date_changed", at=NOW, by=None)
    assert [row.step for row in plan(day=DAY)] == [step.slug for step in LADDER]


def test_an_announcement_about_the_old_date_does_not_outlive_a_move(db: None):
    plan(day=DAY)
    row = actions.announce(event=WORKSHOP, letter="date_changed", at=NOW, by=None)
    plan(MOVED, DAY + timedelta(days=30))
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "moved")


# --- what staff do to a letter ----------------------------------------------------------------------------------------


def test_a_failed_letter_is_tried_again_with_its_message_id(db: None, staff: User):
    letter = DeliveryFactory(state="dead", attempts=12)
    row = actions.retry_letter(letter=letter, at=NOW, by=staff)
    assert (row.state, row.reason, row.attempts, row.next_attempt_at, row.message_id) == (
        "queued",
        "",
        0,
        NOW,
        letter.message_id,
    )
    assert (row.items.get().state, row.items.get().reason) == ("queued", "")


def test_trying_again_twice_is_trying_again_once(db: None, staff: User):
    letter = DeliveryFactory(state="dead")
    actions.retry_letter(letter=letter, at=NOW, by=staff)
    assert actions.retry_letter(letter=letter, at=NOW, by=staff).state == "queued"


@pytest.mark.parametrize("state", ["sent", "expired", "held"])
def test_only_failed_letters_are_tried_again(staff: User, state: str):
    with pytest.raises(DomainError, match=r"(Seul|Only)"):
        actions.retry_letter(letter=DeliveryFactory(state=state), at=NOW, by=staff)


def test_a_useless_letter_is_not_tried_again(staff: User):
    letter = DeliveryFactory(state="dead")
    with pytest.raises(DomainError):
        actions.retry_letter(letter=letter, at=letter.expires_at, by=staff)
    letter.refresh_from_db()
    assert letter.state == "dead"


def test_a_letter_is_held_back_and_released(staff: User):
    letter = DeliveryFactory()
    held = actions.hold_letter(letter=letter, by=staff)
    assert (held.state, held.reason) == ("held", "staff")
    assert actions.hold_letter(letter=letter, by=staff).state == "held"
    freed = actions.release_letter(letter=letter, at=NOW, by=staff)
    assert (freed.state, freed.reason, freed.next_attempt_at) == ("queued", "", NOW)
    assert actions.release_letter(letter=letter, at=NOW, by=staff).state == "queued"


@pytest.mark.parametrize("state", ["sent", "dead", "cancelled"])
def test_only_a_letter_that_is_held_back_is_released(staff: User, state: str):
    letter = DeliveryFactory(state=state)
    with pytest.raises(DomainError, match="Sending can be resumed only for a paused e-mail"):
        actions.release_letter(letter=letter, at=NOW, by=staff)
    letter.refresh_from_db()
    assert letter.state == state


def test_a_claimed_letter_that_is_held_back_loses_its_lease(staff: User):
    from notifications.sending.delivery import LOST, begin, claim

    letter = DeliveryFactory()
    taken = claim(NOW)
    actions.hold_letter(letter=letter, by=staff)
    assert begin(letter.pk, taken.token, NOW) == LOST


@pytest.mark.parametrize("state", ["sent", "dead", "handing_over"])
def test_only_waiting_letters_are_held_back(staff: User, state: str):
    with pytest.raises(DomainError):
        actions.hold_letter(letter=DeliveryFactory(state=state), by=staff)


def test_history_says_who_tried_again(staff: User):
    letter = DeliveryFactory(state="dead")
    actions.retry_letter(letter=letter, at=NOW, by=staff)
    event = Delivery.pgh_event_model.objects.get()
    assert (event.state, event.pgh_context.metadata["by"]) == ("queued", staff.pk)


# --- preferences ------------------------------------------------------------------------------------------------------


def refused(user: User) -> list[str]:
    return list(Preference.objects.filter(user=user).values_list("kind", flat=True).order_by("kind"))


def test_unsubscribing_twice_is_unsubscribing_once(staff: User):
    for _ in range(2):
        actions.unsubscribe(user=staff, kinds=["workshop", "picnic"], by=staff)
    assert refused(staff) == ["picnic", "workshop"]


def test_choosing_letters_refuses_the_others_and_takes_back_refusals(staff: User, workshop: EventKind):
    actions.choose_letters(user=staff, wanted=[], by=staff)
    assert "workshop" in refused(staff)
    actions.choose_letters(user=staff, wanted=["workshop"], by=staff)
    assert "workshop" not in refused(staff)


def test_what_one_person_refuses_others_still_get(staff: User):
    actions.unsubscribe(user=staff, kinds=["workshop"], by=staff)
    assert refused(GuestFactory()) == []


# --- the switch -------------------------------------------------------------------------------------------------------


def test_held_twice_the_first_reason_stays(staff: User):
    actions.hold_mail(reason="Restored", at=NOW, by=staff)
    actions.hold_mail(reason="Again", at=NOW + timedelta(hours=1), by=UserFactory())
    switch = MailSwitch.objects.get()
    assert (switch.reason, switch.held_since, switch.held_by) == ("Restored", NOW, staff)


def test_released_the_switch_forgets_and_history_does_not(staff: User):
    actions.hold_mail(reason="Restored", at=NOW, by=staff)
    actions.release_mail(by=staff)
    assert MailSwitch.objects.get().held_since is None
    assert [event.reason for event in MailSwitch.pgh_event_model.objects.order_by("pgh_id")] == ["", "Restored", ""]


def test_releasing_what_is_not_held_does_nothing(staff: User):
    assert actions.release_mail(by=staff) is None


# --- nudges -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tasks asked for (the broker itself is met in `test_tasks`)."""
    from celery import current_app

    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: asked.append(name))
    return asked


def test_what_is_due_now_wakes_a_worker_after_the_commit(
    db: None, nudged: list[str], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        plan(day=NOW.date() + timedelta(days=10))
        assert nudged == []
    assert nudged == ["notifications.tasks.send_letters"]


def test_what_is_due_later_wakes_nobody(db: None, nudged: list[str], django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        plan(day=DAY)
        ReminderFactory()
    assert nudged == []
