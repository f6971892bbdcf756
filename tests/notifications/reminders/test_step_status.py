"""The reminder schedule of an event, as its page shows it."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from notifications import actions
from notifications.emails.creation import create_due_emails
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import AudienceQuery, AudienceSize, EventKind
from notifications.reminders.step_status import reminder_steps_of, upcoming_reminders
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    NOW,
    WORKSHOP,
    DeliveryFactory,
    ReminderFactory,
    WorkshopGuestFactory,
    plan,
    registered,
)
from tests.factories.notifications import workshop as made_up

DAY = date(2027, 3, 2)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def fixed_sizes(*sizes: AudienceSize) -> Callable[..., dict[AudienceQuery, AudienceSize]]:
    """Return a function that gives these sizes in the order of the e-mails, then the last one; without any it fails."""

    def answer(queries: Collection[AudienceQuery], _at: datetime) -> dict[AudienceQuery, AudienceSize]:
        return {row: sizes[min(number, len(sizes) - 1)] for number, row in enumerate(sorted(queries))}

    return answer


def displayed_steps(at=NOW, event: EventRef = WORKSHOP) -> list[tuple[str, str, str]]:
    return [(str(step.label), step.state, str(step.detail)) for step in reminder_steps_of(event, at)]


def test_the_first_step_is_next_before_anything_was_sent(db: None, workshop: EventKind):
    plan(day=DAY)
    assert displayed_steps() == [
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
def test_days_until_a_step_are_counted_in_the_events_time_zone(
    db: None, workshop: EventKind, zone: str, at: datetime, details: str
):
    plan(day=DAY, zone=zone)
    assert [displayed_steps(at)[0][2], upcoming_reminders(at, is_paused=False)[0][0].detail] == [details, details]


def test_the_rest_of_a_partly_sent_step_is_not_counted(db: None):
    plan(day=DAY)
    first = Reminder.objects.get(step="dates")
    first.state = "expanded"
    first.save()
    DeliveryFactory(reminder=first, state="sent")
    DeliveryFactory(reminder=first)
    plan(EventRef("workshop", 7, 2), DAY + timedelta(days=7))
    with registered(made_up(sizes=fixed_sizes(AudienceSize(14)))):
        details = [detail for label, _state, detail in displayed_steps() if label == "Guests: workshop_dates"]
    assert details == ["sent to 1 person", "will be sent in 77 days"]


def test_the_number_of_people_is_shown_where_known(db: None):
    plan(day=DAY)
    with registered(made_up(sizes=fixed_sizes(AudienceSize(14)))):
        assert displayed_steps()[0] == ("Guests: workshop_dates", "next", "will be sent in 70 days to 14 people")
    with registered(made_up(sizes=fixed_sizes(AudienceSize(1)))):
        assert displayed_steps()[0][2] == "will be sent in 70 days to 1 person"
    with registered(made_up(sizes=fixed_sizes(AudienceSize(0)))):
        assert displayed_steps()[0][2] == "will be sent in 70 days, as of today to nobody"


def test_sizes_are_queried_per_email(db: None):
    plan(day=DAY)
    details = AudienceQuery(7, "guests", "workshop_details")
    with registered(made_up(sizes=lambda queries, _at: {row: AudienceSize(3) for row in queries if row == details})):
        assert [row[2] for row in displayed_steps()][:2] == [
            "will be sent in 70 days",
            "will be sent in 84 days to 3 people",
        ]


class TestOutOfPlace:
    """Steps without recipients in the event's present state show the reason instead of a number."""

    KIND = {
        "reasons": {"far": "the workshop is not that far yet"},
        "early_reasons": {"far": "once the workshop is that far"},
    }

    def displayed_steps(self, *sizes: AudienceSize, **more: Any) -> list[tuple[str, str]]:
        with registered(made_up(sizes=fixed_sizes(*sizes), **self.KIND)):
            return [row[1:] for row in displayed_steps(**more)]

    def test_a_step_without_recipients_says_why_and_the_next_one_is_next(self, db: None):
        ReminderFactory(due_at=NOW + timedelta(days=3), email_type="workshop_dates")
        ReminderFactory(due_at=NOW + timedelta(days=5))
        assert self.displayed_steps(AudienceSize(14, "answered"), AudienceSize(14)) == [
            ("later", "will be sent in 3 days, as of today to nobody: the person has already answered"),
            ("next", "will be sent in 5 days to 14 people"),
        ]

    @pytest.mark.parametrize(("people", "text"), [(14, " to 14 people"), (1, " to 1 person"), (None, "")])
    def test_an_early_step_shows_its_condition_and_number_of_people(self, db: None, people: int | None, text: str):
        ReminderFactory(due_at=NOW + timedelta(days=3))
        assert self.displayed_steps(AudienceSize(people, "far")) == [
            ("next", f"will be sent in 3 days{text}, once the workshop is that far")
        ]

    def test_a_due_step_that_is_early_has_no_recipients(self, db: None):
        ReminderFactory()
        assert self.displayed_steps(AudienceSize(14, "far")) == [
            ("later", "due today, being sent now, as of today to nobody: the workshop is not that far yet")
        ]

    def test_waiting_emails_without_recipients_say_why(self, db: None):
        DeliveryFactory(reminder=ReminderFactory(state="expanded"))
        assert self.displayed_steps(AudienceSize(14, "left")) == [
            ("later", "due today, being sent now, as of today to nobody: the person left")
        ]

    def test_paused_emails_without_recipients_say_why(self, db: None):
        ReminderFactory(due_at=NOW + timedelta(days=3))
        actions.pause_all_emails(reason="Restored", at=NOW, by=UserFactory())
        assert self.displayed_steps(AudienceSize(14, "far")) == [
            ("next", "paused, to 14 people, once the workshop is that far")
        ]
        assert self.displayed_steps(AudienceSize(14, "left")) == [
            ("later", "paused, as of today to nobody: the person left")
        ]

    def test_sizes_of_sent_or_skipped_steps_are_not_queried(self, db: None):
        DeliveryFactory(state="sent")
        ReminderFactory(state="skipped", reason="late")
        with registered(made_up(sizes=fixed_sizes())):
            assert [row[1] for row in displayed_steps()] == ["went", "skipped"]


