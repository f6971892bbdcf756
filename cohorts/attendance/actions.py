"""Actions on attendance: who is invited to a session, who answers, and who came."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.expectations import OWN_ANSWER, core_members
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
        """Return the half-days to record for the day: `half_days` if given; else all of the day's for “present”, one
        for “partly present”, none for other statuses.
        """
        if self.half_days is not None:
            return self.half_days
        half_days_by_status = {AttendanceStatus.PRESENT: day.half_days, AttendanceStatus.PARTIAL: 1}
        return half_days_by_status.get(AttendanceStatus(self.status), 0)


@action(_("Attendance recorded"))
def record_attendance(
    *,
    session: Session,
    marks: Mapping[tuple[SessionDay, Attendee], AttendanceMark],
    today: date,
    by: User | None,
    seen: Mapping[tuple[SessionDay, Attendee], str] = MappingProxyType({}),
) -> int:
    """Record who came to a session, all or nothing; return how many attendance rows changed.

    `marks` holds what to record for each pair of day and person; `today` is the day of recording, `by` who records.
    Rows that have these values already are left alone. `seen` holds the statuses that `by` saw ("" for none). Raises
    DomainError, naming person and day, for the first row refused, or recorded otherwise since it was seen, and for
    imported published facts.
    """
    session = _lock_session(session)
    recorded = Attendance.objects.on_days_of_people(marks).with_people()
    rows = {(row.day_id, attendee_key(row.person)): row for row in recorded}
    changed = 0
    for (day, person), mark in sorted(marks.items(), key=lambda item: _lock_order(*item[0])):
        row = rows.get((day.pk, attendee_key(person))) or _new_attendance(day, person)
        with _errors_about(day, person):
            _check_seen(row, mark, seen.get((day, person), row.status))
            changed += _save_mark(row, day, mark, session=session, today=today)
    if changed:
        reminders.settle_attendance_email(session, today=today, by=by)
    return changed


@action(_("Answer about own attendance given"))
def answer_for_oneself(*, session: Session, coming: bool, today: date, by: User) -> int:
    """Record whether `by` is coming to the days of the session from `today` on; return how many days the answer covers.

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


def answers_given(session: Session) -> list[tuple[str, str, str, str, bool]]:
    """Return the answers that members and guests gave for the days of a session, as JSON: date, key of the person,
    status, the date of the answer ("" if it is not known), and whether someone comes in their place.
    """
    rows = Attendance.objects.filter(OWN_ANSWER, day__session=session, status__in=ANSWERABLE_STATUSES).with_people()
    answered = rows.exclude(status=AttendanceStatus.EXPECTED, answered_on=None).select_related("day").order_by("pk")
    return [
        (
            row.day.date.isoformat(),
            attendee_key(row.person),
            row.status,
            row.answered_on.isoformat() if row.answered_on else "",
            bool(row.substitute),
        )
        for row in answered
    ]


@action(_("Answers given back"))
def restore_answers(*, session: Session, answers: Iterable[tuple[str, str, str, str, bool]], by: User | None) -> None:
    """Give members and guests their answers back (see `answers_given`) after a move of the session was undone.

    Those who have answered since, or are not on the list of the day any more, are left out. The name of a substitute
    has stayed in the row.
    """
    by_day_and_person = {(day, person): (status, on, named) for day, person, status, on, named in answers}
    unanswered = Attendance.objects.filter(
        day__session=session, status=AttendanceStatus.EXPECTED, answered_on=None
    ).with_people()
    for row in unanswered.select_related("day").order_by("pk"):
        if answer := by_day_and_person.get((row.day.date.isoformat(), attendee_key(row.person))):
            status, answered_on, has_substitute = answer
            row.status, row.answered_on = status, date.fromisoformat(answered_on) if answered_on else None
            row.substitute = row.substitute if has_substitute else ""
            row.save(update_fields=["status", "answered_on", "substitute"])


