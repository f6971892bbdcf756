"""Who is expected at a session and who came, by role."""

from datetime import date

import pytest

from cohorts.attendance.attendees import Presence, circles_of, tally_of
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, Session, SessionDay
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory

PAST = date(2026, 11, 17)


def with_people(cast: Cast) -> Session:
    """Two past days: an ambassador on both, a pilot on the first, a stakeholder on the second, a resident expected."""
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    first, second = session.days.get(), SessionDay.objects.create(session=session, date=date(2026, 11, 18))
    of = {row.role: row for row in cast.cohort.memberships.all()}
    AttendanceFactory(day=first, member=of["ambassador"], recorded_on=TODAY)
    AttendanceFactory(day=second, member=of["ambassador"], status="absent", half_days=0, recorded_on=TODAY)
    AttendanceFactory(day=first, member=of["pilot"], recorded_on=TODAY)
    AttendanceFactory(day=first, member=of["resident"], status="expected", half_days=0, recorded_on=TODAY)
    AttendanceFactory(day=second, member=of["resident"], status="expected", half_days=0, recorded_on=TODAY)
    stakeholder = StakeholderFactory(cohort=cast.cohort, name="CCI", organisation="Nord")
    AttendanceFactory(day=second, member=None, stakeholder=stakeholder, recorded_on=TODAY)
    return session


def rows_of(session: Session) -> list[Attendance]:
    return list(Attendance.objects.filter(day__session=session).with_people().select_related("day"))


def test_people_are_shown_by_role_each_once(cast: Cast):
    session = with_people(cast)
    circles = circles_of(list(session.days.all()), rows_of(session))
    assert [(str(circle.label), [one.person.name for one in circle.people]) for circle in circles] == [
        ("Ambassadors", ["Ambassador Rivage"]),
        ("Pilot", ["Pilot Rivage"]),
        ("Residents", ["Resident Rivage"]),
        ("Stakeholders", ["CCI"]),
    ]


def test_each_person_has_a_word_for_each_day(cast: Cast):
    session = with_people(cast)
    circles = circles_of(list(session.days.all()), rows_of(session))
    said = [[str(presence.label) for presence in circle.people[0].presences] for circle in circles]
    assert said == [["present", "absent"], ["present", ""], ["expected", "expected"], ["", "present"]]


def test_the_same_on_every_day_is_said_once(cast: Cast):
    session = with_people(cast)
    circles = circles_of(list(session.days.all()), rows_of(session))
    same = [circle.people[0].same for circle in circles]
    assert [one and str(one.label) for one in same] == [None, None, "expected", None]


def test_people_are_told_apart_by_discipline_or_organisation(cast: Cast):
    session = with_people(cast)
    circles = circles_of(list(session.days.all()), rows_of(session))
    assert [circle.people[0].note for circle in circles] == ["", "", "design", "Nord"]


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
def test_a_presence_is_a_word_and_a_tone(status: str, answered: date | None, over: bool, label: str, tone: str):
    row = Attendance(status=status, answered_on=answered)
    presence = Presence(SessionDay(date=PAST), row, over)
    assert (str(presence.label), presence.tone) == (label, tone)


def test_a_day_without_a_row_says_nothing():
    presence = Presence(SessionDay(date=PAST), None)
    assert (presence.label, presence.tone) == ("", "neutral")


def test_namesakes_are_two_people(cast: Cast):
    session = SessionFactory(cohort=cast.cohort)
    for _ in range(2):
        member = MembershipFactory(cohort=cast.cohort)
        member.user.full_name = "Anne Morel"
        member.user.save()
        AttendanceFactory(day=session.days.get(), member=member)
    (circle,) = circles_of(list(session.days.all()), rows_of(session))
    assert [one.person.name for one in circle.people] == ["Anne Morel", "Anne Morel"]


@pytest.mark.parametrize("letter", "MPSD")
def test_counts_over_rows_are_those_of_the_database(letter: str, cast: Cast):
    session = with_people(cast)
    counted = tally_of(rows_of(session), cast[letter], TODAY)
    assert counted == Attendance.objects.tallies([session], cast[letter], TODAY)[session.pk]
    assert counted != Tally()
