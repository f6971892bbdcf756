"""Tests of the actions on attendance."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cohorts.attendance.actions import (
    AttendanceMark,
    Attendee,
    answer_for_oneself,
    invite_people,
    record_attendance,
    row_name,
)
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.sessions.actions.sessions import schedule_session
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from web.errors import DomainError

SOON = date(2026, 12, 1)


def scheduled_day(cast: Cast, **more: Any) -> SessionDay:
    """Return the day of a scheduled session, today unless `date` is given, with its core members expected."""
    draft = SessionFactory(cohort=cast.cohort, state="draft", date=more.pop("date", TODAY), **more)
    return schedule_session(session=draft, at=NOW, by=cast["P"]).days.get()


def member(cast: Cast, role: str) -> Membership:
    return cast.cohort.memberships.select_related("user").get(user=cast[role])


def record(cast: Cast, day: SessionDay, marks: dict[Attendee, AttendanceMark], **more: Any) -> int:
    marks_by_day = {(day, person): mark for person, mark in marks.items()}
    return record_attendance(**{"session": day.session, "marks": marks_by_day, "today": TODAY, "by": cast["P"]} | more)


def recorded_attendance(day: SessionDay) -> dict[str, tuple[str, int]]:
    rows = Attendance.objects.filter(day=day).exclude(status="expected").with_people()
    return {row.person.name: (row.status, row.half_days) for row in rows}


def test_what_someone_else_recorded_since_it_was_seen_stays(cast: Cast):
    day, own = scheduled_day(cast), member(cast, "M")
    record(cast, day, {own: AttendanceMark("present")})
    with pytest.raises(DomainError, match="Someone else has changed this to “present”"):
        record(cast, day, {own: AttendanceMark("absent")}, seen={(day, own): "expected"})
    assert recorded_attendance(day)[own.name] == ("present", day.half_days)
    assert record(cast, day, {own: AttendanceMark("present")}, seen={(day, own): ""}) == 0
    assert record(cast, day, {own: AttendanceMark("absent")}, seen={(day, own): "present"}) == 1


def test_many_people_are_recorded_at_once(cast: Cast):
    day, stakeholder = scheduled_day(cast), StakeholderFactory(cohort=cast.cohort, name="CCI")
    changed = record(
        cast,
        day,
        {
            member(cast, "M"): AttendanceMark("present"),
            member(cast, "P"): AttendanceMark("partial"),
            member(cast, "C"): AttendanceMark("absent"),
            member(cast, "D"): AttendanceMark("unknown"),
            member(cast, "R"): AttendanceMark("excused"),
            stakeholder: AttendanceMark("present", 1),
        },
    )
    assert changed == 6
    assert recorded_attendance(day) == {
        "Ambassador Rivage": ("present", 2),
        "Pilot Rivage": ("partial", 1),
        "Coordinator Rivage": ("absent", 0),
        "Resident Rivage": ("unknown", 0),
        "Relay Rivage": ("excused", 0),
        "CCI": ("present", 1),
    }


def test_a_person_present_on_a_half_day_has_one_half_day(cast: Cast):
    day = scheduled_day(cast)
    SessionDay.objects.filter(pk=day.pk).update(ends_at="12:30")
    day.refresh_from_db()
    record(cast, day, {member(cast, "M"): AttendanceMark("present")})
    assert recorded_attendance(day) == {"Ambassador Rivage": ("present", 1)}


def test_recording_the_same_status_again_changes_nothing(cast: Cast):
    day = scheduled_day(cast)
    marks = {member(cast, "M"): AttendanceMark("present")}
    assert [record(cast, day, marks), record(cast, day, marks)] == [1, 0]
    assert record(cast, day, {member(cast, "M"): AttendanceMark("present", 1)}) == 1


def test_a_recorded_status_can_be_corrected(cast: Cast):
    day = scheduled_day(cast)
    record(cast, day, {member(cast, "M"): AttendanceMark("present")})
    record(cast, day, {member(cast, "M"): AttendanceMark("absent")})
    assert recorded_attendance(day) == {"Ambassador Rivage": ("absent", 0)}


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (AttendanceMark("present", 0), "Enter half-days for the people who came"),
        (AttendanceMark("absent", 2), "Enter half-days for the people who came"),
    ],
)
def test_one_wrong_row_among_many_saves_nothing(mark: AttendanceMark, reason: str, cast: Cast):
    day = scheduled_day(cast)
    wrong = member(cast, "R")
    with pytest.raises(DomainError) as caught:
        record(
            cast,
            day,
            {member(cast, "M"): AttendanceMark("present"), wrong: mark, member(cast, "C"): AttendanceMark("present")},
        )
    assert str(caught.value) == f"Relay Rivage, Tue 24 November 2026: {reason}, and only for them."
    assert caught.value.field == row_name(day, wrong)
    assert recorded_attendance(day) == {}


def test_the_error_names_a_person_who_had_left(cast: Cast):
    day, past_member = (
        scheduled_day(cast),
        MembershipFactory(cohort=cast.cohort, role="relay", ends_on=date(2026, 11, 1)),
    )
    with pytest.raises(DomainError, match="not active in the cohort that day"):
        record(cast, day, {past_member: AttendanceMark("present")})


def test_a_member_of_another_cohort_cannot_be_recorded(cast: Cast):
    day = scheduled_day(cast)
    for stranger in (MembershipFactory(cohort=cast.other_cohort), StakeholderFactory(cohort=cast.other_cohort)):
        with pytest.raises(DomainError, match="not active in the cohort"):
            record(cast, day, {stranger: AttendanceMark("present")})


def test_a_day_of_another_session_is_refused(cast: Cast):
    day, other = scheduled_day(cast), scheduled_day(cast, number="77")
    with pytest.raises(DomainError, match="belongs to another session"):
        record(cast, other, {member(cast, "M"): AttendanceMark("present")}, session=day.session)


def test_presence_cannot_be_recorded_on_a_future_day(cast: Cast):
    day = scheduled_day(cast, date=SOON)
    with pytest.raises(DomainError, match="This day is in the future"):
        record(cast, day, {member(cast, "M"): AttendanceMark("present")})


def test_attendance_can_be_corrected_after_the_report(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="reported")
    assert record(cast, session.days.get(), {member(cast, "M"): AttendanceMark("present")}) == 1


def test_published_sessions_keep_their_attendance(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, retrospective=True, state="reported")
    with pytest.raises(DomainError, match="published fact"):
        record(cast, session.days.get(), {member(cast, "M"): AttendanceMark("present")})


def test_recording_needs_as_many_statements_for_three_people_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    day = scheduled_day(cast)
    people = [member(cast, role) for role in "MPC"]
    record(cast, day, {person: AttendanceMark("present") for person in people})
    for count in (1, 3):
        with django_assert_num_queries(4):  # the transaction's two ends, the session's lock, the rows
            record(cast, day, {person: AttendanceMark("present") for person in people[:count]})


def answers(session: Session, cast: Cast, role: str) -> list[tuple[str, date | None]]:
    rows = Attendance.objects.filter(day__session=session, member__user=cast[role]).order_by("day__date")
    return list(rows.values_list("status", "answered_on"))


@pytest.mark.parametrize(("coming", "status"), [(True, "expected"), (False, "excused")])
def test_a_member_answers_for_themselves_and_nobody_else(coming: bool, status: str, cast: Cast):
    session = scheduled_day(cast, date=SOON).session
    assert answer_for_oneself(session=session, coming=coming, today=TODAY, by=cast["M"]) == 1
    assert answers(session, cast, "M") == [(status, TODAY)]
    assert answers(session, cast, "P") == [("expected", None)]


def test_an_answer_is_changed(cast: Cast):
    session = scheduled_day(cast, date=SOON).session
    for coming in (False, True, True):
        answer_for_oneself(session=session, coming=coming, today=TODAY, by=cast["M"])
    assert answers(session, cast, "M") == [("expected", TODAY)]


def test_an_answer_covers_only_the_days_to_come(cast: Cast):
    session = scheduled_day(cast, date=date(2026, 11, 23)).session
    SessionDay.objects.create(session=session, date=SOON)
    assert answer_for_oneself(session=session, coming=False, today=TODAY, by=cast["M"]) == 1
    assert answers(session, cast, "M") == [("expected", None), ("excused", TODAY)]


def test_an_answer_does_not_change_recorded_attendance(cast: Cast):
    day = scheduled_day(cast)
    record(cast, day, {member(cast, "M"): AttendanceMark("present")})
    with pytest.raises(DomainError, match="not on the list"):
        answer_for_oneself(session=day.session, coming=False, today=TODAY, by=cast["M"])
    assert recorded_attendance(day) == {"Ambassador Rivage": ("present", 2)}


def test_a_member_who_joined_after_the_dates_were_confirmed_can_answer(cast: Cast):
    session = scheduled_day(cast, date=SOON).session
    late = MembershipFactory(cohort=cast.cohort)
    assert answer_for_oneself(session=session, coming=True, today=TODAY, by=late.user) == 1
    assert Attendance.objects.get(member=late).answered_on == TODAY


@pytest.mark.parametrize("role", "SRAN")
def test_a_person_not_on_the_list_cannot_answer(role: str, cast: Cast):
    session = scheduled_day(cast, date=SOON).session
    with pytest.raises(DomainError, match="not on the list"):
        answer_for_oneself(session=session, coming=True, today=TODAY, by=cast[role])


def test_a_relay_answers_once_invited(cast: Cast):
    day = scheduled_day(cast, date=SOON)
    invite_people(days=[day], people=[member(cast, "R")], today=TODAY, at=NOW, by=cast["P"])
    assert answer_for_oneself(session=day.session, coming=True, today=TODAY, by=cast["R"]) == 1


@pytest.mark.parametrize("state", ["draft", "postponed", "held", "reported", "cancelled"])
def test_only_a_scheduled_session_can_be_answered(state: str, cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state=state, date=SOON)
    with pytest.raises(DomainError, match="You cannot answer for this session"):
        answer_for_oneself(session=session, coming=True, today=TODAY, by=cast["M"])


def test_a_resident_cannot_accept_sessions_of_two_cohorts_on_one_day(cast: Cast):
    there = MembershipFactory(cohort=cast.other_cohort, user=cast["D"], role="resident")
    session = scheduled_day(cast, date=SOON).session
    Attendance.objects.filter(member__user=cast["D"]).update(status="excused")
    other = SessionFactory(cohort=cast.other_cohort, date=SOON).days.get()
    AttendanceFactory(member=there, day=other, status="expected", half_days=0)
    with pytest.raises(DomainError, match="on site in another cohort"):
        answer_for_oneself(session=session, coming=True, today=TODAY, by=cast["D"])


def test_a_stakeholder_is_invited_once(cast: Cast):
    day, stakeholder = scheduled_day(cast, date=SOON), StakeholderFactory(cohort=cast.cohort)
    arguments = {"days": [day], "people": [stakeholder], "today": TODAY, "at": NOW, "by": cast["P"]}
    assert [invite_people(**arguments), invite_people(**arguments)] == [1, 0]
    assert Attendance.objects.filter(stakeholder=stakeholder).values_list("status", "recorded_on").get() == (
        "expected",
        TODAY,
    )


def test_people_are_invited_to_all_chosen_days_or_to_none(cast: Cast):
    day = scheduled_day(cast, date=SOON)
    second = SessionDay.objects.create(session=day.session, date=date(2026, 12, 2))
    ours, foreign = StakeholderFactory(cohort=cast.cohort), StakeholderFactory(cohort=cast.other_cohort)
    arguments = {"days": [day, second], "today": TODAY, "at": NOW, "by": cast["P"]}
    with pytest.raises(DomainError):
        invite_people(people=[ours, foreign], **arguments)
    assert Attendance.objects.filter(stakeholder__isnull=False).count() == 0
    assert invite_people(people=[ours, member(cast, "R")], **arguments) == 4
    assert invite_people(people=[ours], **arguments) == 0


@pytest.mark.parametrize("people", [1, 3])
def test_invitation_costs_the_same_for_one_person_and_three(
    cast: Cast, people: int, django_assert_num_queries: DjangoAssertNumQueries
):
    day = scheduled_day(cast, date=SOON)
    second = SessionDay.objects.create(session=day.session, date=date(2026, 12, 2))
    stakeholders = [StakeholderFactory(cohort=cast.cohort) for _ in range(people)]
    with django_assert_num_queries(7):
        invite_people(days=[day, second], people=stakeholders, today=TODAY, at=NOW, by=cast["P"])


def test_people_cannot_be_invited_to_a_cancelled_session(cast: Cast):
    day = SessionFactory(cohort=cast.cohort, state="cancelled").days.get()
    with pytest.raises(DomainError, match="cancelled"):
        invite_people(days=[day], people=[StakeholderFactory(cohort=cast.cohort)], today=TODAY, at=NOW, by=cast["P"])