def test_a_sent_step_shows_the_number_of_people(db: None, workshop: EventKind):
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state="sent")
    DeliveryFactory(reminder=row, state="sent")
    assert displayed_steps() == [("Guests: workshop_details", "went", "sent to 2 people")]


def test_a_partly_failed_step_shows_both_numbers(db: None, workshop: EventKind):
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state="sent")
    DeliveryFactory(reminder=row, state="dead")
    assert displayed_steps()[0][1:] == ("went", "sent to 1 person, failed for 1")


def test_a_failed_step_says_so(db: None, workshop: EventKind):
    DeliveryFactory(state="dead")
    assert displayed_steps()[0][1:] == ("failed", "failed for 1 person")


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (timedelta(days=-1), "being sent now"),
        (timedelta(hours=-1), "due today, being sent now"),
        (timedelta(), "due today, being sent now"),
        (timedelta(hours=2), "will be sent today"),
        (timedelta(days=1), "will be sent in 1 day"),
    ],
)
def test_a_near_step_shows_the_days_left(db: None, workshop: EventKind, due: timedelta, text: str):
    ReminderFactory(due_at=NOW + due)
    assert displayed_steps() == [("Guests: workshop_details", "next", text)]


def test_a_step_being_sent_shows_its_waiting_emails(db: None, workshop: EventKind):
    WorkshopGuestFactory.create_batch(2)
    ReminderFactory()
    create_due_emails(NOW)
    assert displayed_steps() == [("Guests: workshop_details", "next", "due today, being sent now to 2 people")]


def test_a_step_says_that_emails_are_paused(db: None, workshop: EventKind):
    ReminderFactory()
    actions.pause_all_emails(reason="Restored", at=NOW, by=UserFactory())
    assert displayed_steps()[0][1:] == ("next", "due today, paused")
    assert displayed_steps(NOW + timedelta(days=1))[0][1:] == ("next", "paused")


def test_paused_steps_show_the_number_of_people(db: None):
    ReminderFactory(due_at=NOW + timedelta(days=3))
    actions.pause_all_emails(reason="Restored", at=NOW, by=UserFactory())
    with registered(made_up(sizes=fixed_sizes(AudienceSize(14)))):
        assert displayed_steps()[0][1:] == ("next", "paused, to 14 people")


def test_steps_due_today_are_highlighted_like_the_next(db: None, workshop: EventKind):
    ReminderFactory(due_at=NOW + timedelta(hours=1))
    ReminderFactory(due_at=NOW + timedelta(hours=2))
    ReminderFactory(due_at=NOW + timedelta(days=2))
    assert [row[1:] for row in displayed_steps()] == [
        ("next", "will be sent today"),
        ("next", "will be sent today"),
        ("later", "will be sent in 2 days"),
    ]


