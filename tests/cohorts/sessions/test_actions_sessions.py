"""Actions that plan, move, hold and report sessions."""

from datetime import date, time
from typing import Any

import pytest
from pghistory.models import Context

from accounts.models import User
from cohorts.models import Attendance, Session
from cohorts.sessions.actions.sessions import (
    DayPlan,
    cancel_session,
    describe_session,
    hold_session,
    move_session,
    plan_session,
    postpone_session,
    report_session,
    reschedule_session,
    schedule_session,
)
from cohorts.sessions.conflicts import DatesInConflict
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint

DAY, NEXT, LATER = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 8)
SUNDAY = date(2026, 12, 6)


def plans(*days: date) -> list[DayPlan]:
    return [DayPlan(day, time(9), time(17), "Mairie") for day in days]


def planned(cast: Cast, *days: date, **more: Any) -> Session:
    given = {"number": "4", "kind": "group", "title": "Fabriquer", "days": plans(*(days or (DAY,)))}
    return plan_session(cohort=cast.cohort, by=cast["P"], **given | more)


def scheduled(cast: Cast, *days: date) -> Session:
    return schedule_session(session=planned(cast, *days), at=NOW, by=cast["P"])


def dates(session: Session) -> list[date]:
    return list(session.days.values_list("date", flat=True))


def expected(session: Session) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for row in Attendance.objects.filter(day__session=session, status="expected").select_related("member", "day"):
        found.setdefault(row.day.date, set()).add(row.member.role)
    return found


CORE = {"ambassador", "pilot", "resident", "coordinator"}


def test_a_session_is_planned_as_a_draft_with_its_days(cast: Cast):
    session = planned(cast, DAY, LATER)
    assert (session.state, session.version, session.remarks) == ("draft", 1, [])
    assert (session.first_day, session.last_day) == (DAY, LATER)
    day = session.days.first()
    assert (day.starts_at, day.ends_at, day.place) == (time(9), time(17), "Mairie")
    assert expected(session) == {}


def test_the_history_knows_who_planned_it_by_which_action(cast: Cast):
    planned(cast)
    assert Context.objects.get().metadata == {"action": "plan_session", "by": cast["P"].pk, "reason": ""}


def test_a_session_needs_a_day(cast: Cast):
    with pytest.raises(DomainError, match="at least one day"):
        planned(cast, days=[])
    assert Session.objects.count() == 0


def test_a_day_is_given_once(cast: Cast):
    with pytest.raises(DomainError, match="this day already"):
        planned(cast, DAY, DAY)
    assert Session.objects.count() == 0


def test_a_number_is_taken_once_in_words(cast: Cast):
    planned(cast)
    with pytest.raises(DomainError, match="number already") as caught:
        planned(cast, LATER)
    assert (caught.value.field, Session.objects.count()) == ("number", 1)


@pytest.mark.parametrize("state", ["completed", "alumni", "withdrawn"])
def test_a_cohort_that_is_over_plans_nothing(state: str, cast: Cast):
    over = CohortFactory(state=state, reason="Merged")
    with pytest.raises(DomainError, match="over"):
        plan_session(cohort=over, number="1", kind="group", days=plans(DAY), by=cast["S"])


def test_published_cohorts_plan_nothing(cast: Cast):
    with pytest.raises(DomainError, match="over"):
        plan_session(cohort=CohortFactory(retrospective=True), number="1", kind="group", days=plans(DAY), by=cast["S"])


def test_a_costly_day_is_refused_in_words_then_taken_with_a_remark(cast: Cast):
    with pytest.raises(DatesInConflict) as caught:
        planned(cast, SUNDAY)
    assert [conflict.slug for conflict in caught.value.conflicts] == ["weekend"]
    assert planned(cast, SUNDAY, accept_conflicts=True).remarks == ["weekend"]


def test_an_impossible_day_is_never_taken(cast: Cast):
    with pytest.raises(DatesInConflict, match="Check the year"):
        planned(cast, date(2062, 12, 1), accept_conflicts=True)
    assert Session.objects.count() == 0


def test_describing_changes_its_name_and_not_its_days(cast: Cast):
    session = describe_session(
        session=planned(cast), number="4.2", kind="debrief", title="Restitution", at=NOW, by=cast["P"]
    )
    session.refresh_from_db()
    assert (session.number, session.kind, session.title, dates(session)) == ("4.2", "debrief", "Restitution", [DAY])


