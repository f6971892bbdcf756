"""Rules of the database on sessions and their days, tested with raw SQL."""

from datetime import date, time

import pytest

from cohorts.models import Session, SessionDay
from cohorts.sessions.enums import SESSION_TRANSITIONS, SessionState
from tests.cohorts.raw import query_value, refused, run_sql
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 6)
MOVES = [(before, after) for before, targets in SESSION_TRANSITIONS.items() for after in targets]
OTHER_MOVES = [
    (before, after)
    for before in SessionState
    for after in SessionState
    if before != after and (before, after) not in MOVES
]


def insert_session(state: str, *, retrospective: bool = False) -> int:
    return run_sql(
        "INSERT INTO cohorts_session (cohort_id, number, kind, kind_label, title, state, version, remarks, report,"
        " reason, retrospective, source) VALUES (%s, '1', 'group', '', '', %s, 1, '{}', 'r', 'r', %s, '')",
        CohortFactory().pk,
        state,
        retrospective,
    )


def set_state(session: Session, state: str) -> int:
    return run_sql(
        "UPDATE cohorts_session SET state = %s, reason = 'ill', report = 'done' WHERE id = %s", state, session.pk
    )


def add_day(session: Session, day: date = DAY, starts: time | None = None, ends: time | None = None) -> int:
    return run_sql(
        "INSERT INTO cohorts_sessionday (session_id, date, date_precision, starts_at, ends_at, venue)"
        " VALUES (%s, %s, 'day', %s, %s, '')",
        session.pk,
        day,
        starts,
        ends,
    )


def test_new_session_is_a_draft():
    assert insert_session("draft") == 1


@pytest.mark.parametrize("state", [state for state in SessionState if state != "draft"])
def test_session_cannot_be_created_in_another_state(state: str):
    with refused("session_state"):
        insert_session(state)


@pytest.mark.parametrize("state", list(SessionState))
def test_published_session_is_created_in_any_state(state: str):
    assert insert_session(state, retrospective=True) == 1


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_a_session_moves_along_its_transitions(before: str, after: str):
    assert set_state(SessionFactory(state=before), after) == 1


@pytest.mark.parametrize(("before", "after"), OTHER_MOVES)
def test_session_makes_no_other_transition(before: str, after: str):
    session = SessionFactory(state=before)
    with refused("session_state"):
        set_state(session, after)


@pytest.mark.parametrize(("before", "after"), [("draft", "scheduled"), ("postponed", "scheduled")])
def test_a_session_without_a_day_is_not_scheduled(before: str, after: str):
    session = SessionFactory(state=before)
    if before == "postponed":
        run_sql("DELETE FROM cohorts_sessionday WHERE session_id = %s", session.pk)
    else:
        session = SessionFactory(state="draft", date=None)
    with refused("session_scheduled_has_days"):
        set_state(session, after)


@pytest.mark.parametrize("state", ["scheduled", "held", "reported"])
def test_last_day_of_a_confirmed_session_cannot_be_deleted(state: str):
    session = SessionFactory(state=state)
    with refused("session_scheduled_has_days"):
        run_sql("DELETE FROM cohorts_sessionday WHERE session_id = %s", session.pk)


@pytest.mark.parametrize("state", ["draft", "postponed"])
def test_last_day_of_an_unconfirmed_session_can_be_deleted(state: str):
    assert run_sql("DELETE FROM cohorts_sessionday WHERE session_id = %s", SessionFactory(state=state).pk) == 1


def test_one_of_two_days_can_be_deleted():
    session = SessionFactory()
    add_day(session, date(2026, 10, 7))
    assert run_sql("DELETE FROM cohorts_sessionday WHERE session_id = %s AND date = %s", session.pk, DAY) == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_cancelled_session_has_a_reason(reason: str):
    session = SessionFactory()
    with refused("session_cancelled_reason"):
        run_sql("UPDATE cohorts_session SET state = 'cancelled', reason = %s WHERE id = %s", reason, session.pk)


@pytest.mark.parametrize("report", ["", " \n"])
def test_a_reported_session_has_a_report(report: str):
    session = SessionFactory(state="held")
    with refused("session_reported_has_report"):
        run_sql("UPDATE cohorts_session SET state = 'reported', report = %s WHERE id = %s", report, session.pk)


def test_a_published_session_may_lack_its_report_and_its_days():
    session = SessionFactory(retrospective=True, state="reported", date=None)
    assert (session.report, session.days.count()) == ("", 0)


@pytest.mark.parametrize("status", ["present", "absent"])
def test_attended_session_cannot_be_cancelled(status: str):
    row = AttendanceFactory(status=status, half_days=2 if status == "present" else 0)
    with refused("session_cancelled_unattended"):
        set_state(row.day.session, "cancelled")


def test_session_with_only_expected_people_can_be_cancelled():
    row = AttendanceFactory(status="expected", half_days=0)
    assert set_state(row.day.session, "cancelled") == 1


def test_number_is_unique_in_a_cohort():
    session = SessionFactory(number="9.2")
    with refused("session_number_once"):
        SessionFactory(number="9.2", cohort=session.cohort)
    assert SessionFactory(number="9.2").number == "9.2"


def test_session_cannot_change_cohort():
    session = SessionFactory()
    with refused("session_cohort_fixed"):
        run_sql("UPDATE cohorts_session SET cohort_id = %s WHERE id = %s", CohortFactory().pk, session.pk)


