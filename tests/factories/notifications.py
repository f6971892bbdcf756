"""Factories for reminders and e-mails, and a made-up kind of event: the workshop, whose guests are the people of one
domain.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from accounts.models import User
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, GroupEmail, Reminder
from notifications.registries import (
    CommandScope,
    EmailPart,
    EventKind,
    Recipient,
    RecipientCheck,
    event_kinds,
    everyone_can_see,
)
from notifications.reminders import schedule
from tests.factories.accounts import UserFactory
from web.calendars.ics import CalendarEntry

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GUESTS = "guests.example"
FROM_EMAIL = "labplatform <lab@demo.example>"
REMINDER_SCHEDULE = (
    schedule.ScheduleStep.read("dates", "-4w", "guests", "workshop_dates", alone=True),
    schedule.ScheduleStep.read("details", "-2w", "guests", "workshop_details"),
    schedule.ScheduleStep.read("last_note", "-2d", "guests", "workshop_last_note"),
    schedule.ScheduleStep.read("thanks", "+1d", "guests", "workshop_thanks"),
)


class WorkshopGuestFactory(UserFactory):
    """A guest of every workshop."""

    email = factory.Sequence(lambda n: f"guest{n}@{GUESTS}")
    full_name = factory.Sequence(lambda n: f"Guest Number{n}")
    language = "en"


def guests(_reminder: Reminder, _at: datetime) -> list[Recipient]:
    users = User.objects.filter(email__endswith=f"@{GUESTS}", is_active=True).order_by("pk")
    return [Recipient(user) for user in users]


def nobody_refused(reminder: Reminder, _user: User, _at: datetime) -> RecipientCheck:
    return RecipientCheck("", find_event(reminder))


def find_event(reminder: Reminder) -> EventRef:
    """Return the workshop of a reminder; any id exists."""
    return EventRef("workshop", reminder.object_id, reminder.version)


def part(reminder: Reminder, _event: EventRef, user: User, language: str) -> EmailPart:
    """Return an e-mail part that names the version, so that an e-mail for an old date can be recognised."""
    entry = None
    if reminder.alone and reminder.event_day:
        entry = CalendarEntry(
            reminder.event_day, reminder.event_day, "Workshop", "TENTATIVE", location="Salle du conseil"
        )
    return EmailPart(
        subject=f"Workshop {reminder.object_id}: {reminder.step}",
        text=f"Dear {user.full_name},\n\nversion {reminder.version} <of> the workshop ({language}).",
        why="You are receiving this e-mail because you are a guest of the workshop.",
        button=("See the workshop", f"/workshops/{reminder.object_id}/"),
        calendar=entry,
    )


def workshop(**changes: Any) -> EventKind:
    """Return the made-up kind of event, with some of its functions replaced."""
    answers: dict[str, Any] = {
        "label": "Workshops",
        "recipients": guests,
        "check": nobody_refused,
        "find": find_event,
        "render": part,
        "describe": lambda reminder: f"Guests: {reminder.email_type}",
        "href": lambda reminder: f"/workshops/{reminder.object_id}/",
        "in_scope": lambda scope: [7] if scope == CommandScope(edition="seven") else [],
        "can_see": everyone_can_see,
    }
    return EventKind(**(answers | changes))


def recipients(reminder: Reminder, at: datetime) -> list[User]:
    """Return the recipients its kind gives for a reminder."""
    return [row.user for row in event_kinds[reminder.kind].recipients(reminder, at)]


def refusal(reminder: Reminder, user: User, at: datetime) -> str:
    """Return the reason its kind gives for not sending to the person."""
    return event_kinds[reminder.kind].check(reminder, user, at).reason


def rendered(reminder: Reminder, user: User, language: str = "en") -> EmailPart:
    """Return the e-mail part its kind renders for the person."""
    kind = event_kinds[reminder.kind]
    return kind.render(reminder, kind.find(reminder), user, language)


@contextmanager
def registered(kind: EventKind, slug: str = "workshop") -> Iterator[EventKind]:
    """Register the kind of event during the block."""
    event_kinds.register(slug, kind)
    try:
        yield kind
    finally:
        del event_kinds._items[slug]


def every_day(_day: date) -> bool:
    return True


WORKSHOP = EventRef("workshop", 7, 1)


class ReminderFactory(factory.django.DjangoModelFactory):
    """A reminder due now that expires a day later."""

    class Meta:
        model = Reminder

    kind = "workshop"
    object_id = 7
    version = 1
    event_day = date(2026, 12, 8)
    step = factory.Sequence(lambda n: f"step-{n}")
    email_type = "workshop_details"
    audience = "guests"
    due_at = NOW
    due_on = factory.LazyAttribute(lambda row: row.due_at.date())
    expires_at = factory.LazyAttribute(lambda row: row.due_at + timedelta(days=1))

    @classmethod
    def _create(cls, model_class: type[Reminder], *args: object, **kwargs: Any) -> Reminder:
        state, reason = kwargs.pop("state", "planned"), kwargs.pop("reason", "")
        if state in {"planned", "skipped"}:
            return super()._create(model_class, *args, state=state, reason=reason, **kwargs)
        row = super()._create(model_class, *args, **kwargs)
        row.state, row.reason = state, reason
        row.save()
        return row


class DeliveryFactory(factory.django.DjangoModelFactory):
    """An e-mail with one item, due now, brought to `state`."""

    class Meta:
        model = Delivery

    user = factory.SubFactory(WorkshopGuestFactory)
    address = factory.LazyAttribute(lambda row: row.user.email)
    language = "en"
    day = date(2026, 11, 24)
    sequence = factory.Sequence(lambda n: n + 1)
    message_id = factory.Sequence(lambda n: f"<letter-{n}@lab.example>")
    due_at = NOW
    next_attempt_at = factory.SelfAttribute("due_at")
    expires_at = factory.LazyAttribute(lambda row: row.due_at + timedelta(days=1))

    @classmethod
    def _create(cls, model_class: type[Delivery], *args: object, **kwargs: Any) -> Delivery:
        state, reason = kwargs.pop("state", "queued"), kwargs.pop("reason", "")
        reminder = kwargs.pop("reminder", None) or ReminderFactory(state="expanded", alone=kwargs.get("alone", False))
        row = super()._create(model_class, *args, **kwargs)
        item = DeliveryItem.objects.create(delivery=row, reminder=reminder, user=row.user)
        if state != "queued":
            walk(row, item, state, reason)
        return row


class GroupEmailFactory(factory.django.DjangoModelFactory):
    """A draft to everyone in a cohort, in both languages; `sent_at` makes it a sent one."""

    class Meta:
        model = GroupEmail

    circle = "cohort"
    object_id = 7
    audience = "everyone"
    subject_fr, body_fr = "Salle changée", "Rendez-vous au deuxième étage."
    subject_en, body_en = "Another room", "We meet on the second floor."
    written_by = factory.SubFactory(UserFactory)
    written_at = NOW


REASON_OF = {"dead": "refused", "expired": "expired", "cancelled": "moved", "skipped": "left", "held": "staff"}


def walk(row: Delivery, item: DeliveryItem, state: str, reason: str = "") -> None:
    """Bring a queued e-mail and its item to another state."""
    why = reason or REASON_OF.get(state, "")
    if state in {"sent", "handing_over"}:
        row.state, row.attempts = "handing_over", 1
        row.save()
    row.state, row.reason, row.sent_at = state, why, NOW if state == "sent" else None
    row.save()
    if state not in {"held", "handing_over"}:
        item.state, item.reason = state, why
        item.save()


def plan(
    event: EventRef = WORKSHOP, day: date = date(2026, 12, 8), at: datetime = NOW, **changes: Any
) -> list[Reminder]:
    """Plan a workshop's reminder schedule, with every day open."""
    from notifications.actions import ensure_reminders

    arguments: dict[str, Any] = {"steps": REMINDER_SCHEDULE, "zone": "Europe/Paris", "is_open": every_day, "by": None}
    return ensure_reminders(event=event, day=day, at=at, **(arguments | changes))


def at_the_time(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that always gives the same moment."""
    return lambda: moment
