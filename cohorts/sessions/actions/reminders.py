"""Keep the e-mails about a session in step with it: plan them with its dates, move them, stop them.

Called by the actions on sessions, in their transaction. Kinds of sessions without a reminder schedule have no e-mails.
"""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from cohorts.guests.reminders import announce_to_guests, cancel_guest_emails, guest_event, plan_guest_emails
from cohorts.models import Attendance, Session, StakeholderContact
from cohorts.sessions.email_types import (
    ATTENDANCE,
    CHANGED,
    DATES,
    INFORMED,
    INVITATION,
    NOT_YET_INFORMED,
    POSTPONED,
    REPORT_MISSING,
    SUMMARY,
)
from cohorts.sessions.enums import REMINDER_SCHEDULES, SessionState
from cohorts.sessions.recipients import expected, informed
from notifications.actions import announce_change, cancel_reminders, ensure_reminders
from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders.schedule import USEFUL_AFTER_EVENT
from programmes.enums import ReminderScheduleKind
from programmes.workdays import is_working_day


def event_of(session: Session) -> EventRef | None:
    """Return the reference by which the notifications app knows the session: kind of event, id and version.

    None for kinds of sessions without e-mails (immersion, debrief, other).
    """
    kind = REMINDER_SCHEDULES.get(session.kind)
    return EventRef(kind, session.pk, session.version) if kind else None


def plan_emails(session: Session, *, at: datetime, by: User | None) -> None:
    """Plan the e-mails of a session by the reminder schedule of the edition's format, from the moment `at` on.

    E-mails before the session count from its first day, those after it from its last. Without a schedule for its kind,
    or without a day, nothing is planned. `by` is who acts.
    """
    event = event_of(session)
    if event is None or session.first_day is None:
        return
    authority = session.cohort.authority
    calendar = authority.calendar
    ensure_reminders(
        event=event,
        steps=session.cohort.edition.format.reminder_schedule(event.kind),
        day=session.first_day,
        last_day=session.last_day,
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=at,
        by=by,
    )
    inform_late_guests(session, at=at, by=by)


def inform_late_guests(session: Session, *, at: datetime, by: User | None) -> None:
    """Plan the e-mails to guests of a session that has e-mails, or invite those who came on its list after the others.

    Nothing happens while no guest is on the list. `at` is the moment, `by` who acts.
    """
    event, ends_at = event_of(session), _end_of(session)
    if event is None or ends_at is None or not StakeholderContact.objects.on_list_of(session.pk).exists():
        return
    authority = session.cohort.authority
    calendar = authority.calendar
    plan_guest_emails(
        session,
        steps=session.cohort.edition.format.reminder_schedule(event.kind),
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        until=min(ends_at, at + USEFUL_AFTER_EVENT),
        at=at,
        by=by,
    )


def days_in_emails(session: Session) -> dict[str, Any]:
    """Return `{"days": [...]}`: the session's days with date, hours and venue, to be named as the earlier ones in a
    notice.

    Call it before the days change: `move_emails` takes the result.
    """
    return {"days": list(session.days.values("date", "starts_at", "ends_at", "venue"))}


def move_emails(session: Session, *, previous_details: dict[str, Any], at: datetime, by: User | None) -> None:
    """Plan again the unsent e-mails of a session that has moved, and send one notice of the change.

    `previous_details` is the result of `days_in_emails` before the move. The notice goes to people who knew the earlier
    dates; there is none when a move comes back to the dates that people know. Other expected people get the dates at
    once if the e-mail with the dates has been sent already. `at` is the moment, `by` who acts.
    """
    plan_emails(session, at=at, by=by)
    event, notice = event_of(session), _announce(session, CHANGED, at=at, by=by, previous_details=previous_details)
    if event and notice and _as_stored(notice.previous_details) == _as_stored(days_in_emails(session)):
        cancel_reminders(event=event, reason="settled", email_types=[CHANGED], by=by)
    if expected(session.pk).exclude(member__user__in=User.objects.filter(informed(session.pk))).exists():
        _send_dates(session, NOT_YET_INFORMED, at=at, by=by)


def announce_calling_off(session: Session, email_type: str, *, at: datetime, by: User | None) -> None:
    """Cancel the session's unsent e-mails, and announce at once that it is postponed or cancelled (`email_type`).

    Everyone on its list or informed earlier gets the e-mail; none is sent about a session that is over at the moment
    `at`. `by` is who acts.
    """
    event = event_of(session)
    if event:
        reason = "postponed" if email_type == POSTPONED else "cancelled"
        cancel_reminders(event=event, reason=reason, by=by)
        cancel_guest_emails(session, reason=reason, by=by)
        _announce(session, email_type, at=at, by=by)