def test_scheduling_expects_the_core_members_of_each_day(cast: Cast):
    MembershipFactory(cohort=cast.cohort, role="elected")
    MembershipFactory(cohort=cast.cohort, role="direction")
    session = scheduled(cast, DAY, LATER)
    assert (session.state, session.version) == ("scheduled", 1)
    assert expected(session) == {DAY: CORE, LATER: CORE}
    assert set(Attendance.objects.values_list("recorded_on", "answered_on")) == {(TODAY, None)}


def test_scheduling_expects_nobody_who_is_not_there_yet_or_any_more(cast: Cast):
    cast.cohort.memberships.filter(role="pilot").update(ends_on=DAY)
    MembershipFactory(cohort=cast.cohort, role="pilot", starts_on=LATER)
    session = scheduled(cast, DAY, NEXT, LATER)
    assert expected(session) == {DAY: CORE, NEXT: CORE - {"pilot"}, LATER: CORE}


def test_someone_with_two_roles_is_expected_once_under_the_first(cast: Cast):
    MembershipFactory(cohort=cast.cohort, user=cast["P"], role="ambassador")
    session = scheduled(cast)
    assert (
        Attendance.objects.filter(member__user=cast["P"]).values_list("member__role", flat=True).get() == "ambassador"
    )
    assert Attendance.objects.filter(day__session=session).count() == 4


def test_scheduling_twice_changes_nothing_more(cast: Cast):
    session = scheduled(cast)
    again = schedule_session(session=session, at=NOW, by=cast["P"])
    assert (again.state, Attendance.objects.count()) == ("scheduled", 4)


def test_scheduling_names_the_resident_who_was_booked_elsewhere_meanwhile(cast: Cast):
    draft = planned(cast)
    member = MembershipFactory(cohort=cast.other, user=cast["D"], role="resident")
    day = SessionFactory(cohort=cast.other, date=DAY).days.get()
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    with pytest.raises(DatesInConflict, match="Resident Rivage is on site in another cohort"):
        schedule_session(session=draft, at=NOW, by=cast["P"])
    draft.refresh_from_db()
    assert (draft.state, expected(draft)) == ("draft", {})


@pytest.mark.parametrize("state", ["postponed", "held", "reported", "cancelled"])
def test_only_a_draft_is_scheduled(state: str, cast: Cast):
    with pytest.raises(DomainError, match="Only a draft"):
        schedule_session(session=SessionFactory(cohort=cast.cohort, state=state), at=NOW, by=cast["P"])


def test_a_draft_without_days_is_not_scheduled(cast: Cast):
    draft = SessionFactory(cohort=cast.cohort, state="draft", date=None)
    with pytest.raises(DomainError, match="at least one day"):
        schedule_session(session=draft, at=NOW, by=cast["P"])


def moved(session: Session, *days: date, by: User, **more: Any) -> Session:
    return move_session(session=session, days=plans(*days), at=NOW, by=by, **more)


def test_a_draft_moves_under_a_new_version_too(cast: Cast):
    session = moved(planned(cast), LATER, by=cast["P"])
    assert (session.version, session.state, dates(session)) == (2, "draft", [LATER])


def test_a_scheduled_session_moves_under_a_new_version(cast: Cast):
    session = moved(scheduled(cast, DAY, NEXT), NEXT, LATER, by=cast["P"])
    assert (session.version, session.state, dates(session)) == (2, "scheduled", [NEXT, LATER])
    assert expected(session) == {NEXT: CORE, LATER: CORE}


def test_another_place_is_a_new_version_and_the_same_days_are_none(cast: Cast):
    session = scheduled(cast)
    assert moved(session, DAY, by=cast["P"]).version == 1
    elsewhere = [DayPlan(DAY, time(9), time(17), "Gare")]
    assert move_session(session=session, days=elsewhere, at=NOW, by=cast["P"]).version == 2


def test_days_are_added_and_dropped(cast: Cast):
    session = moved(scheduled(cast), DAY, NEXT, LATER, by=cast["P"])
    assert expected(session) == {DAY: CORE, NEXT: CORE, LATER: CORE}
    session = moved(session, LATER, by=cast["P"])
    assert (dates(session), Attendance.objects.count()) == ([LATER], 4)


