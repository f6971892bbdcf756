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


def day_plans(*days: date) -> list[DayPlan]:
    return [DayPlan(day, time(9), time(17), "Mairie") for day in days]


def planned_session(cast: Cast, *days: date, **more: Any) -> Session:
    given = {"number": "4", "kind": "group", "title": "Fabriquer", "days": day_plans(*(days or (DAY,)))}
    return plan_session(cohort=cast.cohort, by=cast["P"], **given | more)


def scheduled_session(cast: Cast, *days: date) -> Session:
    return schedule_session(session=planned_session(cast, *days), at=NOW, by=cast["P"])


def dates(session: Session) -> list[date]:
    return list(session.days.values_list("date", flat=True))


def expected(session: Session) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for row in Attendance.objects.filter(day__session=session, status="expected").select_related("member", "day"):
        found.setdefault(row.day.date, set()).add(row.member.role)
    return found


CORE = {"ambassador", "pilot", "resident", "coordinator"}


def test_a_session_is_planned_as_a_draft_with_its_days(cast: Cast):
    session = planned_session(cast, DAY, LATER)
    assert (session.state, session.version, session.remarks) == ("draft", 1, [])
    assert (session.first_day, session.last_day) == (DAY, LATER)
    day = session.days.first()
    assert (day.starts_at, day.ends_at, day.venue) == (time(9), time(17), "Mairie")
    assert expected(session) == {}


def test_history_records_actor_and_action(cast: Cast):
    planned_session(cast)
    assert Context.objects.get().metadata == {"action": "plan_session", "by": cast["P"].pk, "reason": ""}


def test_a_session_needs_a_day(cast: Cast):
    with pytest.raises(DomainError, match="at least one day"):
        planned_session(cast, days=[])
    assert Session.objects.count() == 0


def test_day_cannot_be_given_twice(cast: Cast):
    with pytest.raises(DomainError, match="this day already"):
        planned_session(cast, DAY, DAY)
    assert Session.objects.count() == 0


def test_duplicate_number_is_refused_with_a_message(cast: Cast):
    planned_session(cast)
    with pytest.raises(DomainError, match="number already") as caught:
        planned_session(cast, LATER)
    assert (caught.value.field, Session.objects.count()) == ("number", 1)


@pytest.mark.parametrize("state", ["completed", "alumni", "withdrawn"])
def test_finished_cohort_cannot_plan_sessions(state: str, cast: Cast):
    over = CohortFactory(state=state, reason="Merged")
    with pytest.raises(DomainError, match="over"):
        plan_session(cohort=over, number="1", kind="group", days=day_plans(DAY), by=cast["S"])


def test_published_cohort_cannot_plan_sessions(cast: Cast):
    with pytest.raises(DomainError, match="over"):
        plan_session(
            cohort=CohortFactory(retrospective=True), number="1", kind="group", days=day_plans(DAY), by=cast["S"]
        )


def test_costly_day_is_refused_with_a_message_then_accepted_with_a_remark(cast: Cast):
    with pytest.raises(DatesInConflict) as caught:
        planned_session(cast, SUNDAY)
    assert [conflict.slug for conflict in caught.value.conflicts] == ["weekend"]
    assert planned_session(cast, SUNDAY, accept_conflicts=True).remarks == ["weekend"]


def test_impossible_day_is_always_refused(cast: Cast):
    with pytest.raises(DatesInConflict, match="Check the year"):
        planned_session(cast, date(2062, 12, 1), accept_conflicts=True)
    assert Session.objects.count() == 0


def test_describing_changes_the_details_and_not_the_days(cast: Cast):
    session = describe_session(
        session=planned_session(cast), number="4.2", kind="debrief", title="Restitution", at=NOW, by=cast["P"]
    )
    session.refresh_from_db()
    assert (session.number, session.kind, session.title, dates(session)) == ("4.2", "debrief", "Restitution", [DAY])


