"""The participants of a session: who reads and records them, and who is on badges and sign-in sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from cohorts.attendance.actions import Attendee
from cohorts.attendance.attendees import AttendeeDays, attendees_of, check_in_path
from cohorts.clock import local_today
from cohorts.models import Attendance, Session
from cohorts.permissions import decisions, roles_of
from cohorts.sessions.enums import RECORDABLE_STATES, SessionState
from web.database.keys import key_of
from web.decisions import Decision
from web.lists.columns import Reader
from web.pages.check_in import Meeting
from web.pages.printed_lists import MAX_PEOPLE, PrintedList, PrintedPerson, SheetDay


@dataclass(frozen=True, slots=True)
class SessionSubject:
    """The session whose participants are listed, with what the reader may do in its cohort on its `today`."""

    session: Session
    permissions: Mapping[str, Decision]
    today: date

    def __str__(self) -> str:
        return f"{self.session} · {self.session.cohort.name}"

    @property
    def can_record(self) -> bool:
        """Whether the reader may record who comes to the session."""
        return bool(self.permissions["plan_sessions"]) and not self.session.retrospective

    @property
    def is_recordable(self) -> bool:
        """Whether the reader can record the attendance of a day now: one has come, and the dates are confirmed."""
        has_begun = any(day.date <= self.today for day in self.session.days.all())
        return self.can_record and has_begun and self.session.state in RECORDABLE_STATES

    @property
    def is_on_today(self) -> bool:
        """Whether today is a day of the session."""
        return any(day.date == self.today for day in self.session.days.all())


def session_subject(user: User, subject_key: str) -> SessionSubject:
    """Return the session with this primary key, and what the user may do in its cohort; raise Http404 if they may not
    see it.
    """
    visible = Session.objects.visible_to(user).readable_until(user).with_days()
    session = get_object_or_404(visible, pk=key_of(subject_key))
    today = local_today(session.cohort)
    return SessionSubject(session, decisions(roles_of(user, session.cohort, today)), today)


def meeting_of(session: Session) -> Meeting:
    """Return the session as pages about its participants show it."""
    list_href = reverse("cohorts:session_participants", args=[session.pk])
    return Meeting(str(session), session.get_absolute_url(), list_href, part_of=session.cohort.name)


def records_attendance(reader: Reader) -> bool:
    """Return whether the reader records today who is at the session."""
    return bool(reader.subject.is_recordable and reader.subject.is_on_today)


def visible_attendees(session: Session, user: User) -> list[AttendeeDays]:
    """Return the attendees of the session that the person may see, by role and name, with their attendance by day.

    One statement, and one more for the days of the session if they are not loaded.
    """
    days = list(session.days.all())
    rows = Attendance.objects.visible_to(user).filter(day__session=session).with_people().select_related("day")
    is_over = session.state in (SessionState.HELD, SessionState.REPORTED)
    return attendees_of(days, list(rows), over=is_over) if days else []


def printed_person(session: Session, attendee: Attendee) -> PrintedPerson:
    """Return a member or stakeholder with the address of the page that records their arrival at the session."""
    return PrintedPerson(attendee.name, AttendeeDays(attendee, []).affiliation, check_in_path(session.pk, attendee))


def printed_list(session: Session, attendees: Sequence[AttendeeDays]) -> PrintedList:
    """Return the attendees who are expected or came, and the days of the session, for badges and sign-in sheets.

    At most 500 people.
    """
    people = [
        PrintedPerson(attendee.display_name, attendee.affiliation, attendee.check_in_path)
        for attendee in attendees
        if attendee.is_expected_or_came
    ]
    days = [SheetDay(day.date, day.half_days) for day in session.days.all()]
    return PrintedList(people[:MAX_PEOPLE], days, is_truncated=len(people) > MAX_PEOPLE)