@action(_("People invited"))
def invite_people(
    *, days: Sequence[SessionDay], people: Sequence[Attendee], today: date, at: datetime, by: User
) -> int:
    """Add people to the list of attendees of each day, as expected; return how many attendance rows are new.

    `people` are stakeholders, and members who come by invitation only; those listed already are skipped. Members, and
    stakeholders with an address, who are added after the session's e-mails went out get theirs at once. `days` are of
    one session. `today` and `at` are the day and moment, `by` who invites. Raises DomainError for imported published
    facts.
    """
    if not days:
        return 0
    _lock_session(days[0].session)
    rows = Attendance.objects.filter(day__in=days).with_people()
    listed = {(row.day_id, attendee_key(row.person)) for row in rows}
    added = [
        _new_attendance(day, person)
        for day in days
        for person in people
        if (day.pk, attendee_key(person)) not in listed
    ]
    for row in added:
        row.recorded_on = today
    Attendance.objects.bulk_create(added)
    if added:
        session = Session.objects.select_related("cohort__authority", "cohort__edition").get(pk=days[0].session_id)
        if any(isinstance(person, Membership) for person in people):
            reminders.inform_late_invitees(session, at=at, by=by)
        if session.state == SessionState.SCHEDULED and any(isinstance(person, Stakeholder) for person in people):
            reminders.inform_late_guests(session, at=at, by=by)
    return len(added)


@action(_("Removed from the list of a session"))
def remove_from_list(*, rows: Iterable[Attendance], by: User | None) -> None:
    """Delete attendance rows of people who were put on the list of a day by mistake."""
    Attendance.objects.filter(pk__in=[row.pk for row in rows]).delete()


def row_name(day: SessionDay, person: Attendee) -> str:
    """Return the name by which forms and errors refer to a person on a day, from both ids: "day5-member12" or
    "day5-stakeholder3".
    """
    return f"day{day.pk}-{attendee_key(person)}"


def attendee_key(person: Attendee) -> str:
    """Return the name by which pages refer to an attendee: "member12" or "stakeholder3"."""
    return f"{'stakeholder' if isinstance(person, Stakeholder) else 'member'}{person.pk}"


def _lock_session(session: Session) -> Session:
    """Return the session as the database has it now, locked until the action ends; raise DomainError for imported
    published facts.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if session.retrospective:
        raise DomainError(_("This session is one of the published facts: it cannot be changed."))
    return session


def _lock_order(day: SessionDay, person: Attendee) -> tuple[date, bool, int]:
    """Return the key by which attendance rows are sorted before they are locked: all actions use one order, to avoid
    deadlocks.

    Rows go by date, then members by user id, then stakeholders by id.
    """
    return day.date, isinstance(person, Stakeholder), person.pk if isinstance(person, Stakeholder) else person.user_id


def _new_attendance(day: SessionDay, person: Attendee) -> Attendance:
    """Return an unsaved attendance row, with the status “expected”, of a person (member or stakeholder) on a day."""
    role = "stakeholder" if isinstance(person, Stakeholder) else "member"
    return Attendance(day=day, **{role: person})


def _check_seen(row: Attendance, mark: AttendanceMark, seen: str) -> None:
    """Raise DomainError if someone has recorded another status than the one `seen`, and than that of `mark`."""
    expected = AttendanceStatus.EXPECTED
    if row.status not in (seen or expected, mark.status):
        label = AttendanceStatus(row.status).label
        text = _("Someone else has changed this to “%(status)s” since you opened the sheet. Check it, then save again.")
        raise DomainError(text % {"status": label})


def _save_mark(row: Attendance, day: SessionDay, mark: AttendanceMark, *, session: Session, today: date) -> bool:
    """Save the status and half-days of `mark`, recorded for a person on a day, in their attendance `row`; return if it
    changed.

    `today` becomes the row's day of recording. Raises DomainError when the day is not one of `session`.
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
    """Prefix every DomainError raised inside the `with` block with the person's name and the day.

    The error is attached to their field of the form.
    """
    try:
        with refusals.as_domain_errors():
            yield
    except DomainError as error:
        raise DomainError(
            _("%(person)s, %(day)s: %(reason)s") % {"person": person.name, "day": day, "reason": error.message},
            field=row_name(day, person),
        ) from error


def _own_attendance(day: SessionDay, session: Session, user: User) -> Attendance | None:
    """Return the attendance row in which the user can answer for a day of the session; None when there is none.

    That is: they are not expected on that day, or it is recorded that they came or were absent. A member who joined
    after the session was scheduled gets a new, unsaved row.
    """
    row = day.attendances.filter(member__user=user).first()
    if row:
        return row if row.status in ANSWERABLE_STATUSES else None
    own = [member for member in core_members(day, session.cohort_id) if member.user_id == user.pk]
    return _new_attendance(day, own[0]) if own else None