def test_scheduling_expects_the_core_members_of_each_day(cast: Cast):
    MembershipFactory(cohort=cast.cohort, role="elected")
    MembershipFactory(cohort=cast.cohort, role="direction")
    session = scheduled_session(cast, DAY, LATER)
    assert (session.state, session.version) == ("scheduled", 1)
    assert expected(session) == {DAY: CORE, LATER: CORE}
    assert set(Attendance.objects.values_list("recorded_on", "answered_on")) == {(TODAY, None)}


def test_scheduling_expects_only_members_active_on_the_day(cast: Cast):
    cast.cohort.memberships.filter(role="pilot").update(ends_on=DAY)
    MembershipFactory(cohort=cast.cohort, role="pilot", starts_on=LATER)
    session = scheduled_session(cast, DAY, NEXT, LATER)
    assert expected(session) == {DAY: CORE, NEXT: CORE - {"pilot"}, LATER: CORE}


def test_someone_with_two_roles_is_expected_once_under_the_first(cast: Cast):
    MembershipFactory(cohort=cast.cohort, user=cast["P"], role="ambassador")
    session = scheduled_session(cast)
    assert (
        Attendance.objects.filter(member__user=cast["P"]).values_list("member__role", flat=True).get() == "ambassador"
    )
    assert Attendance.objects.filter(day__session=session).count() == 4


def test_scheduling_twice_changes_nothing_more(cast: Cast):
    session = scheduled_session(cast)
    again = schedule_session(session=session, at=NOW, by=cast["P"])
    assert (again.state, Attendance.objects.count()) == ("scheduled", 4)


def test_scheduling_names_a_resident_booked_elsewhere_since_then(cast: Cast):
    draft = planned_session(cast)
    member = MembershipFactory(cohort=cast.other_cohort, user=cast["D"], role="resident")
    day = SessionFactory(cohort=cast.other_cohort, date=DAY).days.get()
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


def move(session: Session, *days: date, by: User, **more: Any) -> Session:
    return move_session(session=session, days=day_plans(*days), at=NOW, by=by, **more)


def test_a_draft_moves_under_a_new_version_too(cast: Cast):
    session = move(planned_session(cast), LATER, by=cast["P"])
    assert (session.version, session.state, dates(session)) == (2, "draft", [LATER])


def test_a_scheduled_session_moves_under_a_new_version(cast: Cast):
    session = move(scheduled_session(cast, DAY, NEXT), NEXT, LATER, by=cast["P"])
    assert (session.version, session.state, dates(session)) == (2, "scheduled", [NEXT, LATER])
    assert expected(session) == {NEXT: CORE, LATER: CORE}


def test_new_venue_raises_the_version_and_the_same_days_do_not(cast: Cast):
    session = scheduled_session(cast)
    assert move(session, DAY, by=cast["P"]).version == 1
    elsewhere = [DayPlan(DAY, time(9), time(17), "Gare")]
    assert move_session(session=session, days=elsewhere, at=NOW, by=cast["P"]).version == 2


def test_days_are_added_and_dropped(cast: Cast):
    session = move(scheduled_session(cast), DAY, NEXT, LATER, by=cast["P"])
    assert expected(session) == {DAY: CORE, NEXT: CORE, LATER: CORE}
    session = move(session, LATER, by=cast["P"])
    assert (dates(session), Attendance.objects.count()) == ([LATER], 4)


def test_moved_day_resets_excuses_and_other_days_keep_them(cast: Cast):
    session = scheduled_session(cast, DAY, LATER)
    Attendance.objects.filter(member__user=cast["M"]).update(status="excused", answered_on=TODAY)
    move(session, NEXT, LATER, by=cast["P"])
    answers = Attendance.objects.filter(member__user=cast["M"]).order_by("day__date")
    assert list(answers.values_list("day__date", "status", "answered_on")) == [
        (NEXT, "expected", None),
        (LATER, "excused", TODAY),
    ]


