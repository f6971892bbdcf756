"""Who is expected at a session and who came, by role, as its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.attendance.actions import Attendee
from cohorts.attendance.enums import CAME, ON_SITE, AttendanceStatus
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, SessionDay, Stakeholder
from cohorts.people.enums import Role

TONES = {
    AttendanceStatus.EXPECTED: "waiting",
    AttendanceStatus.PRESENT: "done",
    AttendanceStatus.PARTIAL: "done",
    AttendanceStatus.EXCUSED: "neutral",
    AttendanceStatus.ABSENT: "stopped",
    AttendanceStatus.UNKNOWN: "neutral",
}
CIRCLES: list[tuple[str, StrOrPromise]] = [
    (Role.AMBASSADOR, _("Ambassadors")),
    (Role.PILOT, _("Pilot")),
    (Role.RESIDENT, _("Residents")),
    (Role.COORDINATOR, _("Coordination")),
    (Role.RELAY, _("Relays")),
    (Role.ELECTED, _("Elected officials")),
    (Role.DIRECTION, _("Direction")),
    ("", _("Stakeholders")),
]
ORDER = [role for role, _label in CIRCLES]


@dataclass(frozen=True, slots=True)
class Presence:
    """One day of one person: what is recorded, said in a word; `row` is None where nothing is.

    Once the session is `over`, that someone was expected only means that nobody noted whether they came.
    """

    day: SessionDay
    row: Attendance | None
    over: bool = False

    @property
    def label(self) -> StrOrPromise:
        if self.row is None:
            return ""
        if self.row.status == AttendanceStatus.EXPECTED and self.over:
            return _("not recorded")
        if self.row.status == AttendanceStatus.EXPECTED and self.row.answered_on:
            return pgettext("person", "coming")
        return self.row.get_status_display()

    @property
    def tone(self) -> str:
        if self.row is None:
            return "neutral"
        coming = self.row.status == AttendanceStatus.EXPECTED and self.row.answered_on and not self.over
        return "open" if coming else TONES[AttendanceStatus(self.row.status)]


@dataclass(frozen=True, slots=True)
class Attendant:
    """One person and their days, in the session's order."""

    person: Attendee
    presences: list[Presence]

    @property
    def note(self) -> str:
        """What sets them apart: a discipline, an organisation."""
        return self.person.organisation if isinstance(self.person, Stakeholder) else self.person.discipline

    @property
    def same(self) -> Presence | None:
        """The one presence that holds for every day, where it is the same on all of them."""
        first, *others = self.presences
        return first if all(other.label == first.label for other in others) else None


@dataclass(frozen=True, slots=True)
class Circle:
    """Everyone who comes in one role, or as stakeholders."""

    label: StrOrPromise
    people: list[Attendant] = field(default_factory=list)


def circles_of(days: Sequence[SessionDay], rows: Sequence[Attendance], *, over: bool = False) -> list[Circle]:
    """People by role, each once, with their days."""
    ranked = sorted(rows, key=lambda row: (ORDER.index(_role(row)), row.person.name, row.person.pk))
    circles = []
    for role, of_role in groupby(ranked, key=_role):
        people = [_attendant(days, list(own), over) for _pk, own in groupby(of_role, key=lambda row: row.person.pk)]
        circles.append(Circle(dict(CIRCLES)[role], people))
    return circles


def tally_of(rows: Sequence[Attendance], user: User, today: date) -> Tally:
    """The counts of `AttendanceQuerySet.tallies`, over rows that are read already."""
    members = [(row.member.user_id, row) for row in rows if row.member]
    own = [row for pk, row in members if pk == user.pk]
    return Tally(
        invited=len({pk for pk, _row in members}),
        on_site=len({pk for pk, row in members if row.status in ON_SITE}),
        came=len({pk for pk, row in members if row.status in CAME}),
        stakeholders=len({row.stakeholder_id for row in rows if row.stakeholder_id}),
        own=len(own),
        silent=sum(_is_silent(row, today) for row in own),
    )


def _is_silent(row: Attendance, today: date) -> bool:
    return row.status == AttendanceStatus.EXPECTED and row.answered_on is None and row.day.date >= today


def _role(row: Attendance) -> str:
    return "" if isinstance(row.person, Stakeholder) else row.person.role


def _attendant(days: Sequence[SessionDay], rows: list[Attendance], over: bool) -> Attendant:
    by_day = {row.day_id: row for row in rows}
    return Attendant(rows[0].person, [Presence(day, by_day.get(day.pk), over) for day in days])
