"""People expected at a session and people who came, as its pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.attendance.actions import Attendee, attendee_key
from cohorts.attendance.enums import ATTENDED_STATUSES, EXPECTED_OR_PRESENT, OBSERVED_STATUSES, AttendanceStatus
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, SessionDay, Stakeholder
from cohorts.people.enums import ROLE_ORDER, MembershipRole

TONES = {
    AttendanceStatus.EXPECTED: "waiting",
    AttendanceStatus.PRESENT: "done",
    AttendanceStatus.PARTIAL: "done",
    AttendanceStatus.EXCUSED: "neutral",
    AttendanceStatus.ABSENT: "stopped",
    AttendanceStatus.UNKNOWN: "neutral",
}


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
    def is_expected(self) -> bool:
        """Whether the person is on the list of the day and nothing is recorded of their attendance yet."""
        return self.row is not None and self.row.status == AttendanceStatus.EXPECTED

    @property
    def has_come(self) -> bool:
        """Whether it is recorded that the person came."""
        return self.row is not None and self.row.status in ATTENDED_STATUSES

    @property
    def is_recorded(self) -> bool:
        """Whether it is recorded that the person came, or that they did not."""
        return self.row is not None and self.row.status in OBSERVED_STATUSES

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
    def discipline_or_organisation(self) -> str:
        """The text beside the person's name: the discipline of a member, or the organisation of a stakeholder; may be
        empty.
        """
        return self.person.organisation if isinstance(self.person, Stakeholder) else self.person.discipline

    @property
    def role_label(self) -> StrOrPromise:
        """The role of a member in words, or that the person is a stakeholder."""
        return _("stakeholder") if isinstance(self.person, Stakeholder) else self.person.get_role_display()

    @property
    def display_name(self) -> str:
        """The name of the person, or of who comes in the place of a stakeholder, with the stakeholder's."""
        answered = (row for presence in self.presences if (row := presence.row) and row.answered_on)
        substitute = next((row.substitute for row in answered if row.substitute), "")
        if not substitute:
            return self.person.name
        return gettext("%(substitute)s, for %(name)s") % {"substitute": substitute, "name": self.person.name}

    @property
    def affiliation(self) -> str:
        """The role, and the discipline or organisation if it is known, as one text for badges and sign-in sheets."""
        return " · ".join(str(part) for part in (self.role_label, self.discipline_or_organisation) if part)

    @property
    def is_expected_or_came(self) -> bool:
        """Whether the person is expected, or came, on at least one day of the session."""
        return any(presence.row and presence.row.status in EXPECTED_OR_PRESENT for presence in self.presences)

    @property
    def key(self) -> str:
        """The name by which pages refer to the attendee: "member12" or "stakeholder3"."""
        return attendee_key(self.person)

    @property
    def check_in_path(self) -> str:
        """The path of the page that records that this person is here, to which their QR code leads."""
        return check_in_path(self.presences[0].day.session_id, self.person)


def check_in_path(session: int, person: Attendee) -> str:
    """Return the path of the page that records that a person is at the session with this primary key."""
    kind = "stakeholder" if isinstance(person, Stakeholder) else "member"
    return reverse(f"cohorts:check_in_{kind}", args=[session, person.pk])


def attendees_of(days: Sequence[SessionDay], rows: Sequence[Attendance], *, over: bool = False) -> list[AttendeeDays]:
    """Return the attendees of a session by role, stakeholders last, then by name; each once, with attendance by day.

    `days` are the session's days, `rows` its attendance rows with people loaded. If the session is `over`, an
    attendance still “expected” reads “not recorded”.
    """
    sorted_rows = sorted(rows, key=lambda row: (role_position(row.person), row.person.name, row.person.pk))
    by_person = groupby(sorted_rows, key=lambda row: (_role_of(row), row.person.pk))
    return [_attendee_days(days, list(own), over) for _key, own in by_person]


def tally_of(rows: Sequence[Attendance], user: User, today: date) -> Tally:
    """Return the numbers of people at one session, counted from its attendance rows, which are already loaded.

    `own` and `unanswered` count the days of `user`, unanswered ones from `today` on. `AttendanceQuerySet.tallies` gives
    the same for many sessions from the database.
    """
    members = [(row.member.user_id, row) for row in rows if row.member]
    own = [row for pk, row in members if pk == user.pk]
    return Tally(
        invited=len({pk for pk, _row in members}),
        on_site=len({pk for pk, row in members if row.status in EXPECTED_OR_PRESENT}),
        came=len({pk for pk, row in members if row.status in ATTENDED_STATUSES}),
        stakeholders=len({row.stakeholder_id for row in rows if row.stakeholder_id}),
        own=len(own),
        unanswered=sum(_is_unanswered(row, today) for row in own),
    )


def _is_unanswered(row: Attendance, today: date) -> bool:
    """Return whether the person is expected, has not said if they come, and the day is `today` or later."""
    return row.status == AttendanceStatus.EXPECTED and row.answered_on is None and row.day.date >= today


def role_position(person: Attendee) -> int:
    """Return the position of a person's role in lists of attendees; stakeholders come last."""
    return len(ROLE_ORDER) if isinstance(person, Stakeholder) else ROLE_ORDER.index(MembershipRole(person.role))


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