def test_members_who_will_have_left_are_not_expected(cast: Cast):
    session = scheduled_session(cast)
    cast.cohort.memberships.filter(role="ambassador").update(ends_on=NEXT)
    assert expected(move(session, LATER, by=cast["P"])) == {LATER: CORE - {"ambassador"}}


def test_a_resident_excused_from_the_old_day_because_elsewhere_is_expected_on_the_new_one(cast: Cast):
    session = scheduled_session(cast)
    Attendance.objects.filter(member__user=cast["D"]).update(status="excused")
    member = MembershipFactory(cohort=cast.other_cohort, user=cast["D"], role="resident")
    day = SessionFactory(cohort=cast.other_cohort, date=DAY).days.get()
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    assert expected(move(session, LATER, by=cast["P"])) == {LATER: CORE}


def test_an_attended_day_does_not_move(cast: Cast):
    row = AttendanceFactory(member=MembershipFactory(cohort=cast.cohort))
    with pytest.raises(DomainError, match="Attendance is recorded for that day: the day can no longer"):
        move(row.day.session, LATER, by=cast["P"])
    assert dates(row.day.session) == [date(2026, 10, 6)]


def test_moving_reports_conflicts_of_the_new_days(cast: Cast):
    session = scheduled_session(cast)
    with pytest.raises(DatesInConflict, match="weekend"):
        move(session, SUNDAY, by=cast["P"])
    assert move(session, SUNDAY, by=cast["P"], accept_conflicts=True).remarks == ["weekend"]
    assert move(session, DAY, by=cast["P"]).remarks == []


@pytest.mark.parametrize("state", ["postponed", "held", "reported", "cancelled"])
def test_only_a_draft_or_a_scheduled_session_moves(state: str, cast: Cast):
    with pytest.raises(DomainError, match="Only a draft or a scheduled"):
        move(SessionFactory(cohort=cast.cohort, state=state), LATER, by=cast["P"])


def test_postponed_session_keeps_its_list(cast: Cast):
    session = postpone_session(session=scheduled_session(cast), reason="Snow", at=NOW, by=cast["P"])
    assert (session.state, session.reason, expected(session)) == ("postponed", "Snow", {DAY: CORE})


def test_rescheduling_sets_new_dates_and_clears_the_reason(cast: Cast):
    session = postpone_session(session=scheduled_session(cast), reason="Snow", at=NOW, by=cast["P"])
    session = reschedule_session(session=session, days=day_plans(LATER), at=NOW, by=cast["P"])
    session.refresh_from_db()
    assert (session.state, session.reason, session.version, dates(session)) == ("scheduled", "", 2, [LATER])
    assert expected(session) == {LATER: CORE}


def test_rescheduling_to_the_same_dates_raises_the_version(cast: Cast):
    session = postpone_session(session=scheduled_session(cast), reason="", at=NOW, by=cast["P"])
    assert reschedule_session(session=session, days=day_plans(DAY), at=NOW, by=cast["P"]).version == 2


def test_only_a_postponed_session_is_rescheduled(cast: Cast):
    with pytest.raises(DomainError, match="Only a postponed"):
        reschedule_session(session=scheduled_session(cast), days=day_plans(LATER), at=NOW, by=cast["P"])


def test_rescheduling_names_a_resident_booked_elsewhere(cast: Cast):
    session = postpone_session(session=scheduled_session(cast), reason="", at=NOW, by=cast["P"])
    member = MembershipFactory(cohort=cast.other_cohort, user=cast["D"], role="resident")
    day = SessionFactory(cohort=cast.other_cohort, date=DAY).days.get()
    AttendanceFactory(member=member, day=day, status="expected", half_days=0)
    with pytest.raises(DatesInConflict, match="Resident Rivage"):
        reschedule_session(session=session, days=day_plans(DAY), at=NOW, accept_conflicts=True, by=cast["P"])


