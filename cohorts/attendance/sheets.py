"""Attendance sheets: for each day of a session that has come, everyone whose attendance there is to record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cohorts.attendance.actions import Attendee, row_name
from cohorts.attendance.enums import AttendanceStatus
from cohorts.models import Attendance, Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import CORE_ROLES, Role

ROLE_ORDER = list(Role)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person on one day, with what is recorded of them so far ("" when nothing is)."""

    day: SessionDay
    person: Attendee
    status: str

    @property
    def name(self) -> str:
        return row_name(self.day, self.person)

    @property
    def note(self) -> str:
        """Their role, or their organisation."""
        if isinstance(self.person, Stakeholder):
            return self.person.organisation
        return self.person.get_role_display()

    @property
    def seen(self) -> str:
        """The status to start from; that someone was expected says nothing of whether they came."""
        return "" if self.status == AttendanceStatus.EXPECTED else self.status


def sheet_of(session: Session, today: date) -> dict[SessionDay, list[SheetRow]]:
    """People by day, members by role then name, stakeholders last (three statements)."""
    days = [day for day in session.days.all() if day.date <= today]
    recorded = list(Attendance.objects.filter(day__in=days).with_people())
    members = list(Membership.objects.filter(cohort=session.cohort_id, role__in=CORE_ROLES).select_related("user"))
    members.sort(key=lambda member: CORE_ROLES.index(Role(member.role)))
    return {day: sorted(_rows(day, recorded, members), key=_place) for day in days}


def _rows(day: SessionDay, recorded: list[Attendance], members: list[Membership]) -> Iterator[SheetRow]:
    """Everyone on the day's list, then core members who joined it later, each person once."""
    known: set[int] = set()
    for row in recorded:
        if row.day_id == day.pk:
            yield SheetRow(day, row.person, row.status)
            known |= {row.member.user_id} if row.member else set()
    for member in members:
        if member.active_on(day.date) and member.user_id not in known:
            yield SheetRow(day, member, "")
            known.add(member.user_id)


def _place(row: SheetRow) -> tuple[int, str]:
    if isinstance(row.person, Stakeholder):
        return len(ROLE_ORDER), row.person.name
    return ROLE_ORDER.index(Role(row.person.role)), row.person.name
