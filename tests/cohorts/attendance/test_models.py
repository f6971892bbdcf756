"""Tests of the database rules on attendance, with raw SQL."""

from datetime import date
from typing import Any

import pytest

from cohorts.models import Membership, SessionDay, Stakeholder
from tests.cohorts.raw import query_value, refused, run_sql
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
    default_half_days = 2 if status in {"present", "partial"} else 0
    return run_sql(
        "INSERT INTO cohorts_attendance (day_id, member_id, stakeholder_id, status, half_days, recorded_on)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        day.pk,
        member and member.pk,
        stakeholder and stakeholder.pk,
        status,
        default_half_days if half_days is None else half_days,
        recorded_on,
    )


def day_for(member: Membership, **fields: Any) -> SessionDay:
    return SessionFactory(cohort=member.cohort, **fields).days.get()


def test_a_member_can_attend_a_day_of_the_cohort():
    member = MembershipFactory()
    assert attend(day_for(member), member) == 1


def test_a_stakeholder_can_attend_a_day_of_the_cohort():
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
def test_only_a_member_active_on_that_day_can_attend(starts: date, ends: date | None, let_in: bool):
    member = MembershipFactory(starts_on=starts, ends_on=ends)
    day = day_for(member)
    if let_in:
        assert attend(day, member) == 1
    else:
        with refused("attendance_active"):
            attend(day, member)


@pytest.mark.parametrize("who", ["member", "stakeholder"])
def test_people_of_another_cohort_cannot_attend(who: str):
    day = SessionFactory().days.get()
    person = {"member": MembershipFactory, "stakeholder": StakeholderFactory}[who]()
    with refused("attendance_active"):
        attend(day, **{who: person})


def test_attendance_cannot_move_to_a_person_of_another_cohort():
    row = AttendanceFactory()
    with refused("attendance_active"):
        run_sql("UPDATE cohorts_attendance SET member_id = %s WHERE id = %s", MembershipFactory().pk, row.pk)


@pytest.mark.parametrize("status", ["expected", "present", "partial", "excused", "absent", "unknown"])
def test_a_cancelled_session_takes_no_attendance(status: str):
    member = MembershipFactory()
    day = day_for(member, state="cancelled")
    with refused("attendance_not_cancelled"):
        attend(day, member, status=status)


@pytest.mark.parametrize("state", ["draft", "postponed"])
@pytest.mark.parametrize("status", ["present", "partial", "absent"])
def test_presence_and_absence_need_a_scheduled_session(state: str, status: str):
    member = MembershipFactory()
    day = day_for(member, state=state)
    with refused("attendance_took_place"):
        attend(day, member, status=status)


@pytest.mark.parametrize("state", ["draft", "postponed", "scheduled", "held", "reported"])
def test_people_can_be_expected_in_every_other_state(state: str):
    member = MembershipFactory()
    assert attend(day_for(member, state=state), member, status="expected") == 1


@pytest.mark.parametrize("status", ["present", "partial", "absent"])
def test_presence_and_absence_cannot_be_recorded_on_a_future_day(status: str):
    member = MembershipFactory()
    day = day_for(member)
    with refused("attendance_not_future"):
        attend(day, member, status=status, recorded_on=date(2026, 10, 5))


@pytest.mark.parametrize("status", ["expected", "excused"])
def test_people_can_be_expected_or_excused_on_a_future_day(status: str):
    member = MembershipFactory()
    assert attend(day_for(member), member, status=status, recorded_on=date(2026, 10, 5)) == 1


def test_an_expected_person_cannot_become_present_on_a_future_day():
    member = MembershipFactory()
    attend(day_for(member), member, status="expected", recorded_on=date(2026, 10, 5))
    with refused("attendance_not_future"):
        run_sql("UPDATE cohorts_attendance SET status = 'present', half_days = 2")


@pytest.mark.parametrize(("status", "half_days"), [("present", 1), ("present", 2), ("partial", 1), ("partial", 2)])
def test_people_who_came_have_half_days(status: str, half_days: int):
    member = MembershipFactory()
    assert attend(day_for(member), member, status=status, half_days=half_days) == 1


@pytest.mark.parametrize(
    ("status", "half_days"),
    [("present", 0), ("present", 3), ("partial", 0), ("expected", 1), ("excused", 1), ("absent", 2), ("unknown", 1)],
)
def test_only_people_who_came_have_half_days(status: str, half_days: int):
    member = MembershipFactory()
    day = day_for(member)
    with refused("attendance_half_days"):
        attend(day, member, status=status, half_days=half_days)


def test_attendance_needs_a_person():
    day = SessionFactory().days.get()
    with refused("attendance_one_person"):
        attend(day)


def test_attendance_belongs_to_one_person():
    member = MembershipFactory()
    day = day_for(member)
    with refused("attendance_one_person"):
        attend(day, member, StakeholderFactory(cohort=member.cohort))


def test_a_member_has_one_row_per_day():
    member = MembershipFactory()
    day = day_for(member)
    attend(day, member)
    with refused("attendance_member_once"):
        attend(day, member, status="absent")


def test_a_person_with_two_roles_has_one_row_per_day():
    member = MembershipFactory()
    relay = MembershipFactory(cohort=member.cohort, user=member.user, role="relay")
    day = day_for(member)
    attend(day, member)
    with refused("attendance_member_once"):
        attend(day, relay)


def test_a_stakeholder_has_one_row_per_day():
    stakeholder = StakeholderFactory()
    day = SessionFactory(cohort=stakeholder.cohort).days.get()
    attend(day, stakeholder=stakeholder)
    with refused("attendance_stakeholder_once"):
        attend(day, stakeholder=stakeholder)


def test_attendance_written_and_deleted_by_raw_sql_is_in_the_history():
    member = MembershipFactory()
    attend(day_for(member), member, status="expected")
    run_sql("UPDATE cohorts_attendance SET status = 'present', half_days = 2")
    run_sql("DELETE FROM cohorts_attendance")
    history = query_value("SELECT array_agg(pgh_label || ' ' || status ORDER BY pgh_id) FROM cohorts_attendanceevent")
    assert history == ["insert expected", "update present", "delete present"]