def test_a_session_is_cancelled_with_a_reason_and_keeps_its_list(cast: Cast):
    session = cancel_session(session=scheduled_session(cast), reason="Strike", at=NOW, by=cast["P"])
    assert (session.state, session.reason, expected(session)) == ("cancelled", "Strike", {DAY: CORE})
    assert Context.objects.filter(metadata__action="cancel_session", metadata__reason="Strike").count() == 1


def test_a_session_is_not_cancelled_without_a_reason(cast: Cast):
    session = scheduled_session(cast)
    with pytest.raises(DomainError, match="Say why") as caught:
        cancel_session(session=session, reason=" ", at=NOW, by=cast["P"])
    session.refresh_from_db()
    assert (caught.value.field, session.state) == ("reason", "scheduled")


def test_attended_session_cannot_be_cancelled(cast: Cast):
    row = AttendanceFactory(member=MembershipFactory(cohort=cast.cohort))
    with pytest.raises(DomainError, match="People have already attended this session"):
        cancel_session(session=row.day.session, reason="Strike", at=NOW, by=cast["P"])


@pytest.mark.parametrize(("on", "held"), [(DAY, False), (LATER, True), (date(2026, 12, 9), True)])
def test_a_session_is_held_from_its_last_day_on(on: date, held: bool, cast: Cast):
    session = scheduled_session(cast, DAY, LATER)
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
    session = report_session(
        session=session, report="What we learned", at=NOW, version_token=fingerprint(""), by=cast["D"]
    )
    session.refresh_from_db()
    assert (session.state, session.report) == ("reported", "What we learned")


@pytest.mark.parametrize("report", ["", "  "])
def test_empty_report_is_refused(report: str, cast: Cast):
    with pytest.raises(DomainError, match="Write the report") as caught:
        report_session(session=SessionFactory(cohort=cast.cohort, state="held"), report=report, at=NOW, by=cast["D"])
    assert caught.value.field == "report"


def test_report_is_rewritten_from_its_current_version(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="reported", report="First")
    report_session(session=session, report="Second", at=NOW, version_token=fingerprint("First"), by=cast["D"])
    session.refresh_from_db()
    assert (session.state, session.report) == ("reported", "Second")


def test_concurrent_report_is_refused_so_that_no_text_is_lost(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="held")
    report_session(session=session, report="Mine", at=NOW, version_token=fingerprint(""), by=cast["D"])
    with pytest.raises(DomainError, match="Someone else"):
        report_session(session=session, report="Theirs", at=NOW, version_token=fingerprint(""), by=cast["P"])
    report_session(session=session, report="Mine", at=NOW, version_token=fingerprint(""), by=cast["D"])  # sent twice
    session.refresh_from_db()
    assert session.report == "Mine"


@pytest.mark.parametrize("state", ["draft", "scheduled", "postponed", "cancelled"])
def test_only_a_held_session_is_reported(state: str, cast: Cast):
    with pytest.raises(DomainError, match="cannot move from its current state"):
        report_session(session=SessionFactory(cohort=cast.cohort, state=state), report="Done", at=NOW, by=cast["D"])


def test_published_session_cannot_be_changed(cast: Cast):
    fact = SessionFactory(cohort=cast.cohort, retrospective=True, state="held")
    given = {"session": fact, "by": UserFactory(is_lab_staff=True)}
    for attempt in (
        lambda: describe_session(number="1", kind="group", title="", at=NOW, **given),
        lambda: schedule_session(at=NOW, **given),
        lambda: move_session(days=day_plans(DAY), at=NOW, **given),
        lambda: postpone_session(reason="", at=NOW, **given),
        lambda: reschedule_session(days=day_plans(DAY), at=NOW, **given),
        lambda: cancel_session(reason="No", at=NOW, **given),
        lambda: hold_session(today=TODAY, **given),
        lambda: report_session(report="Done", at=NOW, **given),
    ):
        with pytest.raises(DomainError, match="published fact"):
            attempt()
