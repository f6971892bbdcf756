"""Verbs on who comes to a session and who came."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cohorts.attendance.actions import Attendee, Mark, answer_for_oneself, invite_people, record_attendance, row_name
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.sessions.actions.sessions import schedule_session
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from web.errors import DomainError

SOON = date(2026, 12, 1)


def held_today(cast: Cast, **more: Any) -> SessionDay:
    """The day of a session scheduled for today, its core members expected."""
    draft = SessionFactory(cohort=cast.cohort, state="draft", date=more.pop("date", TODAY), **more)
    return schedule_session(session=draft, at=NOW, by=cast["P"]).days.get()


def member(cast: Cast, letter: str) -> Membership:
    return cast.cohort.memberships.select_related("user").get(user=cast[letter])


def record(cast: Cast, day: SessionDay, marks: dict[Attendee, Mark], **more: Any) -> int:
    given = {(day, person): mark for person, mark in marks.items()}
    return record_attendance(**{"session": day.session, "marks": given, "today": TODAY, "by": cast["P"]} | more)


def recorded(day: SessionDay) -> dict[str, tuple[str, int]]:
    rows = Attendance.objects.filter(day=day).exclude(status="expected").with_people()
    return {row.person.name: (row.status, row.half_days) for row in rows}


def test_many_people_are_recorded_at_once(cast: Cast):
    day, stakeholder = held_today(cast), StakeholderFactory(cohort=cast.cohort, name="CCI")
    changed = record(
        cast,
        day,
        {
            member(cast, "M"): Mark("present"),
            member(cast, "P"): Mark("partial"),
            member(cast, "C"): Mark("absent"),
            member(cast, "D"): Mark("unknown"),
            member(cast, "R"): Mark("excused"),
            stakeholder: Mark("present", 1),
        },
    )
    assert changed == 6
    assert recorded(day) == {
        "Ambassador Rivage": ("present", 2),
        "Pilot Rivage": ("partial", 1),
        "Coordinator Rivage": ("absent", 0),
        "Resident Rivage": ("unknown", 0),
        "Relay Rivage": ("excused", 0),
        "CCI": ("present", 1),
    }


def test_who_is_here_all_of_a_half_day_has_one(cast: Cast):
    day = held_today(cast)
    SessionDay.objects.filter(pk=day.pk).update(ends_at="12:30")
    day.refresh_from_db()
    record(cast, day, {member(cast, "M"): Mark("present")})
    assert recorded(day) == {"Ambassador Rivage": ("present", 1)}


def test_saying_the_same_again_changes_nothing(cast: Cast):
    day = held_today(cast)
    marks = {member(cast, "M"): Mark("present")}
    assert [record(cast, day, marks), record(cast, day, marks)] == [1, 0]
    assert record(cast, day, {member(cast, "M"): Mark("present", 1)}) == 1


def test_what_was_recorded_is_corrected(cast: Cast):
    day = held_today(cast)
    record(cast, day, {member(cast, "M"): Mark("present")})
    record(cast, day, {member(cast, "M"): Mark("absent")})
    assert recorded(day) == {"Ambassador Rivage": ("absent", 0)}


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        (Mark("present", 0), "Enter half-days for the people who came"),
        (Mark("absent", 2), "Enter half-days for the people who came"),
    ],
)
def test_of_many_rows_one_is_wrong_and_nothing_is_saved(mark: Mark, why: str, cast: Cast):
    day = held_today(cast)
    wrong = member(cast, "R")
    with pytest.raises(DomainError) as caught:
        record(cast, day, {member(cast, "M"): Mark("present"), wrong: mark, member(cast, "C"): Mark("present")})
    assert str(caught.value) == f"Relay Rivage, Tue 24 November 2026: {why}, and only for them."
    assert caught.value.field == row_name(day, wrong)
    assert recorded(day) == {}


def test_someone_who_had_left_is_named(cast: Cast):
    day, gone = held_today(cast), MembershipFactory(cohort=cast.cohort, role="relay", ends_on=date(2026, 11, 1))
    with pytest.raises(DomainError, match="not active in the cohort that day"):
        record(cast, day, {gone: Mark("present")})


def test_nobody_of_another_cohort_is_recorded(cast: Cast):
    day = held_today(cast)
    for stranger in (MembershipFactory(cohort=cast.other), StakeholderFactory(cohort=cast.other)):
        with pytest.raises(DomainError, match="not active in the cohort"):
            record(cast, day, {stranger: Mark("present")})


def test_a_day_of_another_session_is_refused(cast: Cast):
    day, other = held_today(cast), held_today(cast, number="77")
    with pytest.raises(DomainError, match="belongs to another session"):
        record(cast, other, {member(cast, "M"): Mark("present")}, session=day.session)


def test_nobody_was_there_on_a_day_to_come(cast: Cast):
    day = held_today(cast, date=SOON)
    with pytest.raises(DomainError, match="This day is in the future"):
        record(cast, day, {member(cast, "M"): Mark("present")})


def test_attendance_may_still_be_corrected_after_the_report(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="reported")
    assert record(cast, session.days.get(), {member(cast, "M"): Mark("present")}) == 1


def test_published_sessions_keep_their_attendance(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, retrospective=True, state="reported")
    with pytest.raises(DomainError, match="published fact"):
        record(cast, session.days.get(), {member(cast, "M"): Mark("present")})


def test_reading_the_sheet_costs_the_same_for_three_people_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    day = held_today(cast)
    people = [member(cast, letter) for letter in "MPC"]
    record(cast, day, {person: Mark("present") for person in people})
    for count in (1, 3):
        with django_assert_num_queries(4):  # the transaction's two ends, the session's lock, the rows
            record(cast, day, {person: Mark("present") for person in people[:count]})


def answers(session: Session, cast: Cast, letter: str) -> list[tuple[str, date | None]]:
    rows = Attendance.objects.filter(day__session=session, member__user=cast[letter]).order_by("day__date")
    return list(rows.values_list("status", "answered_on"))


@pytest.mark.parametrize(("coming", "status"), [(True, "expected"), (False, "excused")])
def test_a_member_answers_for_themselves_and_nobody_else(coming: bool, status: str, cast: Cast):
    session = held_today(cast, date=SOON).session
    assert answer_for_oneself(session=session, coming=coming, today=TODAY, by=cast["M"]) == 1
    assert answers(session, cast, "M") == [(status, TODAY)]
    assert answers(session, cast, "P") == [("expected", None)]


def test_an_answer_is_changed(cast: Cast):
    session = held_today(cast, date=SOON).session
    for coming in (False, True, True):
        answer_for_oneself(session=session, coming=coming, today=TODAY, by=cast["M"])
    assert answers(session, cast, "M") == [("expected", TODAY)]


def test_an_answer_is_for_the_days_still_ahead(cast: Cast):
    session = held_today(cast, date=date(2026, 11, 23)).session
    SessionDay.objects.create(session=session, date=SOON)
    assert answer_for_oneself(session=session, coming=False, today=TODAY, by=cast["M"]) == 1
    assert answers(session, cast, "M") == [("expected", None), ("excused", TODAY)]


def test_an_answer_does_not_undo_what_was_seen(cast: Cast):
    day = held_today(cast)
    record(cast, day, {member(cast, "M"): Mark("present")})
    with pytest.raises(DomainError, match="not on the list"):
        answer_for_oneself(session=day.session, coming=False, today=TODAY, by=cast["M"])
    assert recorded(day) == {"Ambassador Rivage": ("present", 2)}


def test_someone_who_joined_after_the_dates_were_confirmed_answers_too(cast: Cast):
    session = held_today(cast, date=SOON).session
    late = MembershipFactory(cohort=cast.cohort)
    assert answer_for_oneself(session=session, coming=True, today=TODAY, by=late.user) == 1
    assert Attendance.objects.get(member=late).answered_on == TODAY


@pytest.mark.parametrize("letter", "SRAN")
def test_nobody_answers_who_is_not_on_the_list(letter: str, cast: Cast):
    session = held_today(cast, date=SOON).session
    with pytest.raises(DomainError, match="not on the list"):
        answer_for_oneself(session=session, coming=True, today=TODAY, by=cast[letter])


def test_a_relay_answers_once_invited(cast: Cast):
    day = held_today(cast, date=SOON)
    invite_people(days=[day], people=[member(cast, "R")], today=TODAY, at=NOW, by=cast["P"])
    assert answer_for_oneself(session=day.session, coming=True, today=TODAY, by=cast["R"]) == 1


@pytest.mark.parametrize("state", ["draft", "postponed", "held", "reported", "cancelled"])
def test_there_is_nothing_to_answer_unless_it_is_scheduled(state: str, cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state=state, date=SOON)
    with pytest.raises(DomainError, match="You cannot answer for this session"):
        answer_for_oneself(session=session, coming=True, today=TODAY, by=cast["M"])


def test_a_resident_does_not_answer_for_two_places(cast: Cast):
    there = MembershipFactory(cohort=cast.other, user=cast["D"], role="resident")
    session = held_today(cast, date=SOON).session
    Attendance.objects.filter(member__user=cast["D"]).update(status="excused")
    other = SessionFactory(cohort=cast.other, date=SOON).days.get()
    AttendanceFactory(member=there, day=other, status="expected", half_days=0)
    with pytest.raises(DomainError, match="on site in another cohort"):
        answer_for_oneself(session=session, coming=True, today=TODAY, by=cast["D"])


def test_a_stakeholder_is_invited_once(cast: Cast):
    day, stakeholder = held_today(cast, date=SOON), StakeholderFactory(cohort=cast.cohort)
    given = {"days": [day], "people": [stakeholder], "today": TODAY, "at": NOW, "by": cast["P"]}
    assert [invite_people(**given), invite_people(**given)] == [1, 0]
    assert Attendance.objects.filter(stakeholder=stakeholder).values_list("status", "recorded_on").get() == (
        "expected",
        TODAY,
    )


def test_people_are_invited_to_several_days_at_once_or_not_at_all(cast: Cast):
    day = held_today(cast, date=SOON)
    second = SessionDay.objects.create(session=day.session, date=date(2026, 12, 2))
    ours, foreign = StakeholderFactory(cohort=cast.cohort), StakeholderFactory(cohort=cast.other)
    given = {"days": [day, second], "today": TODAY, "at": NOW, "by": cast["P"]}
    with pytest.raises(DomainError):
        invite_people(people=[ours, foreign], **given)
    assert Attendance.objects.filter(stakeholder__isnull=False).count() == 0
    assert invite_people(people=[ours, member(cast, "R")], **given) == 4
    assert invite_people(people=[ours], **given) == 0


def test_nobody_is_invited_to_a_cancelled_session(cast: Cast):
    day = SessionFactory(cohort=cast.cohort, state="cancelled").days.get()
    with pytest.raises(DomainError, match="cancelled"):
        invite_people(days=[day], people=[StakeholderFactory(cohort=cast.cohort)], today=TODAY, at=NOW, by=cast["P"])
