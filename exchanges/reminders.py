"""Keeps the e-mails of an exchange up to date: planned, moved and stopped together with it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.models import User
from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange, Registration
from notifications.actions import announce_change, cancel_reminders, ensure_reminders
from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import DeliveryItem, Reminder
from notifications.reminders.schedule import USEFUL_AFTER_EVENT
from programmes.enums import ReminderScheduleKind
from programmes.workdays import is_working_day
from web.dates.clock import platform_zone

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
# E-mails about an answer given by someone else, by the state of the answer.
ANSWER_EMAILS = {"registered": "exchange_place_kept", "waitlisted": "exchange_waitlisted"}
TO_ONE_PERSON = (MOVED_UP, NOT_COMING, *ANSWER_EMAILS.values())  # about their seat: still true when the exchange moves
CONFIRM = "exchange_confirm"
# E-mails that add an entry to calendars.
WITH_CALENDAR_ENTRY = (
    SAVE_THE_DATE,
    INVITATION,
    CONFIRM,
    ANSWER_EMAILS["registered"],
    MOVED_UP,
    CHANGED,
)
ONE_PERSON = "registration"  # audience, followed by the id of the registration
NOT_YET_INFORMED = "not_yet_informed"  # audience, as stored: members who received no e-mail about the exchange
INFORMED = "informed"  # audience, as stored: people who received an e-mail about the exchange, and everybody invited
INFORMED_EXCEPT_LAB = (
    "informed_except_lab"  # audience, as stored: the same without the lab, which receives its own e-mail
)


def event_of(exchange: Exchange) -> EventRef:
    """Return the reference by which reminders know the exchange: its kind, key and present version."""
    return EventRef(KIND, exchange.pk, exchange.version)


def plan_emails(exchange: Exchange, *, at: datetime, by: User | None) -> None:
    """Plan the e-mails about the exchange, by the reminder schedule of its edition's format, as of the moment `at`.

    Steps before the exchange count from its first day, those after it from its last. A host that is proposed too late
    for the step that asks it to confirm is asked at once. Nothing is planned while the first day or the host is not
    known.
    """
    if exchange.first_day is None or exchange.host is None:
        return
    ensure_reminders(
        event=event_of(exchange),
        steps=exchange.edition.format.reminder_schedule(ReminderScheduleKind.EXCHANGE),
        day=exchange.first_day,
        last_day=exchange.last_day,
        zone=exchange.host.authority.time_zone,
        is_open=_open_days(exchange),
        at=at,
        by=by,
        unchanged_email_types=TO_ONE_PERSON,
    )
    if exchange.state == ExchangeState.PROPOSED:
        send_unless_planned(exchange, TO_CONFIRM, audience="host_pilot", at=at, by=by)


def change_details(exchange: Exchange) -> dict[str, str]:
    """Return the days, host and venue of the exchange as text, which the e-mail about a change names as the previous
    ones.

    The keys are "first_day", "last_day", "host" and "venue"; unknown ones are empty. Call it before the change.
    """
    days = [day.isoformat() if day else "" for day in (exchange.first_day, exchange.last_day)]
    host = exchange.host.name if exchange.host else ""
    return {"first_day": days[0], "last_day": days[1], "host": host, "venue": exchange.venue}


def move_emails(
    exchange: Exchange, *, previous: dict[str, str], audience: str = INFORMED, at: datetime, by: User | None
) -> None:
    """Plan the e-mails again under the new version of the exchange, and send the audience one e-mail about the change.

    `previous` is what `change_details` returned before the change; `audience` is by default everyone who was informed
    (had an e-mail about it or was invited). After the announcement, people who received no e-mail yet are informed at
    once if the new date is too near for the “save the date” e-mail.
    """
    plan_emails(exchange, at=at, by=by)
    _announce(exchange, CHANGED, audience, at=at, by=by, previous=previous)
    if exchange.state == ExchangeState.ANNOUNCED:
        send_unless_planned(exchange, SAVE_THE_DATE, audience=NOT_YET_INFORMED, at=at, by=by)


def move_emails_to_new_host(
    exchange: Exchange, *, previous: dict[str, str], audience: str = INFORMED, at: datetime, by: User | None
) -> None:
    """Move the e-mails of the exchange to its new host, and send the audience one e-mail about the change.

    The new host is asked to confirm at once if the previous host was already asked. Once the exchange is announced, it
    is not asked but receives an e-mail saying that it hosts. `previous` is what `change_details` returned before the
    change; `audience` is by default everyone who was informed (had an e-mail about it or was invited).
    """
    move_emails(exchange, previous=previous, audience=audience, at=at, by=by)
    if exchange.state not in UNANNOUNCED:
        _announce(exchange, HOSTS_NOW, "host_pilot", at=at, by=by)
    confirmation_requests = Reminder.objects.of_event(event_of(exchange)).filter(email_type=TO_CONFIRM, due_at__lte=at)
    if exchange.state == ExchangeState.PROPOSED and confirmation_requests.exclude(version=exchange.version).exists():
        _announce(exchange, TO_CONFIRM, "host_pilot", at=at, by=by)


def send_unless_planned(exchange: Exchange, email_type: str, *, audience: str, at: datetime, by: User | None) -> None:
    """Send this type of e-mail to an audience at once, unless the reminder schedule of the exchange still has it
    planned.

    `email_type` and `audience` are slugs, such as "exchange_save_the_date" and "active_members".
    """
    planned = Reminder.objects.of_event(event_of(exchange)).filter(
        version=exchange.version, email_type=email_type, state=ReminderState.PLANNED
    )
    if not planned.exists():
        _announce(exchange, email_type, audience, at=at, by=by)


def email_lab(exchange: Exchange, email_type: str, *, at: datetime, by: User | None) -> None:
    """Send an e-mail about the exchange to the lab at once; `email_type` is the slug of its type.

    Each call sends one, even if the exchange has not changed since.
    """
    sent_so_far = (
        Reminder.objects.of_event(event_of(exchange)).filter(version=exchange.version, email_type=email_type).count()
    )
    _announce(exchange, email_type, "lab", step=f"{email_type}-{sent_so_far + 1}" if sent_so_far else "", at=at, by=by)


def email_person(answer: Registration, email_type: str, *, exchange: Exchange, at: datetime, by: User | None) -> None:
    """Send an e-mail at once to the person of the registration `answer`; `email_type` is the slug of its type.

    Each change of their answer sends a new one; repeated calls without a change send one.
    """
    changes = Registration.objects.filter(pk=answer.pk).aggregate(n=Count("events"))["n"]
    step, audience = f"{email_type}-{answer.pk}-{changes}", f"{ONE_PERSON}-{answer.pk}"
    _announce(exchange, email_type, audience, step=step, at=at, by=by)


def send_late_confirmation(answer: Registration, *, exchange: Exchange, at: datetime, by: User | None) -> None:
    """Send a calendar entry to a person who has just registered, if no planned e-mail will bring it.

    This is so after the “confirm or cancel” e-mail was sent, or when the last e-mail removed the exchange from their
    calendar. Otherwise nothing is sent.
    """
    rows = Reminder.objects.of_event(event_of(exchange)).filter(email_type=CONFIRM)
    states = set(rows.values_list("state", flat=True))
    late = bool(states) and ReminderState.PLANNED not in states
    if late or _last_calendar_email(answer) == NOT_COMING:
        email_person(answer, ANSWER_EMAILS["registered"], exchange=exchange, at=at, by=by)


def send_calendar_removal(answer: Registration, *, exchange: Exchange, at: datetime, by: User | None) -> None:
    """Send an e-mail that removes the exchange from the person's calendar, if an earlier e-mail added it; else nothing.

    `answer` is the person's registration for the exchange.
    """
    if _last_calendar_email(answer) in WITH_CALENDAR_ENTRY:
        email_person(answer, NOT_COMING, exchange=exchange, at=at, by=by)


def _last_calendar_email(answer: Registration) -> str | None:
    """Return the type of the last e-mail to the person that added or removed the exchange in their calendar, as a slug.

    E-mails that may have been received count. None if no e-mail did so.
    """
    email_types = (*WITH_CALENDAR_ENTRY, NOT_COMING)
    event = {"reminder__kind": KIND, "reminder__object_id": answer.exchange_id, "reminder__email_type__in": email_types}
    sent = DeliveryItem.objects.possibly_received().filter(user=answer.user_id, reminder__alone=True, **event)
    return sent.order_by("-pk").values_list("reminder__email_type", flat=True).first()


def cancel_emails(exchange: Exchange, *, at: datetime, by: User | None) -> None:
    """Stop the planned e-mails of the exchange, then send everyone who was informed (had an e-mail about it or was
    invited) one about its cancellation.

    Nobody is informed after the last day.
    """
    cancel_reminders(event=event_of(exchange), reason="cancelled", by=by)
    _announce(exchange, CANCELLED, INFORMED, at=at, by=by)


def _announce(
    exchange: Exchange,
    email_type: str,
    audience: str,
    *,
    at: datetime,
    by: User | None,
    step: str = "",
    previous: dict[str, str] | None = None,
) -> None:
    """Send one e-mail about the exchange to an audience at once, unless it is no longer useful at the moment `at`.

    No e-mail is useful after the last day. `email_type` and `audience` are slugs. `step` tells apart e-mails of one
    type; `previous` is what `change_details` returned before a change.
    """
    until = _useful_until(exchange, email_type, at)
    if until > at:
        event = event_of(exchange)
        announce_change(
            event=event,
            email_type=email_type,
            audience=audience,
            step=step,
            at=at,
            until=until,
            by=by,
            previous_details=previous,
        )


def _useful_until(exchange: Exchange, email_type: str, at: datetime) -> datetime:
    """Return until when this type of e-mail is useful: an invitation until the first day, others for 14 days from `at`.

    No e-mail is useful after the last day of the exchange. `email_type` is a slug; days end at midnight at the host.
    """
    if exchange.first_day is None or exchange.last_day is None:
        return at + USEFUL_AFTER_EVENT
    if email_type == INVITATION:
        return _midnight(exchange, exchange.first_day)
    return min(_midnight(exchange, exchange.last_day + timedelta(days=1)), at + USEFUL_AFTER_EVENT)


def _midnight(exchange: Exchange, day: date) -> datetime:
    """Return the start of that day in the time zone of the exchange's host; in the platform's zone without a host."""
    zone = exchange.host.authority.time_zone if exchange.host else platform_zone()
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _open_days(exchange: Exchange) -> Callable[[date], bool]:
    """Return a function that says whether e-mails about the exchange may be sent on a day: its host's working days.

    Without a host e-mails may be sent on every day.
    """
    calendar = exchange.host.authority.calendar if exchange.host else None
    return lambda day: calendar is None or is_working_day(day, calendar)


def planned_sending_day(exchange: Exchange, email_type: str) -> date | None:
    """Return the day on which the reminder schedule sends this type of e-mail; None if it has none planned.

    `email_type` is a slug such as "exchange_save_the_date". Without a planned day the e-mail would be sent at once.
    """
    rows = Reminder.objects.of_event(event_of(exchange)).filter(
        version=exchange.version, email_type=email_type, state=ReminderState.PLANNED
    )
    return rows.values_list("due_on", flat=True).first()
