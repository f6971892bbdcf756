"""Rules the database keeps on attendance, against raw SQL, one transaction at a time."""

from datetime import date
from typing import Any

import pytest

from cohorts.models import Membership, SessionDay, Stakeholder
from tests.cohorts.raw import ask, refused, sql
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 6)


def attend(
    day: SessionDay,
    member: Membership | None = None,
    stakeholder: Stakeholder | None = None,
    *,
    status: str = "present",
    half_days: int | None = None,
    recorded_on: date = DAY,
) -> int:
    usual = 2 if status in {"present", "partial"} else 0
    return sql(
        "INSERT INTO cohorts_attendance (day_id, member_id, stakeholder_id, status, half_days, recorded_on)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        day.pk,
        member and member.pk,
        stakeholder and stakeholder.pk,
        status,
        usual if half_days is None else half_days,
        recorded_on,
    )


def day_for(member: Membership, **fields: Any) -> SessionDay:
    return SessionFactory(cohort=member.cohort, **fields).days.get()


def test_a_member_attends_a_day_of_the_cohort():
    member = MembershipFactory()
    assert attend(day_for(member), member) == 1


def test_a_stakeholder_attends_a_day_of_the_cohort():
    stakeholder = StakeholderFactory()
    assert attend(SessionFactory(cohort=stakeholder.cohort).days.get(), stakeholder=stakeholder) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "let_in"),
    [
        (DAY, DAY, True),
        (DAY, None, True),
        (date(2026, 10, 7), None, False),
        (date(2026, 1, 5), date(2026, 10, 5), False),
    ],
)
def test_only_someone_active_that_day_attends(starts: date, ends: date | None, let_in: bool):
    member = MembershipFactory(starts_on=starts, ends_on=ends)
    day = day_for(member)
    if let_in:
        assert attend(day, member) == 1
    else:
        with refused("attendance_active"):
            attend(day, member)


@pytest.mark.parametrize("who", ["member", "stakeholder"])
def test_nobody_of_another_cohort_attends(who: str):
    day = SessionFactory().days.get()
    person = {"member": MembershipFactory, "stakeholder": StakeholderFactory}[who]()
    with refused("attendance_active"):
        attend(day, **{who: person})


def test_attendance_does_not_change_hands_to_another_cohort():
    row = AttendanceFactory()
    with refused("attendance_active"):
        sql("UPDATE cohorts_attendance SET member_id = %s WHERE id = %s", MembershipFactory().pk, row.pk)


@pytest.mark.parametrize("status", ["expected", "present", "partial", "excused", "absent", "unknown"])
def test_nobody_attends_a_cancelled_session(status: str):
    member = MembershipFactory()
    day = day_for(member, state="cancelled")
    with refused("attendance_not_cancelled"):
        attend(day, member, status=status)


@pytest.mark.parametrize("state", ["draft", "postponed"])
@pytest.mark.parametrize("status", ["present", "partial", "absent"])
def test_nobody_was_seen_at_a_session_that_is_not_scheduled(state: str, status: str):
    member = MembershipFactory()
    day = day_for(member, state=state)
    with refused("attendance_took_place"):
        attend(day, member, status=status)


@pytest.mark.parametrize("state", ["draft", "postponed", "scheduled", "held", "reported"])
def test_people_may_be_expected_in_every_other_state(state: str):
    member = MembershipFactory()
    assert attend(day_for(member, state=state), member, status="expected") == 1


@pytest.mark.parametrize("status", ["present", "partial", "absent"])
def test_nobody_was_seen_on_a_day_to_come(status: str):
    member = MembershipFactory()
    day = day_for(member)
    with refused("attendance_not_future"):
        attend(day, member, status=status, recorded_on=date(2026, 10, 5))


@pytest.mark.parametrize("status", ["expected", "excused"])
def test_people_are_expected_or_excused_beforehand(status: str):
    member = MembershipFactory()
    assert attend(day_for(member), member, status=status, recorded_on=date(2026, 10, 5)) == 1


def test_an_expectation_does_not_become_a_presence_beforehand():
    member = MembershipFactory()
    attend(day_for(member), member, status="expected", recorded_on=date(2026, 10, 5))
    with refused("attendance_not_future"):
        sql("UPDATE cohorts_attendance SET status = 'present', half_days = 2")


@pytest.mark.parametrize(("status", "half_days"), [("present", 1), ("present", 2), ("partial", 1), ("partial", 2)])
def test_those_who_came_have_half_days(status: str, half_days: int):
    member = MembershipFactory()
    assert attend(day_for(member), member, status=status, half_days=half_days) == 1


@pytest.mark.parametrize(
    ("status", "half_days"),
    [("present", 0), ("present", 3), ("partial", 0), ("expected", 1), ("excused", 1), ("absent", 2), ("unknown", 1)],
)
def test_half_days_go_to_those_who_came_and_to_nobody_else(status: str, half_days: int):
    member = MembershipFactory()
    day = day_for(member)
    with refused("attendance_half_days"):
        attend(day, member, status=status, half_days=half_days)


def test_attendance_is_someones():
    day = SessionFactory().days.get()
    with refused("attendance_one_person"):
        attend(day)


def test_attendance_is_one_persons():
    member = MembershipFactory()
    day = day_for(member)
    with refused("attendance_one_person"):
        attend(day, member, StakeholderFactory(cohort=member.cohort))


def test_a_member_has_one_row_a_day():
    member = MembershipFactory()
    day = day_for(member)
    attend(day, member)
    with refused("attendance_member_once"):
        attend(day, member, status="absent")


def test_a_person_with_two_roles_has_one_row_a_day():
    member = MembershipFactory()
    relay = MembershipFactory(cohort=member.cohort, user=member.user, role="relay")
    day = day_for(member)
    attend(day, member)
    with refused("attendance_member_once"):
        attend(day, relay)


def test_a_stakeholder_has_one_row_a_day():
    stakeholder = StakeholderFactory()
    day = SessionFactory(cohort=stakeholder.cohort).days.get()
    attend(day, stakeholder=stakeholder)
    with refused("attendance_stakeholder_once"):
        attend(day, stakeholder=stakeholder)


def test_what_raw_sql_records_and_takes_back_is_in_the_history():
    member = MembershipFactory()
    attend(day_for(member), member, status="expected")
    sql("UPDATE cohorts_attendance SET status = 'present', half_days = 2")
    sql("DELETE FROM cohorts_attendance")
    kept = ask("SELECT array_agg(pgh_label || ' ' || status ORDER BY pgh_id) FROM cohorts_attendanceevent")
    assert kept == ["insert expected", "update present", "delete present"]
