"""People expected at a session and people who came, grouped by role for its page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.attendance.actions import Attendee
from cohorts.attendance.enums import ATTENDED_STATUSES, ON_SITE_STATUSES, AttendanceStatus
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, SessionDay, Stakeholder
from cohorts.people.enums import MembershipRole

TONES = {
    AttendanceStatus.EXPECTED: "waiting",
    AttendanceStatus.PRESENT: "done",
    AttendanceStatus.PARTIAL: "done",
    AttendanceStatus.EXCUSED: "neutral",
    AttendanceStatus.ABSENT: "stopped",
    AttendanceStatus.UNKNOWN: "neutral",
}
GROUP_LABELS: list[tuple[str, StrOrPromise]] = [
    (MembershipRole.AMBASSADOR, _("Ambassadors")),
    (MembershipRole.PILOT, _("Pilot")),
    (MembershipRole.RESIDENT, _("Residents")),
    (MembershipRole.COORDINATOR, _("Coordination")),
    (MembershipRole.RELAY, _("Relays")),
    (MembershipRole.ELECTED, _("Elected officials")),
    (MembershipRole.DIRECTION, _("Direction")),
    ("", _("Stakeholders")),
]
ROLE_ORDER = [role for role, _label in GROUP_LABELS]


@dataclass(frozen=True, slots=True)
class DayPresence:
    """The attendance of one person on one day, in words; `row` is None when nothing is recorded.

    Once the session is `over`, the status "expected" means that nobody recorded whether the person came.
    """

    day: SessionDay
    row: Attendance | None
    over: bool = False

    @property
    def label(self) -> StrOrPromise:
        """The attendance in words: its status, “coming” once the person said so, or “not recorded” if the session is
        over and nobody recorded it. "" without a row.
        """
        if self.row is None:
            return ""
        if self.row.status == AttendanceStatus.EXPECTED and self.over:
            return _("not recorded")
        if self.row.status == AttendanceStatus.EXPECTED and self.row.answered_on:
            return pgettext("person", "coming")
        return self.row.get_status_display()

    @property
    def tone(self) -> str:
        """The name of the colour of the attendance on pages: “open” once the person says they come, else by status;
        “neutral” without a row.
        """
        if self.row is None:
            return "neutral"
        coming = self.row.status == AttendanceStatus.EXPECTED and self.row.answered_on and not self.over
        return "open" if coming else TONES[AttendanceStatus(self.row.status)]


@dataclass(frozen=True, slots=True)
class AttendeeDays:
    """A member or stakeholder with their attendance on each day of a session, in the order of the days."""

    person: Attendee
    presences: list[DayPresence]

    @property
    def note(self) -> str:
        """The text beside the person's name: the discipline of a member, or the organisation of a stakeholder; may be
        empty.
        """
        return self.person.organisation if isinstance(self.person, Stakeholder) else self.person.discipline

    @property
    def common_presence(self) -> DayPresence | None:
        """The attendance of the first day if it reads the same on every day; None when the days differ."""
        first, *others = self.presences
        return first if all(other.label == first.label for other in others) else None


@dataclass(frozen=True, slots=True)
class AttendeeGroup:
    """The attendees of a session who have one role, or its stakeholders, with the label of the group."""

    label: StrOrPromise
    people: list[AttendeeDays] = field(default_factory=list)


def attendee_groups(
    days: Sequence[SessionDay], rows: Sequence[Attendance], *, over: bool = False
) -> list[AttendeeGroup]:
    """Return the attendees of a session grouped by role, stakeholders last; each person once, with their attendance by
    day.

    `days` are the session's days, `rows` its attendance rows with people loaded. Within a group people are sorted by
    name; empty groups are left out. If the session is `over`, an attendance still “expected” reads “not recorded”.
    """
    rows_by_role = sorted(rows, key=lambda row: (ROLE_ORDER.index(_role_of(row)), row.person.name, row.person.pk))
    groups = []
    for role, of_role in groupby(rows_by_role, key=_role_of):
        people = [_attendee_days(days, list(own), over) for _pk, own in groupby(of_role, key=lambda row: row.person.pk)]
        groups.append(AttendeeGroup(dict(GROUP_LABELS)[role], people))
    return groups


def tally_of(rows: Sequence[Attendance], user: User, today: date) -> Tally:
    """Return the numbers of people at one session, counted from its attendance rows, which are already loaded.

    `own` and `unanswered` count the days of `user`, unanswered ones from `today` on. `AttendanceQuerySet.tallies` gives
    the same for many sessions from the database.
    """
    members = [(row.member.user_id, row) for row in rows if row.member]
    own = [row for pk, row in members if pk == user.pk]
    return Tally(
        invited=len({pk for pk, _row in members}),
        on_site=len({pk for pk, row in members if row.status in ON_SITE_STATUSES}),
        came=len({pk for pk, row in members if row.status in ATTENDED_STATUSES}),
        stakeholders=len({row.stakeholder_id for row in rows if row.stakeholder_id}),
        own=len(own),
        unanswered=sum(_is_unanswered(row, today) for row in own),
    )


def _is_unanswered(row: Attendance, today: date) -> bool:
    """Return whether the person is expected, has not said if they come, and the day is `today` or later."""
    return row.status == AttendanceStatus.EXPECTED and row.answered_on is None and row.day.date >= today


def _role_of(row: Attendance) -> str:
    """Return the cohort role (a slug such as "pilot") of the member whose attendance this is; "" for a stakeholder."""
    return "" if isinstance(row.person, Stakeholder) else row.person.role


def _attendee_days(days: Sequence[SessionDay], rows: list[Attendance], over: bool) -> AttendeeDays:
    """Return one person with their attendance on each of the days; `rows` (at least one) are that person's attendance
    rows.

    `over` tells whether the session is over.
    """
    by_day = {row.day_id: row for row in rows}
    return AttendeeDays(rows[0].person, [DayPresence(day, by_day.get(day.pk), over) for day in days])
