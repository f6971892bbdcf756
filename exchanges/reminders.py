"""Keeps the letters of an exchange in step with it: planned with it, moved along, stopped when it is cancelled."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count

from accounts.models import User
from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange, Registration
from notifications.actions import announce, cancel_reminders, ensure_reminders
from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import DeliveryItem, Reminder
from notifications.reminders.schedule import USEFUL_AFTERWARDS
from programmes.enums import LadderKind
from programmes.workdays import is_working_day

KIND = "exchange"
SAVE_THE_DATE = "exchange_save_the_date"
INVITATION = "exchange_registration"
CHANGED = "exchange_changed"
CANCELLED = "exchange_cancelled"
TO_CONFIRM = "exchange_confirm_host"
HOST_REPLACED = "exchange_host_replaced"
HOST_GONE = "exchange_host_gone"
NOBODY_LEFT = "exchange_nobody_left"
HOSTS_NOW = "exchange_hosts_now"
MOVED_UP = "exchange_moved_up"
NOT_COMING = "exchange_not_coming"
ANSWERED_FOR = {"registered": "exchange_place_kept", "waitlisted": "exchange_waitlisted"}  # by another, by the answer
TO_ONE = (MOVED_UP, NOT_COMING, *ANSWERED_FOR.values())  # on their place: true on other days too
CONFIRM = "exchange_confirm"
# Letters that bring an entry into calendars.
WITH_ENTRY = (
    SAVE_THE_DATE,
    INVITATION,
    CONFIRM,
    ANSWERED_FOR["registered"],
    MOVED_UP,
    CHANGED,
)
ONE = "registration"  # audience, with the number of the registration: one person
UNTOLD = "untold"  # audience: members whom no letter on the exchange has reached
TOLD = "told"  # audience: everybody a letter on the exchange reached, and everybody invited
TOLD_BUT_LAB = "told_but_lab"  # audience: the same, where the lab has a letter of its own about it


def event_of(exchange: Exchange) -> EventRef:
    return EventRef(KIND, exchange.pk, exchange.version)


def plan(exchange: Exchange, *, at: datetime, by: User | None) -> None:
    """Plan the ladder of the edition's format; a host proposed too late for its rung is asked at once.

    Steps before it count from its first day, those after it from its last.
    """
    if exchange.first_day is None or exchange.host is None:
        return
    ensure_reminders(
        event=event_of(exchange),
        steps=exchange.edition.format.ladder(LadderKind.EXCHANGE),
        day=exchange.first_day,
        last_day=exchange.last_day,
        zone=exchange.host.authority.time_zone,
        is_open=_open_days(exchange),
        at=at,
        by=by,
        keeps=TO_ONE,
    )
    if exchange.state == ExchangeState.PROPOSED:
        tell(exchange, TO_CONFIRM, audience="host_pilot", at=at, by=by)


def told(exchange: Exchange) -> dict[str, str]:
    """What letters have said of it, for the one that says it changed; asked before it does."""
    days = [day.isoformat() if day else "" for day in (exchange.first_day, exchange.last_day)]
    host = exchange.host.name if exchange.host else ""
    return {"first_day": days[0], "last_day": days[1], "host": host, "venue": exchange.venue}


def move(exchange: Exchange, *, was: dict[str, str], to: str = TOLD, at: datetime, by: User | None) -> None:
    """Plan anew what has not gone, under the version just raised, and tell of the change once.

    `was` is `told` before. Once it is announced, a date too near for its first letter is told at once to those who
    know of none.
    """
    plan(exchange, at=at, by=by)
    _announce(exchange, CHANGED, to, at=at, by=by, was=was)
    if exchange.state == ExchangeState.ANNOUNCED:
        tell(exchange, SAVE_THE_DATE, audience=UNTOLD, at=at, by=by)


def hand_over(exchange: Exchange, *, was: dict[str, str], to: str = TOLD, at: datetime, by: User | None) -> None:
    """Move the letters to the new host; where the one before was asked to confirm already, ask the new one at once.

    Once everyone was told nobody is asked any more: the new host hears that it hosts.
    """
    move(exchange, was=was, to=to, at=at, by=by)
    if exchange.state not in UNANNOUNCED:
        _announce(exchange, HOSTS_NOW, "host_pilot", at=at, by=by)
    asked = Reminder.objects.of_event(event_of(exchange)).filter(letter=TO_CONFIRM, due_at__lte=at)
    if exchange.state == ExchangeState.PROPOSED and asked.exclude(version=exchange.version).exists():
        _announce(exchange, TO_CONFIRM, "host_pilot", at=at, by=by)


def tell(exchange: Exchange, letter: str, *, audience: str, at: datetime, by: User | None) -> None:
    """Send the letter at once, unless the ladder still has it to send in its time."""
    waiting = Reminder.objects.of_event(event_of(exchange)).filter(
        version=exchange.version, letter=letter, state=ReminderState.PLANNED
    )
    if not waiting.exists():
        _announce(exchange, letter, audience, at=at, by=by)


def tell_lab(exchange: Exchange, letter: str, *, at: datetime, by: User | None) -> None:
    """One letter to the lab, at once; each time is an occasion of its own, though the exchange has not moved since."""
    before = Reminder.objects.of_event(event_of(exchange)).filter(version=exchange.version, letter=letter).count()
    _announce(exchange, letter, "lab", step=f"{letter}-{before + 1}" if before else "", at=at, by=by)


def tell_one(answer: Registration, letter: str, *, exchange: Exchange, at: datetime, by: User | None) -> None:
    """Send the letter at once to the person of the answer; each change of an answer is an occasion of its own."""
    changes = Registration.objects.filter(pk=answer.pk).aggregate(n=Count("events"))["n"]
    step, audience = f"{letter}-{answer.pk}-{changes}", f"{ONE}-{answer.pk}"
    _announce(exchange, letter, audience, step=step, at=at, by=by)


def confirm_late(answer: Registration, *, exchange: Exchange, at: datetime, by: User | None) -> None:
    """Send the entry to whoever registers after “confirm or cancel” brought it, or after theirs was taken off."""
    rows = Reminder.objects.of_event(event_of(exchange)).filter(letter=CONFIRM)
    states = set(rows.values_list("state", flat=True))
    late = bool(states) and ReminderState.PLANNED not in states
    if late or _last_about_entry(answer) == NOT_COMING:
        tell_one(answer, ANSWERED_FOR["registered"], exchange=exchange, at=at, by=by)


def take_off(answer: Registration, *, exchange: Exchange, at: datetime, by: User | None) -> None:
    """Take it off the calendar of whoever does not come, where a letter brought it there."""
    if _last_about_entry(answer) in WITH_ENTRY:
        tell_one(answer, NOT_COMING, exchange=exchange, at=at, by=by)


def _last_about_entry(answer: Registration) -> str | None:
    """The last letter that went to the person with an entry, or that took it off."""
    letters = (*WITH_ENTRY, NOT_COMING)
    about = {"reminder__kind": KIND, "reminder__object_id": answer.exchange_id, "reminder__letter__in": letters}
    went = DeliveryItem.objects.reached().filter(user=answer.user_id, reminder__alone=True, **about)
    return went.order_by("-pk").values_list("reminder__letter", flat=True).first()


def cancel(exchange: Exchange, *, at: datetime, by: User | None) -> None:
    """Stop what has not gone, then tell of the cancellation once; after its last day nobody is told."""
    cancel_reminders(event=event_of(exchange), reason="cancelled", by=by)
    _announce(exchange, CANCELLED, TOLD, at=at, by=by)


def _announce(
    exchange: Exchange,
    letter: str,
    audience: str,
    *,
    at: datetime,
    by: User | None,
    step: str = "",
    was: dict[str, str] | None = None,
) -> None:
    """One letter at once, useless when its days are over; of what is over already nobody is told."""
    until = _useful_until(exchange, letter, at)
    if until > at:
        event = event_of(exchange)
        announce(event=event, letter=letter, audience=audience, step=step, at=at, until=until, by=by, was=was)


def _useful_until(exchange: Exchange, letter: str, at: datetime) -> datetime:
    """The invitation is of use until it begins, other news for 14 days and never after its last day."""
    if exchange.first_day is None or exchange.last_day is None:
        return at + USEFUL_AFTERWARDS
    if letter == INVITATION:
        return _midnight(exchange, exchange.first_day)
    return min(_midnight(exchange, exchange.last_day + timedelta(days=1)), at + USEFUL_AFTERWARDS)


def _midnight(exchange: Exchange, day: date) -> datetime:
    """When the day begins where it takes place."""
    zone = exchange.host.authority.time_zone if exchange.host else settings.TIME_ZONE
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _open_days(exchange: Exchange) -> Callable[[date], bool]:
    """Letters leave on working days of the host."""
    calendar = exchange.host.authority.calendar if exchange.host else None
    return lambda day: calendar is None or is_working_day(day, calendar)


def leaves_on(exchange: Exchange, letter: str) -> date | None:
    """The day on which the ladder sends the letter; None when it would leave at once."""
    rows = Reminder.objects.of_event(event_of(exchange)).filter(
        version=exchange.version, letter=letter, state=ReminderState.PLANNED
    )
    return rows.values_list("due_on", flat=True).first()
