"""Tests of attendance sheets: whose attendance can be recorded, day by day."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from cohorts.attendance.sheets import sheet_of
from cohorts.models import SessionDay
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory

PAST, SOON = date(2026, 11, 17), date(2026, 12, 1)


def test_only_days_that_have_come_are_on_the_sheet(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    for day in (TODAY, SOON):
        SessionDay.objects.create(session=session, date=day)
    assert [day.date for day in sheet_of(session, TODAY).days] == [PAST, TODAY]


def test_core_members_are_on_the_sheet_without_an_invitation_and_others_with_one(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    day = session.days.get()
    AttendanceFactory(
        day=day, member=cast.cohort.memberships.get(role="relay"), status="expected", half_days=0, recorded_on=TODAY
    )
    AttendanceFactory(
        day=day, member=None, stakeholder=StakeholderFactory(cohort=cast.cohort, name="CCI"), recorded_on=TODAY
    )
    rows = sheet_of(session, TODAY).rows
    assert [(row.person.name, row.status, row.initial_status) for row in rows] == [
        ("Ambassador Rivage", "", ""),
        ("Pilot Rivage", "", ""),
        ("Resident Rivage", "", ""),
        ("Coordinator Rivage", "", ""),
        ("Relay Rivage", "expected", ""),
        ("CCI", "present", "present"),
    ]


def test_people_who_were_not_members_on_the_day_are_not_on_the_sheet(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    cast.cohort.memberships.filter(role="pilot").update(ends_on=date(2026, 11, 16))
    MembershipFactory(cohort=cast.cohort, starts_on=TODAY)
    rows = sheet_of(session, TODAY).rows
    assert [row.person.name for row in rows] == ["Ambassador Rivage", "Resident Rivage", "Coordinator Rivage"]


def test_a_person_with_two_roles_is_on_the_sheet_once(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    second = MembershipFactory(cohort=cast.cohort, user=cast["P"], role="ambassador")
    rows = sheet_of(session, TODAY).rows
    assert [row.person.pk for row in rows if row.person.name == "Pilot Rivage"] == [second.pk]
    AttendanceFactory(day=session.days.get(), member=cast.cohort.memberships.get(role="pilot"), recorded_on=TODAY)
    rows = sheet_of(session, TODAY).rows
    assert [row.role_or_organisation for row in rows if row.person.name == "Pilot Rivage"] == ["pilot"]


def test_rows_have_a_name_and_a_note(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    day, member = session.days.get(), cast.cohort.memberships.get(role="ambassador")
    stakeholder = StakeholderFactory(cohort=cast.cohort, organisation="Nord")
    AttendanceFactory(day=day, member=None, stakeholder=stakeholder, recorded_on=TODAY)
    rows = sheet_of(session, TODAY).rows
    assert (rows[0].name, rows[0].role_or_organisation) == (f"day{day.pk}-member{member.pk}", "ambassador")
    assert (rows[-1].name, rows[-1].role_or_organisation) == (f"day{day.pk}-stakeholder{stakeholder.pk}", "Nord")


@pytest.mark.parametrize("count", [1, 3])
def test_a_sheet_is_read_in_three_statements(count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    for _ in range(count):
        AttendanceFactory(day=session.days.get(), member=MembershipFactory(cohort=cast.cohort), recorded_on=TODAY)
    with django_assert_num_queries(3):
        assert [row.name for row in sheet_of(session, TODAY).rows]


def test_people_of_several_days_are_rows_with_a_cell_for_each_day(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=PAST)
    second = SessionDay.objects.create(session=session, date=TODAY)
    member = cast.cohort.memberships.get(role="ambassador")
    AttendanceFactory(day=second, member=member, recorded_on=TODAY)
    cast.cohort.memberships.filter(role="pilot").update(ends_on=PAST)
    sheet = sheet_of(session, TODAY)
    assert [(first.person.name, [row and row.status for row in rows]) for first, rows in sheet.people] == [
        ("Ambassador Rivage", ["", "present"]),
        ("Pilot Rivage", ["", None]),
        ("Resident Rivage", ["", ""]),
        ("Coordinator Rivage", ["", ""]),
    ]
    assert (len(sheet.fill_targets), sheet.fill_targets[2]) == (6, (f"member{member.pk}", "Ambassador Rivage"))
