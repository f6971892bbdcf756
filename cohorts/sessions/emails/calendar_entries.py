"""Sessions in calendars: one entry for each day, with an identifier that stays when the day moves."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.apps import apps

from accounts.models import User
from cohorts.attendance.enums import EXPECTED_OR_PRESENT
from cohorts.models import Attendance, Session, SessionDay
from cohorts.sessions.email_types import CHANGED
from notifications.reminders.schedule import event_uid
from web.calendars.ics import CalendarEntry, Status


def entries_of(session: Session, email_type: str, status: Status, user: User, *, summary: str) -> list[CalendarEntry]:
    """Return the calendar entries that an e-mail about a session adds, changes or removes for one person; may be empty.

    These are the days on which the person is expected; if `status` is "CANCELLED", all days of the session. A change
    notice (by `email_type`) also removes days that were dropped, and days whose list they are not on. Days from which
    they are excused are not mentioned. `summary` is the title of each entry.
    """
    days = list(session.days.all())
    if status == "CANCELLED":
        return [entry_of(day, session, status, summary) for day in days]
    own = dict(Attendance.objects.filter(day__session=session, member__user=user).values_list("day", "status"))
    expected_days = [entry_of(day, session, status, summary) for day in days if own.get(day.pk) in EXPECTED_OR_PRESENT]
    if email_type != CHANGED:
        return expected_days
    removed_days = [*dropped_days(session), *(day for day in days if day.pk not in own)]
    return [*expected_days, *(entry_of(day, session, "CANCELLED", summary) for day in removed_days)]


def entry_of(day: SessionDay, session: Session, status: Status, summary: str) -> CalendarEntry:
    """Return the calendar entry of a session day, titled `summary`, in the authority's time zone; all day if its hours
    are unknown.

    `status` is that of the calendar format: "TENTATIVE", "CONFIRMED" or "CANCELLED".
    """
    starts, ends = _start_and_end(day, ZoneInfo(session.cohort.authority.time_zone))
    return CalendarEntry(
        starts=starts,
        ends=ends,
        summary=summary,
        status=status,
        location=day.venue,
        uid=event_uid("session_day", day.pk),
    )


def dropped_days(session: Session) -> Iterator[SessionDay]:
    """Yield the days that a session once had and has no more, each unsaved and as it last was (one statement on the
    history).
    """
    history = apps.get_model("cohorts", "SessionDayEvent")._default_manager
    removed = history.filter(session_id=session.pk).exclude(id__in=session.days.values("id"))
    for row in removed.order_by("id", "-pgh_id").distinct("id"):
        yield SessionDay(
            pk=row.id,
            session=session,
            date=row.date,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            venue=row.venue,
        )


def _start_and_end(day: SessionDay, zone: ZoneInfo) -> tuple[date, date]:
    """Return the start and end of a session day as moments in the time zone; its date twice when its hours are
    unknown.
    """
    if day.starts_at is None or day.ends_at is None:
        return day.date, day.date
    return _moment_of(day.date, day.starts_at, zone), _moment_of(day.date, day.ends_at, zone)


def _moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment at which it is `clock` on the date `day`, in the time zone."""
    return datetime.combine(day, clock, zone)
