"""A session in calendars: an entry for each of its days, known by the day, which keeps its name when it moves."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.apps import apps

from accounts.models import User
from cohorts.attendance.enums import ON_SITE
from cohorts.models import Attendance, Session, SessionDay
from cohorts.sessions.recipients import CHANGED
from notifications.calendars.ics import Entry, Status
from notifications.reminders.schedule import event_uid


def entries_of(session: Session, letter: str, status: Status, user: User, *, summary: str) -> list[Entry]:
    """What the letter changes in the person's calendar.

    Days they are expected on; where all is called off, every day. A change also takes off the days that were dropped
    and those they are not on the list of any more. Who is excused keeps what their calendar says.
    """
    days = list(session.days.all())
    if status == "CANCELLED":
        return [entry_of(day, session, status, summary) for day in days]
    own = dict(Attendance.objects.filter(day__session=session, member__user=user).values_list("day", "status"))
    kept = [entry_of(day, session, status, summary) for day in days if own.get(day.pk) in ON_SITE]
    if letter != CHANGED:
        return kept
    gone = [*dropped_days(session), *(day for day in days if day.pk not in own)]
    return [*kept, *(entry_of(day, session, "CANCELLED", summary) for day in gone)]


def entry_of(day: SessionDay, session: Session, status: Status, summary: str) -> Entry:
    """Timed where the authority is; the whole day where its hours are not known."""
    starts, ends = _moments(day, ZoneInfo(session.cohort.authority.time_zone))
    return Entry(
        starts=starts, ends=ends, summary=summary, status=status, place=day.place, uid=event_uid("session_day", day.pk)
    )


def dropped_days(session: Session) -> Iterator[SessionDay]:
    """Days it once had, each as it last was, from the history (one statement)."""
    history = apps.get_model("cohorts", "SessionDayEvent")._default_manager
    gone = history.filter(session_id=session.pk).exclude(id__in=session.days.values("id"))
    for row in gone.order_by("id", "-pgh_id").distinct("id"):
        yield SessionDay(
            pk=row.id,
            session=session,
            date=row.date,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.place,
        )


def _moments(day: SessionDay, zone: ZoneInfo) -> tuple[date, date]:
    if day.starts_at is None or day.ends_at is None:
        return day.date, day.date
    return _at(day.date, day.starts_at, zone), _at(day.date, day.ends_at, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)