def change_reminder_schedule(session: Session, before: EventRef | None, *, at: datetime, by: User | None) -> None:
    """Replace the session's planned e-mails by those of its new kind; `before` is its event under the old kind, None if
    it had none.

    A change notice that waits to be sent stays: its dates are still true. `at` is the moment, `by` who acts.
    """
    rows = Reminder.objects.of_event(before).exclude(email_type=CHANGED) if before else Reminder.objects.none()
    email_types = set(rows.values_list("email_type", flat=True))
    if before and email_types:
        cancel_reminders(event=before, reason="other_kind", email_types=email_types, by=by)
    if event_of(session) is None:
        cancel_guest_emails(session, reason="other_kind", by=by)
    plan_emails(session, at=at, by=by)


def settle_attendance_email(session: Session, *, today: date, by: User | None) -> None:
    """Cancel the e-mail that asks to record attendance, if the session is over and nobody is still “expected” on its
    days.

    Over means that its last day is `today` or earlier. `by` is who acts.
    """
    event = event_of(session)
    over = session.last_day is not None and session.last_day <= today
    if event and over and not Attendance.objects.filter(day__session=session).without_record(today).exists():
        cancel_reminders(event=event, reason="settled", email_types=[ATTENDANCE], by=by)


def settle_report_emails(session: Session, *, at: datetime, by: User | None) -> None:
    """After the report is written, cancel the e-mail that asks for it, and send the summary at once if it is late.

    It is late if it was due before the report existed; it must still be useful at the moment `at`, and nobody must have
    got it. `by` is who acts.
    """
    event = event_of(session)
    if event is None:
        return
    cancel_reminders(event=event, reason="settled", email_types=[REPORT_MISSING], by=by)
    for own in (event, guest_event(session)):
        rows = Reminder.objects.of_event(own).filter(version=own.version, email_type=SUMMARY, event_day__isnull=False)
        row = rows.filter(state=ReminderState.EXPANDED, items=None, expires_at__gt=at).first()
        if row:
            announce_change(event=own, email_type=SUMMARY, audience=row.audience, at=at, until=row.expires_at, by=by)


def inform_late_invitees(session: Session, *, at: datetime, by: User | None) -> None:
    """Send the dates (or the invitation) of a scheduled session at once to expected people who missed that e-mail.

    They were put on its list after it was sent; everyone gets it once. Nothing happens for sessions in other states, or
    before that e-mail was sent. `at` is the moment, `by` who acts.
    """
    if session.state == SessionState.SCHEDULED:
        is_meeting = REMINDER_SCHEDULES.get(session.kind) == ReminderScheduleKind.STAKEHOLDER_SESSION
        _send_dates(session, "not_yet_invited" if is_meeting else NOT_YET_INFORMED, at=at, by=by)


def _send_dates(session: Session, audience: str, *, at: datetime, by: User | None) -> None:
    """Send the e-mail with the dates, or the invitation, at once to an audience, if the planned one has already been
    sent.

    `audience` is the slug of a group of people who missed it. Nothing is sent about a session that is over at the
    moment `at`. `by` is who acts.
    """
    event, ends_at = event_of(session), _end_of(session)
    if event is None or ends_at is None or ends_at <= at:
        return
    email_type = DATES if event.kind == ReminderScheduleKind.GROUP_SESSION else INVITATION
    states = list(Reminder.objects.of_event(event).filter(email_type=email_type).values_list("state", flat=True))
    if states and ReminderState.PLANNED not in states:
        until = min(ends_at, at + USEFUL_AFTER_EVENT)
        announce_change(
            event=event,
            email_type=email_type,
            step=f"{email_type}_{len(states)}",
            audience=audience,
            at=at,
            until=until,
            by=by,
        )


def _announce(
    session: Session, email_type: str, *, at: datetime, by: User | None, previous_details: dict[str, Any] | None = None
) -> Reminder | None:
    """Send an e-mail of this type about the session at once to everyone on its list or informed earlier, unless it is
    over; return the announcement, None without any.

    `previous_details` holds the earlier days of a session that has moved; `at` is the moment, `by` who acts.
    """
    event, ends_at = event_of(session), _end_of(session)
    if event and ends_at and ends_at > at:
        until = min(ends_at, at + USEFUL_AFTER_EVENT)
        announce_to_guests(session, email_type, until=until, at=at, by=by, previous_details=previous_details)
        return announce_change(
            event=event,
            email_type=email_type,
            audience=INFORMED,
            at=at,
            until=until,
            by=by,
            previous_details=previous_details,
        )
    return None


def _as_stored(details: dict[str, Any]) -> object:
    """Return the details of an e-mail as the database stores them, to compare those read with new ones."""
    return json.loads(json.dumps(details, cls=DjangoJSONEncoder))


def _end_of(session: Session) -> datetime | None:
    """Return the midnight after the session's last day, in the authority's time zone; None for a session without a
    day.
    """
    if session.last_day is None:
        return None
    zone = ZoneInfo(session.cohort.authority.time_zone)
    return datetime.combine(session.last_day + timedelta(days=1), time.min, zone)
