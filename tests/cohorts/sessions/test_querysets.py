"""Queries on sessions, attendance, stakeholders and innovation teams."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.visibility import person_with_access
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, InnovationTeam, Session, SessionDay, Stakeholder
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    InnovationTeamFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
)
from tests.factories.programmes import AuthorityAdminFactory

YESTERDAY, SOON = date(2026, 11, 23), date(2026, 12, 1)


def titles(sessions: Any) -> list[str]:
    return [session.title for session in sessions]


def test_rows_of_a_cohort_are_visible_to_its_readers(cast: Cast):
    rows = [SessionFactory(cohort=cast.cohort), StakeholderFactory(cohort=cast.cohort)]
    rows += [rows[0].days.get(), InnovationTeamFactory(cohort=cast.cohort)]
    seen = {
        role: [type(row)._default_manager.visible_to(cast[role]).filter(pk=row.pk).exists() for row in rows]
        for role in EVERYONE
    }
    assert {role for role, found in seen.items() if all(found)} == set("SCDPMRA")
    assert {role for role, found in seen.items() if any(found)} == set("SCDPMRA")


def test_attendance_is_visible_to_readers_of_the_session(cast: Cast):
    day = SessionFactory(cohort=cast.cohort).days.get()
    for role in "MP":
        AttendanceFactory(day=day, member=cast.cohort.memberships.get(user=cast[role]))
    AttendanceFactory(day=day, member=None, stakeholder=StakeholderFactory(cohort=cast.cohort))
    seen = {role: Attendance.objects.visible_to(cast[role]).count() for role in EVERYONE}
    assert seen == {role: 3 if role in "SCDPMRA" else 0 for role in EVERYONE}
    assert Attendance.objects.visible_to(AnonymousUser()).count() == 0


def test_published_rows_are_open_to_everyone_signed_in(cast: Cast):
    past = CohortFactory(retrospective=True)
    SessionFactory(cohort=past, retrospective=True)
    InnovationTeamFactory(cohort=past, retrospective=True)
    assert Session.objects.visible_to(cast["X"]).count() == 1
    assert InnovationTeam.objects.visible_to(cast["X"]).count() == 1


@pytest.mark.django_db
def test_signed_out_people_see_nothing():
    SessionFactory(retrospective=True, cohort=CohortFactory(retrospective=True))
    InnovationTeamFactory(retrospective=True)
    StakeholderFactory()
    managers = [Session.objects, SessionDay.objects, Stakeholder.objects, InnovationTeam.objects]
    assert [manager.visible_to(AnonymousUser()).count() for manager in managers] == [0, 0, 0, 0]


def test_an_admin_sees_teams_of_the_authority_that_have_no_cohort(cast: Cast):
    team = InnovationTeam.objects.create(authority=cast.cohort.authority, name="Le Labo")
    assert [role for role in EVERYONE if team in InnovationTeam.objects.visible_to(cast[role])] == ["S", "A"]


def test_a_session_is_upcoming_until_its_last_day_is_over(cast: Cast):
    for name, day in (("over", YESTERDAY), ("today", TODAY), ("soon", SOON)):
        SessionFactory(title=name, date=day)
    SessionFactory(title="no day", state="draft", date=None)
    begun = SessionFactory(title="begun", date=YESTERDAY)
    SessionDay.objects.create(session=begun, date=SOON)
    assert titles(Session.objects.upcoming(TODAY).in_order()) == ["begun", "today", "soon", "no day"]
    assert titles(Session.objects.past(TODAY).in_order()) == ["over"]


def test_late_sessions_exclude_published_facts(cast: Cast):
    for state in ("draft", "scheduled", "postponed", "cancelled", "held", "reported"):
        for day in (YESTERDAY, TODAY):
            SessionFactory(title=f"{state} {day.day}", state=state, date=day)
    SessionFactory(title="fact", state="held", retrospective=True)
    SessionFactory(title="fact", state="scheduled", date=YESTERDAY, retrospective=True)
    assert titles(Session.objects.unmarked(TODAY)) == ["scheduled 23"]
    assert titles(Session.objects.unreported().in_order()) == ["held 23", "held 24"]


def test_staff_coordinators_and_pilots_lead_a_cohorts_sessions(cast: Cast):
    session = SessionFactory(cohort=cast.cohort)
    leads = [role for role in EVERYONE if session in Session.objects.in_cohorts_led_by(cast[role], TODAY)]
    assert leads == ["S", "C", "P"]
    cast.cohort.memberships.filter(role="pilot").update(ends_on=YESTERDAY)
    assert session not in Session.objects.in_cohorts_led_by(cast["P"], TODAY)


def tally(cast: Cast, session: Session, role: str = "M") -> Tally:
    return Attendance.objects.tallies([session], cast[role], TODAY)[session.pk]


def test_a_session_without_people_counts_nobody(cast: Cast):
    assert tally(cast, SessionFactory(cohort=cast.cohort)) == Tally()


def test_people_are_counted_once_however_many_days_they_come(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, date=date(2026, 11, 17))
    days = [session.days.get(), SessionDay.objects.create(session=session, date=date(2026, 11, 18))]
    members = {row.role: row for row in cast.cohort.memberships.all()}
    marks = {"ambassador": "present", "pilot": "excused", "resident": "expected", "coordinator": "absent"}
    for day in days:
        for role, status in marks.items():
            came = 2 if status == "present" else 0
            AttendanceFactory(day=day, member=members[role], status=status, half_days=came, recorded_on=TODAY)
        AttendanceFactory(day=day, member=None, stakeholder=StakeholderFactory(cohort=cast.cohort), recorded_on=TODAY)
    assert tally(cast, session) == Tally(invited=4, on_site=2, came=1, stakeholders=2, own=2, unanswered=0)
    assert tally(cast, session, "S") == Tally(invited=4, on_site=2, came=1, stakeholders=2, own=0, unanswered=0)


@pytest.mark.parametrize(
    ("day", "answered", "status", "unanswered"),
    [
        (TODAY, None, "expected", 1),
        (SOON, None, "expected", 1),
        (YESTERDAY, None, "expected", 0),
        (SOON, TODAY, "expected", 0),
        (SOON, None, "excused", 0),
    ],
)
def test_people_without_an_answer_for_a_day_ahead_are_counted(
    day: date, answered: date | None, status: str, unanswered: int, cast: Cast
):
    session = SessionFactory(cohort=cast.cohort, date=day)
    AttendanceFactory(
        day=session.days.get(),
        member=cast.cohort.memberships.get(user=cast["M"]),
        status=status,
        half_days=0,
        answered_on=answered,
    )
    assert (tally(cast, session).unanswered, tally(cast, session, "P").unanswered) == (unanswered, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_tallies_of_many_sessions_take_one_query(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    sessions = [SessionFactory(cohort=cast.cohort) for _ in range(count)]
    member = person_with_access(cast["M"].pk)  # as the person of a request
    with django_assert_num_queries(1):
        assert len(Attendance.objects.tallies(sessions, member, TODAY)) == count


def test_people_elsewhere_are_those_on_site_on_confirmed_days(cast: Cast):
    states = ("scheduled", "draft", "postponed", "cancelled")
    rows = {}
    for state in states:
        member = MembershipFactory(cohort=cast.other_cohort)
        day = SessionFactory(cohort=cast.other_cohort, state="draft" if state != "scheduled" else state).days.get()
        rows[state] = AttendanceFactory(member=member, day=day, status="expected", half_days=0)
        if state in ("postponed", "cancelled"):
            path = ["scheduled", "postponed"] if state == "postponed" else ["cancelled"]
            for step in path:
                Session.objects.filter(pk=day.session_id).update(state=step, reason="Snow")
    excused = AttendanceFactory(member=MembershipFactory(cohort=cast.other_cohort), status="excused", half_days=0)
    found = set(Attendance.objects.in_other_cohorts(cast.cohort))
    assert found == {rows["scheduled"], rows["draft"]}
    assert excused not in found
    assert Attendance.objects.in_other_cohorts(cast.other_cohort).count() == 0


def test_stakeholders_are_sorted_by_weight_then_name(cast: Cast):
    for name, influence, interest in (("Zoé", 3, 1), ("émile", 1, 1), ("Eva", 1, 1), ("Bob", 1, 2), ("Flo", 1, 1)):
        StakeholderFactory(name=name, influence=influence, interest=interest)
    assert [row.name for row in Stakeholder.objects.in_order()] == ["Zoé", "Bob", "émile", "Eva", "Flo"]


def test_days_met_are_days_a_stakeholder_came_to(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    for status, half_days in (("present", 2), ("partial", 1), ("absent", 0), ("expected", 0)):
        day = SessionFactory(cohort=cast.cohort).days.get()
        AttendanceFactory(day=day, member=None, stakeholder=row, status=status, half_days=half_days)
    assert Stakeholder.objects.with_days_met().get(pk=row.pk).days_met == 2


def test_admin_of_another_authority_sees_nothing(cast: Cast):
    row = SessionFactory(cohort=cast.cohort)
    stranger = AuthorityAdminFactory().user
    assert row not in Session.objects.visible_to(stranger)
