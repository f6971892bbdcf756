"""Tests of the attendees of a session, as its pages show them."""

from datetime import date

import pytest

from cohorts.attendance.attendees import DayPresence, attendees_of, tally_of
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, Session, SessionDay
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory

PAST = date(2026, 11, 17)


def session_with_attendance(cast: Cast) -> Session:
    """Return a session on two past days: an ambassador on both, a pilot on the first, a stakeholder on the second, a
    resident expected.
    """
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    first, second = session.days.get(), SessionDay.objects.create(session=session, date=date(2026, 11, 18))
    members = {row.role: row for row in cast.cohort.memberships.all()}
    AttendanceFactory(day=first, member=members["ambassador"], recorded_on=TODAY)
    AttendanceFactory(day=second, member=members["ambassador"], status="absent", half_days=0, recorded_on=TODAY)
    AttendanceFactory(day=first, member=members["pilot"], recorded_on=TODAY)
    AttendanceFactory(day=first, member=members["resident"], status="expected", half_days=0, recorded_on=TODAY)
    AttendanceFactory(day=second, member=members["resident"], status="expected", half_days=0, recorded_on=TODAY)
    stakeholder = StakeholderFactory(cohort=cast.cohort, name="CCI", organisation="Nord")
    AttendanceFactory(day=second, member=None, stakeholder=stakeholder, recorded_on=TODAY)
    return session


def rows_of(session: Session) -> list[Attendance]:
    return list(Attendance.objects.filter(day__session=session).with_people().select_related("day"))


def test_attendees_come_by_role_each_once(cast: Cast):
    session = session_with_attendance(cast)
    attendees = attendees_of(list(session.days.all()), rows_of(session))
    assert [(one.person.name, one.affiliation) for one in attendees] == [
        ("Ambassador Rivage", "ambassador"),
        ("Pilot Rivage", "pilot"),
        ("Resident Rivage", "resident · design"),
        ("CCI", "stakeholder · Nord"),
    ]


def test_each_person_has_a_label_for_each_day(cast: Cast):
    session = session_with_attendance(cast)
    attendees = attendees_of(list(session.days.all()), rows_of(session))
    labels = [[str(presence.label) for presence in one.presences] for one in attendees]
    assert labels == [["present", "absent"], ["present", ""], ["expected", "expected"], ["", "present"]]


@pytest.mark.parametrize(
    ("status", "answered", "over", "label", "tone"),
    [
        ("expected", None, False, "expected", "waiting"),
        ("expected", TODAY, False, "coming", "open"),
        ("expected", TODAY, True, "not recorded", "waiting"),
        ("excused", TODAY, False, "excused", "neutral"),
        ("present", None, True, "present", "done"),
        ("partial", None, True, "partly present", "done"),
        ("absent", None, True, "absent", "stopped"),
        ("unknown", None, True, "unknown", "neutral"),
    ],
)
def test_a_presence_has_a_label_and_a_tone(status: str, answered: date | None, over: bool, label: str, tone: str):
    row = Attendance(status=status, answered_on=answered)
    presence = DayPresence(SessionDay(date=PAST), row, over)
    assert (str(presence.label), presence.tone) == (label, tone)


def test_a_day_without_a_row_has_no_label():
    presence = DayPresence(SessionDay(date=PAST), None)
    assert (presence.label, presence.tone) == ("", "neutral")


def test_two_people_with_the_same_name_are_listed_separately(cast: Cast):
    session = SessionFactory(cohort=cast.cohort)
    for _ in range(2):
        member = MembershipFactory(cohort=cast.cohort)
        member.user.full_name = "Anne Morel"
        member.user.save()
        AttendanceFactory(day=session.days.get(), member=member)
    attendees = attendees_of(list(session.days.all()), rows_of(session))
    assert [one.person.name for one in attendees] == ["Anne Morel", "Anne Morel"]


@pytest.mark.parametrize("role", "MPSD")
def test_counts_from_rows_equal_counts_from_the_database(role: str, cast: Cast):
    session = session_with_attendance(cast)
    counted = tally_of(rows_of(session), cast[role], TODAY)
    assert counted == Attendance.objects.tallies([session], cast[role], TODAY)[session.pk]
    assert counted != Tally()