@pytest.mark.parametrize("flag", [True, False])
def test_retrospective_flag_never_changes(flag: bool):
    session = SessionFactory(retrospective=flag, state="draft")
    with refused("session_retrospective_fixed"):
        run_sql("UPDATE cohorts_session SET retrospective = NOT retrospective WHERE id = %s", session.pk)


def test_date_is_unique_in_a_session():
    session = SessionFactory()
    with refused("session_day_once"):
        add_day(session)


@pytest.mark.parametrize(("starts", "ends"), [(time(9), time(9)), (time(17), time(9))])
def test_a_day_ends_after_it_starts(starts: time, ends: time):
    session = SessionFactory(date=None, state="draft")
    with refused("session_day_times"):
        add_day(session, starts=starts, ends=ends)


@pytest.mark.parametrize(("starts", "ends"), [(time(9), None), (None, time(9)), (None, None)])
def test_day_may_lack_hours(starts: time | None, ends: time | None):
    assert add_day(SessionFactory(date=None, state="draft"), starts=starts, ends=ends) == 1


def test_day_cannot_change_session():
    other = SessionFactory(cohort=SessionFactory().cohort, state="draft", date=None)
    with refused("session_day_session_fixed"):
        run_sql("UPDATE cohorts_sessionday SET session_id = %s", other.pk)


@pytest.mark.parametrize("status", ["present", "partial", "absent"])
def test_a_day_with_attendance_does_not_move(status: str):
    row = AttendanceFactory(status=status, half_days=0 if status == "absent" else 1)
    with refused("session_day_attended"):
        run_sql("UPDATE cohorts_sessionday SET date = date + 1 WHERE id = %s", row.day.pk)


def test_a_day_with_attendance_is_not_deleted():
    row = AttendanceFactory()
    add_day(row.day.session, date(2026, 10, 7))
    with refused("session_day_attended"):
        run_sql("DELETE FROM cohorts_sessionday WHERE id = %s", row.day.pk)


def test_day_with_attendance_may_change_its_venue():
    row = AttendanceFactory()
    assert run_sql("UPDATE cohorts_sessionday SET venue = 'Mairie' WHERE id = %s", row.day.pk) == 1


@pytest.mark.parametrize("status", ["expected", "excused", "unknown"])
def test_day_without_recorded_attendance_can_move(status: str):
    row = AttendanceFactory(status=status, half_days=0)
    assert run_sql("UPDATE cohorts_sessionday SET date = date + 1 WHERE id = %s", row.day.pk) == 1


def test_day_cannot_move_outside_an_expected_members_membership():
    row = AttendanceFactory(member=MembershipFactory(ends_on=DAY), status="expected", half_days=0)
    with refused("attendance_active"):
        run_sql("UPDATE cohorts_sessionday SET date = date + 1 WHERE id = %s", row.day.pk)


def span(session: Session) -> tuple[date | None, date | None]:
    session.refresh_from_db()
    return session.first_day, session.last_day


def test_a_sessions_span_follows_its_days():
    session = SessionFactory(date=None, state="draft")
    spans = [span(session)]
    add_day(session)
    spans.append(span(session))
    add_day(session, date(2026, 10, 9))
    spans.append(span(session))
    run_sql("UPDATE cohorts_sessionday SET date = '2026-10-05' WHERE date = %s", DAY)
    spans.append(span(session))
    run_sql("DELETE FROM cohorts_sessionday WHERE date = '2026-10-09'")
    spans.append(span(session))
    third, fifth, sixth, ninth = None, date(2026, 10, 5), DAY, date(2026, 10, 9)
    assert spans == [(third, third), (sixth, sixth), (sixth, ninth), (fifth, ninth), (fifth, fifth)]


def test_span_cannot_be_written_directly():
    session = SessionFactory()
    Session.objects.filter(pk=session.pk).update(first_day=date(1999, 1, 1), last_day=None)
    assert span(session) == (DAY, DAY)


def test_raw_sql_changes_are_in_the_history():
    session = SessionFactory(title="Avant", state="draft")
    run_sql("UPDATE cohorts_session SET title = 'Après' WHERE id = %s", session.pk)
    titles = query_value(
        "SELECT array_agg(title ORDER BY pgh_id) FROM cohorts_sessionevent WHERE pgh_obj_id = %s", session.pk
    )
    assert titles == ["Avant", "Après"]


def test_raw_sql_moves_and_deletions_are_in_the_history():
    day = SessionFactory(state="draft").days.get()
    run_sql("UPDATE cohorts_sessionday SET date = date + 1 WHERE id = %s", day.pk)
    run_sql("DELETE FROM cohorts_sessionday WHERE id = %s", day.pk)
    history_rows = query_value(
        "SELECT array_agg(pgh_label || ' ' || date ORDER BY pgh_id) FROM cohorts_sessiondayevent WHERE pgh_obj_id = %s",
        day.pk,
    )
    assert history_rows == ["insert 2026-10-06", "update 2026-10-07", "delete 2026-10-07"]


def test_span_update_is_not_a_change_in_the_history():
    session = SessionFactory(state="draft")
    add_day(session, date(2026, 10, 7))
    assert query_value("SELECT count(*) FROM cohorts_sessionevent WHERE pgh_obj_id = %s", session.pk) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "half_days"),
    [
        (None, None, 2),
        (time(9), time(17), 2),
        (time(9), time(13), 1),
        (time(9), time(13, 1), 2),
        (time(12), time(18), 1),
        (time(11, 59), None, 2),
    ],
)
def test_a_day_counts_half_days_by_its_hours(starts: time | None, ends: time | None, half_days: int):
    assert SessionDay(date=DAY, starts_at=starts, ends_at=ends).half_days == half_days
