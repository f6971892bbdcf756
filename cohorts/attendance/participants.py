"""The participants of a session as a table to download, and on badges and sign-in sheets."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.attendance.attendees import AttendeeDays, attendees_of
from cohorts.models import Attendance, Session
from cohorts.sessions.enums import SessionState
from web.exports.tables import Cell, Table
from web.pages.printed_lists import MAX_PEOPLE, PrintedList, PrintedPerson, SheetDay
from web.text import formats


def visible_attendees(session: Session, user: User) -> list[AttendeeDays]:
    """Return the attendees of the session that the person may see, by role and name, with their attendance by day.

    One statement, and one more for the days of the session if they are not loaded.
    """
    days = list(session.days.all())
    rows = Attendance.objects.visible_to(user).filter(day__session=session).with_people().select_related("day")
    is_over = session.state in (SessionState.HELD, SessionState.REPORTED)
    return attendees_of(days, list(rows), over=is_over) if days else []


def participants_table(session: Session, attendees: Sequence[AttendeeDays], *, today: date, language: str) -> Table:
    """Return the file of the attendees of a session: one row for each person and day; `language` is that of its dates.

    `today` is the day on which it is made.
    """
    return Table(
        title=_("Participants"),
        header=[_("Date"), _("Name"), _("Role"), _("Discipline or organisation"), _("Attendance"), _("Half-days")],
        rows=_rows(attendees),
        about_title=_("About this file"),
        about=[
            (_("Session"), f"{session} · {session.cohort.name}"),
            (_("Made on"), formats.long_day(today, language)),
        ],
        widths=(14, 30, 18, 30, 20, 12),
    )


def _rows(attendees: Sequence[AttendeeDays]) -> Iterator[tuple[Cell, ...]]:
    """Yield a row of the file for each attendee and each day on whose list they are."""
    for attendee in attendees:
        for presence in attendee.presences:
            if presence.row:
                cells = (
                    presence.day.date,
                    attendee.person.name,
                    str(attendee.role_label),
                    attendee.discipline_or_organisation,
                )
                yield (*cells, str(presence.label), presence.row.half_days)


def printed_list(session: Session, attendees: Sequence[AttendeeDays]) -> PrintedList:
    """Return the attendees who are expected or came, and the days of the session, for badges and sign-in sheets.

    At most 500 people.
    """
    people = [
        PrintedPerson(attendee.person.name, attendee.affiliation, attendee.check_in_path)
        for attendee in attendees
        if attendee.is_expected_or_came
    ]
    days = [SheetDay(day.date, day.half_days) for day in session.days.all()]
    return PrintedList(people[:MAX_PEOPLE], days, is_truncated=len(people) > MAX_PEOPLE)