class TestUpcomingReminders:
    def upcoming(self) -> tuple[list[tuple[str, str, str]], int]:
        steps, more = upcoming_reminders(NOW, is_paused=False)
        return [(str(step.label), str(step.detail), step.href) for step in steps], more

    def test_upcoming_reminders_show_event_name_and_number_of_people(self, db: None):
        later = ReminderFactory(due_at=NOW + timedelta(days=3), object_id=8)
        sooner = ReminderFactory(due_at=NOW + timedelta(hours=1))
        kind = made_up(
            names=lambda pks: {pk: f"Workshop {pk}" for pk in pks},
            sizes=lambda queries, _at: {row: AudienceSize(14) for row in queries if row.event == 7},
        )
        with registered(kind):
            assert self.upcoming() == (
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

    def test_ten_reminders_are_listed_and_the_others_counted(self, db: None, workshop: EventKind):
        ReminderFactory.create_batch(13, due_at=NOW + timedelta(days=1))
        steps, more = self.upcoming()
        assert (len(steps), more) == (10, 3)

    def test_only_planned_reminders_are_listed(self, db: None, workshop: EventKind):
        ReminderFactory(state="expanded")
        ReminderFactory(state="skipped", reason="late")
        ReminderFactory(state="cancelled", reason="cancelled")
        assert self.upcoming() == ([], 0)

    def test_events_of_an_unknown_kind_are_listed(self, db: None):
        ReminderFactory(kind="picnic", due_at=NOW + timedelta(days=1))
        assert [row[:2] for row in self.upcoming()[0]] == [
            ("A reminder of an event that no longer exists", "will be sent in 1 day")
        ]

    @pytest.mark.parametrize("count", [1, 3])
    def test_upcoming_reminders_take_one_statement(
        self, db: None, workshop: EventKind, count: int, django_assert_num_queries
    ):
        ReminderFactory.create_batch(count)
        with django_assert_num_queries(1):
            upcoming_reminders(NOW, is_paused=True)


def test_a_skipped_step_says_why(db: None, workshop: EventKind):
    plan(day=NOW.date() + timedelta(days=10))
    assert displayed_steps()[0][1:] == ("skipped", "skipped: a later reminder is sent instead")
    actions.cancel_reminders(event=WORKSHOP, reason="cancelled", by=None)
    assert displayed_steps()[1][1:] == ("skipped", "skipped: the event is cancelled")


def test_a_step_without_recipients_says_so(db: None, workshop: EventKind):
    ReminderFactory(state="expanded")
    assert displayed_steps()[0][1:] == ("skipped", "there was nobody to write to")


def test_a_step_skipped_for_everyone_is_left_out(db: None, workshop: EventKind):
    DeliveryFactory(state="skipped")
    assert displayed_steps()[0][1:] == ("skipped", "skipped")


def test_after_a_move_only_sent_steps_of_the_old_version_are_shown(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    plan(day=DAY)
    first = Reminder.objects.get(step="dates")
    create_due_emails(first.due_at)
    delivery = Delivery.objects.get()
    Delivery.objects.filter(pk=delivery.pk).update(state="handing_over")
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=first.due_at)
    DeliveryItem.objects.update(state="sent")
    plan(EventRef("workshop", 7, 2), DAY + timedelta(days=60))
    assert [(label, state) for label, state, _detail in displayed_steps(first.due_at)] == [
        ("Guests: workshop_dates", "went"),
        ("Guests: workshop_details", "next"),
        ("Guests: workshop_last_note", "later"),
        ("Guests: workshop_thanks", "later"),
    ]


def test_only_staff_get_links_to_previews(db: None, workshop: EventKind):
    went, coming = ReminderFactory(state="expanded"), ReminderFactory(due_at=NOW + timedelta(days=3))
    DeliveryFactory(reminder=went, state="sent")
    assert [(step.href, step.action) for step in reminder_steps_of(WORKSHOP, NOW, for_staff=True)] == [
        (reverse("notifications:reminder", args=[went.pk]), "details"),
        (reverse("notifications:reminder", args=[coming.pk]), "preview"),
    ]
    assert {(step.href, step.action) for step in reminder_steps_of(WORKSHOP, NOW)} == {("", "")}


def test_an_event_without_reminders_has_an_empty_reminder_schedule(db: None, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert reminder_steps_of(WORKSHOP, NOW) == []


def test_a_long_reminder_schedule_takes_one_statement(db: None, workshop: EventKind, django_assert_num_queries):
    ReminderFactory.create_batch(19)
    with django_assert_num_queries(1):
        assert len(reminder_steps_of(WORKSHOP, NOW)) == 19


def test_announcements_to_one_person_are_not_shown(db: None, workshop: EventKind):
    actions.announce_change(event=WORKSHOP, email_type="workshop_moved", audience="guests", at=NOW, by=None)
    actions.announce_change(
        event=WORKSHOP, email_type="workshop_place", step="workshop_place-12", audience="guests", at=NOW, by=None
    )
    assert len(displayed_steps()) == 1


def test_steps_whose_day_had_passed_before_the_event_got_its_date_are_folded(db: None, workshop: EventKind):
    WorkshopGuestFactory()
    plan(day=NOW.date() + timedelta(days=4))
    assert [(str(step.label), step.folded) for step in reminder_steps_of(WORKSHOP, NOW)] == [
        ("Guests: workshop_dates", True),
        ("Guests: workshop_details", False),  # the latest that is due is sent at once
        ("Guests: workshop_last_note", False),
        ("Guests: workshop_thanks", False),
    ]


def test_a_step_that_was_skipped_later_stays_on_the_page(db: None, workshop: EventKind):
    ReminderFactory(step="early", due_at=NOW - timedelta(days=3), state="expanded")
    ReminderFactory(step="missed", due_at=NOW - timedelta(days=2), state="expired", reason="expired")
    assert [step.folded for step in reminder_steps_of(WORKSHOP, NOW)] == [False, False]