def test_who_was_excused_for_a_day_that_moves_is_asked_anew_and_elsewhere_stays_excused(cast: Cast):
    session = scheduled(cast, DAY, LATER)
    Attendance.objects.filter(member__user=cast["M"]).update(status="excused", answered_on=TODAY)
    moved(session, NEXT, LATER, by=cast["P"])
    answers = Attendance.objects.filter(member__user=cast["M"]).order_by("day__date")
    assert list(answers.values_list("day__date", "status", "answered_on")) == [
        (NEXT, "expected", None),
        (LATER, "excused", TODAY),
    ]


def test_who_will_have_left_is_expected_no_more(cast: Cast):
    session = scheduled(cast)
    cast.cohort.memberships.filter(role="ambassador").update(ends_on=NEXT)
    assert expected(moved(session, LATER, by=cast["P"])) == {LATER: CORE - {"ambassador"}}


def test_a_resident_excused_from_the_old_day_because_elsewhere_is_expected_on_the_new_one(cast: Cast):
    session = scheduled(cast)
    Attendance.objects.filter(member__user=cast["D"]).update(status="excused")
    member = MembershipFactory(cohort=cast.other, user=cast["D"], role="resident")
    day = SessionFactory(cohort=cast.other, date=DAY).days.get()
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    assert expected(moved(session, LATER, by=cast["P"])) == {LATER: CORE}


def test_an_attended_day_does_not_move(cast: Cast):
    row = AttendanceFactory(member=MembershipFactory(cohort=cast.cohort))
    with pytest.raises(DomainError, match="Attendance is recorded for that day: the day can no longer"):
        moved(row.day.session, LATER, by=cast["P"])
    assert dates(row.day.session) == [date(2026, 10, 6)]


def test_moving_names_what_speaks_against_the_new_days(cast: Cast):
    session = scheduled(cast)
    with pytest.raises(DatesInConflict, match="weekend"):
        moved(session, SUNDAY, by=cast["P"])
    assert moved(session, SUNDAY, by=cast["P"], accept_conflicts=True).remarks == ["weekend"]
    assert moved(session, DAY, by=cast["P"]).remarks == []


@pytest.mark.parametrize("state", ["postponed", "held", "reported", "cancelled"])
def test_only_a_draft_or_a_scheduled_session_moves(state: str, cast: Cast):
    with pytest.raises(DomainError, match="Only a draft or a scheduled"):
        moved(SessionFactory(cohort=cast.cohort, state=state), LATER, by=cast["P"])


def test_a_postponed_session_waits_with_its_people(cast: Cast):
    session = postpone_session(session=scheduled(cast), reason="Snow", at=NOW, by=cast["P"])
    assert (session.state, session.reason, expected(session)) == ("postponed", "Snow", {DAY: CORE})


def test_a_postponed_session_is_given_new_dates_and_its_reason_goes(cast: Cast):
    session = postpone_session(session=scheduled(cast), reason="Snow", at=NOW, by=cast["P"])
    session = reschedule_session(session=session, days=plans(LATER), at=NOW, by=cast["P"])
    session.refresh_from_db()
    assert (session.state, session.reason, session.version, dates(session)) == ("scheduled", "", 2, [LATER])
    assert expected(session) == {LATER: CORE}


def test_the_same_dates_again_are_a_new_version_too(cast: Cast):
    session = postpone_session(session=scheduled(cast), reason="", at=NOW, by=cast["P"])
    assert reschedule_session(session=session, days=plans(DAY), at=NOW, by=cast["P"]).version == 2


def test_only_a_postponed_session_is_rescheduled(cast: Cast):
    with pytest.raises(DomainError, match="Only a postponed"):
        reschedule_session(session=scheduled(cast), days=plans(LATER), at=NOW, by=cast["P"])


def test_rescheduling_onto_a_day_elsewhere_names_the_resident(cast: Cast):
    session = postpone_session(session=scheduled(cast), reason="", at=NOW, by=cast["P"])
    member = MembershipFactory(cohort=cast.other, user=cast["D"], role="resident")
    day = SessionFactory(cohort=cast.other, date=DAY).days.get()
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    with pytest.raises(DatesInConflict, match="Resident Rivage"):
        reschedule_session(session=session, days=plans(DAY), at=NOW, accept_conflicts=True, by=cast["P"])


