"""Reminders and letters, and a kind of event made up for tests: the workshop, whose guests are people of one domain."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from accounts.models import User
from notifications.calendars.ics import Entry
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import Checked, EventKind, LetterPart, Recipient, Scope, event_kinds
from notifications.reminders import schedule
from tests.factories.accounts import UserFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GUESTS = "guests.example"
LADDER = (
    schedule.Step.read("dates", "-4w", "guests", "workshop_dates", alone=True),
    schedule.Step.read("details", "-2w", "guests", "workshop_details"),
    schedule.Step.read("last_note", "-2d", "guests", "workshop_last_note"),
    schedule.Step.read("thanks", "+1d", "guests", "workshop_thanks"),
)


class GuestFactory(UserFactory):
    """Someone every workshop concerns."""

    email = factory.Sequence(lambda n: f"guest{n}@{GUESTS}")
    full_name = factory.Sequence(lambda n: f"Guest Number{n}")
    language = "en"


def guests(_reminder: Reminder, _at: datetime) -> list[Recipient]:
    found = User.objects.filter(email__endswith=f"@{GUESTS}", is_active=True).order_by("pk")
    return [Recipient(user) for user in found]


def nobody_refused(reminder: Reminder, _user: User, _at: datetime) -> Checked:
    return Checked("", found(reminder))


def found(reminder: Reminder) -> EventRef:
    """Any workshop there may be."""
    return EventRef("workshop", reminder.object_id, reminder.version)


def part(reminder: Reminder, _event: EventRef, user: User, language: str) -> LetterPart:
    """A part that names its version, so that a letter for an old date can be told."""
    entry = None
    if reminder.alone and reminder.event_day:
        entry = Entry(reminder.event_day, reminder.event_day, "Workshop", "TENTATIVE", place="Salle du conseil")
    return LetterPart(
        subject=f"Workshop {reminder.object_id}: {reminder.step}",
        text=f"Dear {user.full_name},\n\nversion {reminder.version} <of> the workshop ({language}).",
        why="You get this letter because you are a guest of the workshop.",
        button=("See the workshop", f"/workshops/{reminder.object_id}/"),
        calendar=entry,
    )


def workshop(**changes: Any) -> EventKind:
    """The made-up kind, with some of its answers changed."""
    answers: dict[str, Any] = {
        "label": "Workshops",
        "recipients": guests,
        "check": nobody_refused,
        "find": found,
        "render": part,
        "describe": lambda reminder: f"Guests: {reminder.letter}",
        "href": lambda reminder: f"/workshops/{reminder.object_id}/",
        "within": lambda scope: [7] if scope == Scope(edition="seven") else [],
    }
    return EventKind(**(answers | changes))


def recipients(reminder: Reminder, at: datetime) -> list[User]:
    """Whom its kind says it concerns."""
    return [row.user for row in event_kinds[reminder.kind].recipients(reminder, at)]


def refusal(reminder: Reminder, user: User, at: datetime) -> str:
    """Why its kind says the person should not get it."""
    return event_kinds[reminder.kind].check(reminder, user, at).reason


def rendered(reminder: Reminder, user: User, language: str = "en") -> LetterPart:
    """What its kind says to the person."""
    kind = event_kinds[reminder.kind]
    return kind.render(reminder, kind.find(reminder), user, language)


@contextmanager
def registered(kind: EventKind, slug: str = "workshop") -> Iterator[EventKind]:
    """The kind is known for a while."""
    event_kinds.register(slug, kind)
    try:
        yield kind
    finally:
        del event_kinds._items[slug]


def every_day(_day: date) -> bool:
    return True


WORKSHOP = EventRef("workshop", 7, 1)


class ReminderFactory(factory.django.DjangoModelFactory):
    """A reminder due this very moment, of use for another day."""

    class Meta:
        model = Reminder

    kind = "workshop"
    object_id = 7
    version = 1
    event_day = date(2026, 12, 8)
    step = factory.Sequence(lambda n: f"step-{n}")
    letter = "workshop_details"
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
    """A letter with one item, due now, walked to `state`."""

    class Meta:
        model = Delivery

    user = factory.SubFactory(GuestFactory)
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


REASON_OF = {"dead": "refused", "expired": "expired", "cancelled": "moved", "skipped": "left", "held": "staff"}


def walk(row: Delivery, item: DeliveryItem, state: str, reason: str = "") -> None:
    """Bring a queued letter into another state, its item with it."""
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
    """Plan a workshop's ladder, every day being open."""
    from notifications.actions import ensure_reminders

    arguments: dict[str, Any] = {"steps": LADDER, "zone": "Europe/Paris", "is_open": every_day, "by": None}
    return ensure_reminders(event=event, day=day, at=at, **(arguments | changes))


def at_the_time(moment: datetime) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: moment
