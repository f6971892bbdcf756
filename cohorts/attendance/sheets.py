"""Attendance sheets: everyone whose attendance can be recorded, for each day of a session that has come."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from cohorts.attendance.actions import Attendee, attendee_key, row_name
from cohorts.attendance.attendees import role_position
from cohorts.attendance.enums import AttendanceStatus
from cohorts.models import Attendance, Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import CORE_ROLES, MembershipRole


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person on one day of an attendance sheet, with the recorded status ("" when nothing is recorded)."""

    day: SessionDay
    person: Attendee
    status: str

    @property
    def name(self) -> str:
        """The name of the row's field in the form, such as "day5-member12"."""
        return row_name(self.day, self.person)

    @property
    def role_or_organisation(self) -> str:
        """The text beside the person's name: the role of a member, or the organisation of a stakeholder; may be
        empty.
        """
        if isinstance(self.person, Stakeholder):
            return self.person.organisation
        return self.person.get_role_display()

    @property
    def initial_status(self) -> str:
        """The status selected when the sheet opens: the recorded one, or "" for “expected”, which does not say who
        came.
        """
        return "" if self.status == AttendanceStatus.EXPECTED else self.status


@dataclass(frozen=True, slots=True)
class AttendanceSheet:
    """The attendance sheet of a session: the rows of each of its days."""

    rows_by_day: dict[SessionDay, list[SheetRow]]

    @property
    def days(self) -> list[SessionDay]:
        """The days on the sheet, in order."""
        return list(self.rows_by_day)

    @property
    def rows(self) -> list[SheetRow]:
        """The rows of all days, day by day."""
        return [row for rows in self.rows_by_day.values() for row in rows]

    @property
    def people(self) -> list[tuple[SheetRow, list[SheetRow | None]]]:
        """Each person once, as their first row, with their row on each day of the sheet; None for days on which they
        are not on it.
        """
        by_person: dict[str, dict[SessionDay, SheetRow]] = {}
        for row in sorted(self.rows, key=_sort_key):
            by_person.setdefault(attendee_key(row.person), {})[row.day] = row
        return [(next(iter(rows.values())), [rows.get(day) for day in self.days]) for rows in by_person.values()]

    @property
    def fill_targets(self) -> list[tuple[str, str]]:
        """What can be filled at once, as pairs of key and name: each day, and each person if there are several days."""
        days = [(f"day{day.pk}", str(day)) for day in self.days]
        people = [(attendee_key(row.person), row.person.name) for row, _rows in self.people]
        return [*days, *people] if len(days) > 1 else days


def sheet_of(session: Session, today: date) -> AttendanceSheet:
    """Return the attendance sheet of a session: for each of its days up to `today`, the people whose attendance can be
    recorded.

    They are the people on the day's list, and the ambassadors, pilot, residents and coordinators of that day. Sorted by
    role, then name; stakeholders come last. Three statements.
    """
    [sheet] = sheets_of([session], today)
    return sheet


def sheets_of(sessions: Collection[Session], today: date) -> list[AttendanceSheet]:
    """Return the attendance sheet of each session (see `sheet_of`), with as few statements as for one."""
    days = {session: [day for day in session.days.all() if day.date <= today] for session in sessions}
    recorded = list(Attendance.objects.filter(day__in=list(chain(*days.values()))).with_people())
    members = list(
        Membership.objects.filter(
            cohort__in={session.cohort_id for session in sessions}, role__in=CORE_ROLES
        ).select_related("user")
    )
    members.sort(key=lambda member: CORE_ROLES.index(MembershipRole(member.role)))
    of_cohort = {
        session: [member for member in members if member.cohort_id == session.cohort_id] for session in sessions
    }
    return [
        AttendanceSheet({day: sorted(_sheet_rows(day, recorded, of_cohort[session]), key=_sort_key) for day in own})
        for session, own in days.items()
    ]


def _sheet_rows(day: SessionDay, recorded: list[Attendance], members: list[Membership]) -> Iterator[SheetRow]:
    """Yield the sheet's rows of one day, each person once: everyone on its list, then those of `members` who are not on
    it.

    `recorded` are attendance rows of all days; of `members`, only those whose membership includes the day count.
    """
    listed_ids: set[int] = set()
    for row in recorded:
        if row.day_id == day.pk:
            yield SheetRow(day, row.person, row.status)
            listed_ids |= {row.member.user_id} if row.member else set()
    for member in members:
        if member.active_on(day.date) and member.user_id not in listed_ids:
            yield SheetRow(day, member, "")
            listed_ids.add(member.user_id)


def _sort_key(row: SheetRow) -> tuple[int, str]:
    """Return the key that sorts the rows of a day: by role, then name; stakeholders last."""
    return role_position(row.person), row.person.name
