"""Verbs on who comes to a session and who came."""

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
ASKED = (AttendanceStatus.EXPECTED, AttendanceStatus.EXCUSED)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is recorded of one person on one day; without `half_days`, what the status and the day's hours say."""

    status: str
    half_days: int | None = None

    def on(self, day: SessionDay) -> int:
        """The half-days to write for a day."""
        if self.half_days is not None:
            return self.half_days
        usual = {AttendanceStatus.PRESENT: day.half_days, AttendanceStatus.PARTIAL: 1}
        return usual.get(AttendanceStatus(self.status), 0)


@action(_("Attendance recorded"))
def record_attendance(
    *, session: Session, marks: Mapping[tuple[SessionDay, Attendee], Mark], today: date, by: User
) -> int:
    """Record many people at once, all or nothing; rows that say the same already stay. Returns how many changed.

    Raises DomainError naming the person and the day of the first row that cannot be.
    """
    session = _lock(session)
    days = {day.pk for day, _person in marks}
    rows = {(row.day_id, _key(row.person)): row for row in Attendance.objects.filter(day__in=days).with_people()}
    changed = 0
    for (day, person), mark in sorted(marks.items(), key=lambda item: _in_order(*item[0])):
        row = rows.get((day.pk, _key(person))) or _row(day, person)
        with _named(day, person):
            changed += _write(row, day, mark, session=session, today=today)
    if changed:
        reminders.attended(session, today=today, by=by)
    return changed


@action(_("Answer about own attendance given"))
def answer_for_oneself(*, session: Session, coming: bool, today: date, by: User) -> int:
    """Say for oneself whether one comes to the days still ahead. Returns how many days the answer is for.

    Raises DomainError for someone who is not on the list, and once the session is not on.
    """
    session = _lock(session)
    if session.state != SessionState.SCHEDULED:
        raise DomainError(
            _("You cannot answer for this session: its dates are not confirmed yet, or it is over or cancelled.")
        )
    days = list(session.days.filter(date__gte=today).order_by("date"))
    rows = [row for day in days if (row := _own_row(day, session, by))]
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
    """Expect stakeholders, and members who come on invitation only, on each of the days. Returns how many were new.

    Members who come onto the list after the invitations have gone are invited by letter at once.
    """
    new = sum(_invite(day, person, today) for day in days for person in people)
    if new and any(isinstance(person, Membership) for person in people):
        session = Session.objects.select_related("cohort__authority").get(pk=days[0].session_id)
        reminders.invited(session, at=at, by=by)
    return new


def row_name(day: SessionDay, person: Attendee) -> str:
    """How forms and errors name one person's line on one day."""
    return f"day{day.pk}-{'stakeholder' if isinstance(person, Stakeholder) else 'member'}{person.pk}"


def _lock(session: Session) -> Session:
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if session.retrospective:
        raise DomainError(_("This session is one of the published facts: it cannot be changed."))
    return session


def _key(person: Attendee) -> tuple[bool, int]:
    return isinstance(person, Stakeholder), person.pk


def _in_order(day: SessionDay, person: Attendee) -> tuple[date, bool, int]:
    """The order in which people are held in one place: by day, then person."""
    return day.date, isinstance(person, Stakeholder), person.pk if isinstance(person, Stakeholder) else person.user_id


def _row(day: SessionDay, person: Attendee) -> Attendance:
    role = "stakeholder" if isinstance(person, Stakeholder) else "member"
    return Attendance(day=day, **{role: person})


def _write(row: Attendance, day: SessionDay, mark: Mark, *, session: Session, today: date) -> bool:
    if day.session_id != session.pk:
        raise DomainError(_("This day belongs to another session."))
    said = (mark.status, mark.on(day))
    if row.pk and (row.status, row.half_days) == said:
        return False
    row.status, row.half_days = said
    row.recorded_on = today
    row.save()
    return True


@contextmanager
def _named(day: SessionDay, person: Attendee) -> Iterator[None]:
    """Errors inside say whom and which day they are about."""
    try:
        with refusals.explaining():
            yield
    except DomainError as error:
        raise DomainError(
            _("%(person)s, %(day)s: %(reason)s") % {"person": person.name, "day": day, "reason": error.message},
            field=row_name(day, person),
        ) from error


def _own_row(day: SessionDay, session: Session, user: User) -> Attendance | None:
    """The person's line that day, made where a member joined after the session was scheduled."""
    row = day.attendances.filter(member__user=user).first()
    if row:
        return row if row.status in ASKED else None
    own = [member for member in core_members(day, session.cohort_id) if member.user_id == user.pk]
    return _row(day, own[0]) if own else None


def _invite(day: SessionDay, person: Attendee, today: date) -> bool:
    """Put the person on the day's list; False when they are on it already."""
    _lock(day.session)
    if any(_key(row.person) == _key(person) for row in day.attendances.with_people()):
        return False
    row = _row(day, person)
    row.recorded_on = today
    row.save()
    return True
