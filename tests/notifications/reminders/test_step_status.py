"""The ladder of an event, as its page shows it."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from notifications import actions
from notifications.emails.creation import expand_due
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import Asked, EventKind, Size
from notifications.reminders.step_status import coming_reminders, ladder_of
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    NOW,
    WORKSHOP,
    DeliveryFactory,
    GuestFactory,
    ReminderFactory,
    plan,
    registered,
)
from tests.factories.notifications import workshop as made_up

DAY = date(2027, 3, 2)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def says(*sizes: Size) -> Callable[..., dict[Asked, Size]]:
    """Answers with these, in the order of the letters; the last for whatever else is asked. Without any, fails."""

    def answer(asked: Collection[Asked], _at: datetime) -> dict[Asked, Size]:
        return {row: sizes[min(number, len(sizes) - 1)] for number, row in enumerate(sorted(asked))}

    return answer


def shown(at=NOW, event: EventRef = WORKSHOP) -> list[tuple[str, str, str]]:
    return [(str(step.label), step.state, str(step.detail)) for step in ladder_of(event, at)]


def test_before_anything_went_the_first_step_is_next(db: None, workshop: EventKind):
    plan(day=DAY)
    assert shown() == [
        ("Guests: workshop_dates", "next", "will be sent in 70 days"),
        ("Guests: workshop_details", "later", "will be sent in 84 days"),
        ("Guests: workshop_last_note", "later", "will be sent in 96 days"),
        ("Guests: workshop_thanks", "later", "will be sent in 99 days"),
    ]


@pytest.mark.parametrize(
    ("zone", "at", "details"),
    [
        # 19 December in Martinique, the 20th in Paris; then 20 December in Réunion, the 19th in Paris.
        ("America/Martinique", datetime(2026, 12, 20, 3, tzinfo=UTC), "will be sent in 45 days"),
        ("Indian/Reunion", datetime(2026, 12, 19, 21, tzinfo=UTC), "will be sent in 44 days"),
        ("Europe/Paris", datetime(2026, 12, 19, 21, tzinfo=UTC), "will be sent in 45 days"),
    ],
)
def test_days_until_a_step_are_counted_where_the_event_is(
    db: None, workshop: EventKind, zone: str, at: datetime, details: str
):
    plan(day=DAY, zone=zone)
    assert [shown(at)[0][2], coming_reminders(at, held=False)[0][0].detail] == [details, details]


def test_of_a_step_that_went_to_some_before_a_move_nobody_counts_the_others(db: None):
    plan(day=DAY)
    first = Reminder.objects.get(step="dates")
    first.state = "expanded"
    first.save()
    DeliveryFactory(reminder=first, state="sent")
    DeliveryFactory(reminder=first)
    plan(EventRef("workshop", 7, 2), DAY + timedelta(days=7))
    with registered(made_up(sizes=says(Size(14)))):
        details = [detail for label, _state, detail in shown() if label == "Guests: workshop_dates"]
    assert details == ["sent to 1 person", "will be sent in 77 days"]


def test_it_says_to_how_many_where_the_kind_can_tell(db: None):
    plan(day=DAY)
    with registered(made_up(sizes=says(Size(14)))):
        assert shown()[0] == ("Guests: workshop_dates", "next", "will be sent in 70 days to 14 people")
    with registered(made_up(sizes=says(Size(1)))):
        assert shown()[0][2] == "will be sent in 70 days to 1 person"
    with registered(made_up(sizes=says(Size(0)))):
        assert shown()[0][2] == "will be sent in 70 days, as of today to nobody"


def test_it_asks_for_each_letter_of_its_own(db: None):
    plan(day=DAY)
    details = Asked(7, "guests", "workshop_details")
    with registered(made_up(sizes=lambda asked, _at: {row: Size(3) for row in asked if row == details})):
        assert [row[2] for row in shown()][:2] == ["will be sent in 70 days", "will be sent in 84 days to 3 people"]


class TestOutOfPlace:
    """Where the event, as it stands, has no use for a letter, the rung says why instead of a number."""

    KIND = {"reasons": {"far": "the workshop is not that far yet"}, "once": {"far": "once the workshop is that far"}}

    def shown(self, *sizes: Size, **more: Any) -> list[tuple[str, str]]:
        with registered(made_up(sizes=says(*sizes), **self.KIND)):
            return [row[1:] for row in shown(**more)]

    def test_it_is_nobody_and_why_and_the_next_is_the_one_after(self, db: None):
        ReminderFactory(due_at=NOW + timedelta(days=3), letter="workshop_dates")
        ReminderFactory(due_at=NOW + timedelta(days=5))
        assert self.shown(Size(14, "answered"), Size(14)) == [
            ("later", "will be sent in 3 days, as of today to nobody: the person has already answered"),
            ("next", "will be sent in 5 days to 14 people"),
        ]

    @pytest.mark.parametrize(("people", "said"), [(14, " to 14 people"), (1, " to 1 person"), (None, "")])
    def test_what_is_only_early_says_until_when_and_to_how_many(self, db: None, people: int | None, said: str):
        ReminderFactory(due_at=NOW + timedelta(days=3))
        assert self.shown(Size(people, "far")) == [
            ("next", f"will be sent in 3 days{said}, once the workshop is that far")
        ]

    def test_due_now_early_is_nobody_too(self, db: None):
        ReminderFactory()
        assert self.shown(Size(14, "far")) == [
            ("later", "due today, being sent now, as of today to nobody: the workshop is not that far yet")
        ]

    def test_letters_that_wait_say_it_as_well(self, db: None):
        DeliveryFactory(reminder=ReminderFactory(state="expanded"))
        assert self.shown(Size(14, "left")) == [
            ("later", "due today, being sent now, as of today to nobody: the person left")
        ]

    def test_held_too(self, db: None):
        ReminderFactory(due_at=NOW + timedelta(days=3))
        actions.hold_mail(reason="Restored", at=NOW, by=UserFactory())
        assert self.shown(Size(14, "far")) == [("next", "paused, to 14 people, once the workshop is that far")]
        assert self.shown(Size(14, "left")) == [("later", "paused, as of today to nobody: the person left")]

    def test_of_what_went_or_was_left_out_nothing_is_asked(self, db: None):
        DeliveryFactory(state="sent")
        ReminderFactory(state="skipped", reason="late")
        with registered(made_up(sizes=says())):
            assert [row[1] for row in shown()] == ["went", "skipped"]


def test_what_went_says_to_how_many(db: None, workshop: EventKind):
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state="sent")
    DeliveryFactory(reminder=row, state="sent")
    assert shown() == [("Guests: workshop_details", "went", "sent to 2 people")]


def test_what_went_to_some_and_failed_for_others_says_both(db: None, workshop: EventKind):
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state="sent")
    DeliveryFactory(reminder=row, state="dead")
    assert shown()[0][1:] == ("went", "sent to 1 person, failed for 1")


def test_what_failed_for_everyone_says_so(db: None, workshop: EventKind):
    DeliveryFactory(state="dead")
    assert shown()[0][1:] == ("failed", "failed for 1 person")


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (timedelta(days=-1), "being sent now"),
        (timedelta(hours=-1), "due today, being sent now"),
        (timedelta(), "due today, being sent now"),
        (timedelta(hours=2), "will be sent today"),
        (timedelta(days=1), "will be sent in 1 day"),
    ],
)
def test_what_is_near_says_how_near(db: None, workshop: EventKind, due: timedelta, said: str):
    ReminderFactory(due_at=NOW + due)
    assert shown() == [("Guests: workshop_details", "next", said)]


def test_what_waits_to_be_sent_counts_its_letters(db: None, workshop: EventKind):
    GuestFactory.create_batch(2)
    ReminderFactory()
    expand_due(NOW)
    assert shown() == [("Guests: workshop_details", "next", "due today, being sent now to 2 people")]


def test_while_letters_are_held_it_says_so(db: None, workshop: EventKind):
    ReminderFactory()
    actions.hold_mail(reason="Restored", at=NOW, by=UserFactory())
    assert shown()[0][1:] == ("next", "due today, paused")
    assert shown(NOW + timedelta(days=1))[0][1:] == ("next", "paused")


def test_held_letters_say_to_how_many_all_the_same(db: None):
    ReminderFactory(due_at=NOW + timedelta(days=3))
    actions.hold_mail(reason="Restored", at=NOW, by=UserFactory())
    with registered(made_up(sizes=says(Size(14)))):
        assert shown()[0][1:] == ("next", "paused, to 14 people")


def test_whatever_is_due_today_stands_out_like_the_next(db: None, workshop: EventKind):
    ReminderFactory(due_at=NOW + timedelta(hours=1))
    ReminderFactory(due_at=NOW + timedelta(hours=2))
    ReminderFactory(due_at=NOW + timedelta(days=2))
    assert [row[1:] for row in shown()] == [
        ("next", "will be sent today"),
        ("next", "will be sent today"),
        ("later", "will be sent in 2 days"),
    ]


class TestComing:
    def coming(self) -> tuple[list[tuple[str, str, str]], int]:
        steps, more = coming_reminders(NOW, held=False)
        return [(str(step.label), str(step.detail), step.href) for step in steps], more

    def test_the_next_of_every_event_with_its_name_and_to_how_many(self, db: None):
        later = ReminderFactory(due_at=NOW + timedelta(days=3), object_id=8)
        sooner = ReminderFactory(due_at=NOW + timedelta(hours=1))
        kind = made_up(
            names=lambda pks: {pk: f"Workshop {pk}" for pk in pks},
            sizes=lambda asked, _at: {row: Size(14) for row in asked if row.event == 7},
        )
        with registered(kind):
            assert self.coming() == (
                [
                    (
                        "Workshop 7 · Guests: workshop_details",
                        "will be sent today to 14 people",
                        reverse("notifications:reminder", args=[sooner.pk]),
                    ),
                    (
                        "Workshop 8 · Guests: workshop_details",
                        "will be sent in 3 days",
                        reverse("notifications:reminder", args=[later.pk]),
                    ),
                ],
                0,
            )

    def test_ten_and_how_many_more(self, db: None, workshop: EventKind):
        ReminderFactory.create_batch(13, due_at=NOW + timedelta(days=1))
        steps, more = self.coming()
        assert (len(steps), more) == (10, 3)

    def test_only_what_is_planned(self, db: None, workshop: EventKind):
        ReminderFactory(state="expanded")
        ReminderFactory(state="skipped", reason="late")
        ReminderFactory(state="cancelled", reason="cancelled")
        assert self.coming() == ([], 0)

    def test_events_of_a_kind_nobody_knows_too(self, db: None):
        ReminderFactory(kind="picnic", due_at=NOW + timedelta(days=1))
        assert [row[:2] for row in self.coming()[0]] == [
            ("A reminder of an event that no longer exists", "will be sent in 1 day")
        ]

    @pytest.mark.parametrize("count", [1, 3])
    def test_in_one_statement(self, db: None, workshop: EventKind, count: int, django_assert_num_queries):
        ReminderFactory.create_batch(count)
        with django_assert_num_queries(1):
            coming_reminders(NOW, held=True)


def test_what_does_not_go_says_why(db: None, workshop: EventKind):
    plan(day=NOW.date() + timedelta(days=10))
    assert shown()[0][1:] == ("skipped", "skipped: a later reminder is sent instead")
    actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None)
    assert shown()[1][1:] == ("skipped", "skipped: the event is cancelled")


def test_what_concerned_nobody_says_so(db: None, workshop: EventKind):
    ReminderFactory(state="expanded")
    assert shown()[0][1:] == ("skipped", "concerned nobody")


def test_what_everyone_was_spared_is_left_out(db: None, workshop: EventKind):
    DeliveryFactory(state="skipped")
    assert shown()[0][1:] == ("skipped", "skipped")


def test_after_a_move_the_old_plan_is_hidden_and_what_went_stays(db: None, workshop: EventKind):
    GuestFactory()
    plan(day=DAY)
    first = Reminder.objects.get(step="dates")
    expand_due(first.due_at)
    letter = Delivery.objects.get()
    Delivery.objects.filter(pk=letter.pk).update(state="handing_over")
    Delivery.objects.filter(pk=letter.pk).update(state="sent", sent_at=first.due_at)
    DeliveryItem.objects.update(state="sent")
    plan(EventRef("workshop", 7, 2), DAY + timedelta(days=60))
    assert [(label, state) for label, state, _detail in shown(first.due_at)] == [
        ("Guests: workshop_dates", "went"),
        ("Guests: workshop_details", "next"),
        ("Guests: workshop_last_note", "later"),
        ("Guests: workshop_thanks", "later"),
    ]


def test_staff_find_the_way_to_each_preview_and_others_do_not(db: None, workshop: EventKind):
    went, coming = ReminderFactory(state="expanded"), ReminderFactory(due_at=NOW + timedelta(days=3))
    DeliveryFactory(reminder=went, state="sent")
    assert [(step.href, step.action) for step in ladder_of(WORKSHOP, NOW, for_staff=True)] == [
        (reverse("notifications:reminder", args=[went.pk]), "details"),
        (reverse("notifications:reminder", args=[coming.pk]), "preview"),
    ]
    assert {(step.href, step.action) for step in ladder_of(WORKSHOP, NOW)} == {("", "")}


def test_an_event_without_reminders_has_an_empty_ladder(db: None, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert ladder_of(WORKSHOP, NOW) == []


def test_a_long_ladder_takes_one_statement(db: None, workshop: EventKind, django_assert_num_queries):
    ReminderFactory.create_batch(19)
    with django_assert_num_queries(1):
        assert len(ladder_of(WORKSHOP, NOW)) == 19


def test_what_one_person_alone_was_told_is_not_shown(db: None, workshop: EventKind):
    actions.announce(event=WORKSHOP, letter="workshop_moved", audience="guests", at=NOW, by=None)
    actions.announce(
        event=WORKSHOP, letter="workshop_place", step="workshop_place-12", audience="guests", at=NOW, by=None
    )
    assert len(shown()) == 1
