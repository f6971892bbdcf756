"""Actions on attendance: who is invited to a session, who answers, and who came."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.expectations import core_members
from cohorts.models import Attendance, Membership, Session, SessionDay, Stakeholder
from cohorts.sessions.actions import reminders
from cohorts.sessions.enums import SessionState
from web.actions import action
from web.database import refusals
from web.errors import DomainError

Attendee = Membership | Stakeholder
ANSWERABLE_STATUSES = (AttendanceStatus.EXPECTED, AttendanceStatus.EXCUSED)


@dataclass(frozen=True, slots=True)
class AttendanceMark:
    """What is recorded of one person on one day: a status, and the half-days.

    Without `half_days` they follow from the status and the hours of the day.
    """

    status: str
    half_days: int | None = None

    def half_days_on(self, day: SessionDay) -> int:
        """Return the half-days to record for the day: the given ones, all of the day if present, one if partly present,
        else none.
        """
        if self.half_days is not None:
            return self.half_days
        half_days_by_status = {AttendanceStatus.PRESENT: day.half_days, AttendanceStatus.PARTIAL: 1}
        return half_days_by_status.get(AttendanceStatus(self.status), 0)


@action(_("Attendance recorded"))
def record_attendance(
    *, session: Session, marks: Mapping[tuple[SessionDay, Attendee], AttendanceMark], today: date, by: User
) -> int:
    """Record who came to a session, all or nothing; return how many attendance rows changed.

    `marks` holds what to record for each person and day; rows that already have these values are left alone. Raises
    DomainError, naming the person and the day, for the first row that is refused.
    """
    session = _lock_session(session)
    days = {day.pk for day, _person in marks}
    rows = {
        (row.day_id, _attendee_key(row.person)): row for row in Attendance.objects.filter(day__in=days).with_people()
    }
    changed = 0
    for (day, person), mark in sorted(marks.items(), key=lambda item: _lock_order(*item[0])):
        row = rows.get((day.pk, _attendee_key(person))) or _new_attendance(day, person)
        with _errors_about(day, person):
            changed += _save_mark(row, day, mark, session=session, today=today)
    if changed:
        reminders.settle_attendance_email(session, today=today, by=by)
    return changed


@action(_("Answer about own attendance given"))
def answer_for_oneself(*, session: Session, coming: bool, today: date, by: User) -> int:
    """Record whether `by` comes to the days of the session from `today` on; return how many days the answer covers.

    Raises DomainError when the session is not scheduled, or when the person is not expected on any of these days.
    """
    session = _lock_session(session)
    if session.state != SessionState.SCHEDULED:
        raise DomainError(
            _("You cannot answer for this session: its dates are not confirmed yet, or it is over or cancelled.")
        )
    days = list(session.days.filter(date__gte=today).order_by("date"))
    rows = [row for day in days if (row := _own_attendance(day, session, by))]
    if not rows:
        raise DomainError(_("You are not on the list of this session, or its days are over."))
    for row in rows:
        row.status = AttendanceStatus.EXPECTED if coming else AttendanceStatus.EXCUSED
        row.recorded_on = row.answered_on = today
        row.save()
    return len(rows)


@action(_("People invited"))
def invite_people(
    *, days: Sequence[SessionDay], people: Sequence[Attendee], today: date, at: datetime, by: User
) -> int:
    """Add stakeholders, or members who come by invitation only, to the list of attendees of each day.

    Return how many attendance rows are new. Members added after the e-mails of the session went out get theirs at once.
    """
    added = sum(_add_attendee(day, person, today) for day in days for person in people)
    if added and any(isinstance(person, Membership) for person in people):
        session = Session.objects.select_related("cohort__authority").get(pk=days[0].session_id)
        reminders.inform_late_invitees(session, at=at, by=by)
    return added


def row_name(day: SessionDay, person: Attendee) -> str:
    """Return the name under which forms and errors refer to one person on one day, such as "day5-member12"."""
    return f"day{day.pk}-{'stakeholder' if isinstance(person, Stakeholder) else 'member'}{person.pk}"


def _lock_session(session: Session) -> Session:
    """Return the session, locked until the action ends; raise DomainError if it is one of the published facts."""
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if session.retrospective:
        raise DomainError(_("This session is one of the published facts: it cannot be changed."))
    return session


def _attendee_key(person: Attendee) -> tuple[bool, int]:
    """Return a key that identifies a member or a stakeholder among attendees."""
    return isinstance(person, Stakeholder), person.pk


def _lock_order(day: SessionDay, person: Attendee) -> tuple[date, bool, int]:
    """Return the sort key by which attendance rows are locked, to avoid deadlocks: by day, then members, then
    stakeholders.
    """
    return day.date, isinstance(person, Stakeholder), person.pk if isinstance(person, Stakeholder) else person.user_id


def _new_attendance(day: SessionDay, person: Attendee) -> Attendance:
    """Return an unsaved attendance row of a member or stakeholder on a day."""
    role = "stakeholder" if isinstance(person, Stakeholder) else "member"
    return Attendance(day=day, **{role: person})


def _save_mark(row: Attendance, day: SessionDay, mark: AttendanceMark, *, session: Session, today: date) -> bool:
    """Save what was recorded of a person on a day; return False when the row already had these values.

    Raises DomainError when the day belongs to another session.
    """
    if day.session_id != session.pk:
        raise DomainError(_("This day belongs to another session."))
    values = (mark.status, mark.half_days_on(day))
    if row.pk and (row.status, row.half_days) == values:
        return False
    row.status, row.half_days = values
    row.recorded_on = today
    row.save()
    return True


@contextmanager
def _errors_about(day: SessionDay, person: Attendee) -> Iterator[None]:
    """Name the person and the day in every DomainError raised inside the context."""
    try:
        with refusals.as_domain_errors():
            yield
    except DomainError as error:
        raise DomainError(
            _("%(person)s, %(day)s: %(reason)s") % {"person": person.name, "day": day, "reason": error.message},
            field=row_name(day, person),
        ) from error


def _own_attendance(day: SessionDay, session: Session, user: User) -> Attendance | None:
    """Return the attendance row with which the person answers for a day; None if they are not expected or already
    observed.

    A member who joined after the session was scheduled gets a new, unsaved row.
    """
    row = day.attendances.filter(member__user=user).first()
    if row:
        return row if row.status in ANSWERABLE_STATUSES else None
    own = [member for member in core_members(day, session.cohort_id) if member.user_id == user.pk]
    return _new_attendance(day, own[0]) if own else None


def _add_attendee(day: SessionDay, person: Attendee, today: date) -> bool:
    """Add the person to the attendees of the day as expected; return False when they are among them already."""
    _lock_session(day.session)
    if any(_attendee_key(row.person) == _attendee_key(person) for row in day.attendances.with_people()):
        return False
    row = _new_attendance(day, person)
    row.recorded_on = today
    row.save()
    return True