def test_a_session_is_cancelled_with_a_reason_and_keeps_its_list(cast: Cast):
    session = cancel_session(session=scheduled(cast), reason="Strike", at=NOW, by=cast["P"])
    assert (session.state, session.reason, expected(session)) == ("cancelled", "Strike", {DAY: CORE})
    assert Context.objects.filter(metadata__action="cancel_session", metadata__reason="Strike").count() == 1


def test_a_session_is_not_cancelled_without_a_reason(cast: Cast):
    session = scheduled(cast)
    with pytest.raises(DomainError, match="Say why") as caught:
        cancel_session(session=session, reason=" ", at=NOW, by=cast["P"])
    session.refresh_from_db()
    assert (caught.value.field, session.state) == ("reason", "scheduled")


def test_a_session_people_came_to_is_not_cancelled(cast: Cast):
    row = AttendanceFactory(member=MembershipFactory(cohort=cast.cohort))
    with pytest.raises(DomainError, match="People have already attended this session"):
        cancel_session(session=row.day.session, reason="Strike", at=NOW, by=cast["P"])


@pytest.mark.parametrize(("on", "held"), [(DAY, False), (LATER, True), (date(2026, 12, 9), True)])
def test_a_session_is_held_from_its_last_day_on(on: date, held: bool, cast: Cast):
    session = scheduled(cast, DAY, LATER)
    if held:
        assert hold_session(session=session, today=on, by=cast["P"]).state == "held"
    else:
        with pytest.raises(DomainError, match="not over yet"):
            hold_session(session=session, today=on, by=cast["P"])


@pytest.mark.parametrize("state", ["draft", "postponed", "reported", "cancelled"])
def test_only_a_scheduled_session_is_held(state: str, cast: Cast):
    with pytest.raises(DomainError, match="cannot move from its current state"):
        hold_session(session=SessionFactory(cohort=cast.cohort, state=state), today=TODAY, by=cast["P"])


def test_a_held_session_is_reported(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="held")
    session = report_session(session=session, report="What we learned", at=NOW, seen=fingerprint(""), by=cast["D"])
    session.refresh_from_db()
    assert (session.state, session.report) == ("reported", "What we learned")


@pytest.mark.parametrize("report", ["", "  "])
def test_a_report_says_something(report: str, cast: Cast):
    with pytest.raises(DomainError, match="Write the report") as caught:
        report_session(session=SessionFactory(cohort=cast.cohort, state="held"), report=report, at=NOW, by=cast["D"])
    assert caught.value.field == "report"


def test_a_report_is_written_again_by_someone_who_saw_it(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="reported", report="First")
    report_session(session=session, report="Second", at=NOW, seen=fingerprint("First"), by=cast["D"])
    session.refresh_from_db()
    assert (session.state, session.report) == ("reported", "Second")


def test_nobodys_text_is_lost_when_two_write_at_once(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="held")
    report_session(session=session, report="Mine", at=NOW, seen=fingerprint(""), by=cast["D"])
    with pytest.raises(DomainError, match="Someone else"):
        report_session(session=session, report="Theirs", at=NOW, seen=fingerprint(""), by=cast["P"])
    report_session(session=session, report="Mine", at=NOW, seen=fingerprint(""), by=cast["D"])  # sent twice
    session.refresh_from_db()
    assert session.report == "Mine"


@pytest.mark.parametrize("state", ["draft", "scheduled", "postponed", "cancelled"])
def test_only_a_held_session_is_reported(state: str, cast: Cast):
    with pytest.raises(DomainError, match="cannot move from its current state"):
        report_session(session=SessionFactory(cohort=cast.cohort, state=state), report="Done", at=NOW, by=cast["D"])


def test_published_facts_do_not_change(cast: Cast):
    fact = SessionFactory(cohort=cast.cohort, retrospective=True, state="held")
    given = {"session": fact, "by": UserFactory(is_lab_staff=True)}
    for attempt in (
        lambda: describe_session(number="1", kind="group", title="", at=NOW, **given),
        lambda: schedule_session(at=NOW, **given),
        lambda: move_session(days=plans(DAY), at=NOW, **given),
        lambda: postpone_session(reason="", at=NOW, **given),
        lambda: reschedule_session(days=plans(DAY), at=NOW, **given),
        lambda: cancel_session(reason="No", at=NOW, **given),
        lambda: hold_session(today=TODAY, **given),
        lambda: report_session(report="Done", at=NOW, **given),
    ):
        with pytest.raises(DomainError, match="published fact"):
            attempt()
