"""A member of the design team is never on site in two cohorts on one day, whatever the order of writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from tests.cohorts.raw import refused, run_sql
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory

DAY = date(2026, 10, 6)


class DesignTeamCase:
    """One person, in two cohorts that each have a session on `DAY`."""

    def __init__(self, here_role: str = "resident", there_role: str = "resident", **there: Any) -> None:
        self.person: User = UserFactory()
        cohort: Cohort = CohortFactory()
        self.here: Membership = MembershipFactory(user=self.person, cohort=cohort, role=here_role)
        self.there: Membership = MembershipFactory(
            user=self.person, cohort=CohortFactory(edition=cohort.edition), role=there_role
        )
        self.session: Session = SessionFactory(cohort=cohort)
        self.other: Session = SessionFactory(cohort=self.there.cohort, **there)

    @property
    def day(self) -> SessionDay:
        return self.session.days.get()

    @property
    def other_day(self) -> SessionDay:
        return self.other.days.get()


def add_attendance(member: Membership, day: SessionDay, status: str = "expected", half_days: int = 0) -> Attendance:
    return Attendance.objects.create(member=member, day=day, status=status, half_days=half_days, recorded_on=DAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "half_days", "there_status", "there_half_days"),
    [("expected", 0, "expected", 0), ("present", 2, "expected", 0), ("expected", 0, "partial", 1)],
)
def test_resident_is_on_site_in_one_cohort_a_day(status: str, half_days: int, there_status: str, there_half_days: int):
    case = DesignTeamCase()
    add_attendance(case.here, case.day, status, half_days)
    with refused("design_team_one_place"):
        add_attendance(case.there, case.other_day, there_status, there_half_days)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["excused", "absent", "unknown"])
def test_excused_resident_may_be_elsewhere(status: str):
    case = DesignTeamCase()
    add_attendance(case.here, case.day, status)
    assert add_attendance(case.there, case.other_day).pk


@pytest.mark.django_db
def test_excused_resident_cannot_return_while_expected_elsewhere():
    case = DesignTeamCase()
    row = add_attendance(case.here, case.day, "excused")
    add_attendance(case.there, case.other_day)
    with refused("design_team_one_place"):
        run_sql("UPDATE cohorts_attendance SET status = 'expected' WHERE id = %s", row.pk)


@pytest.mark.django_db
def test_two_sessions_of_one_cohort_may_share_a_day():
    case = DesignTeamCase()
    second = SessionFactory(cohort=case.here.cohort)
    add_attendance(case.here, case.day)
    assert add_attendance(case.here, second.days.get()).pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("here", "there", "is_accepted"),
    [
        ("resident", "coordinator", False),
        ("ambassador", "resident", False),
        ("coordinator", "coordinator", True),
        ("ambassador", "relay", True),
    ],
)
def test_rule_applies_to_residents_in_either_cohort(here: str, there: str, is_accepted: bool):
    case = DesignTeamCase(here, there)
    add_attendance(case.here, case.day)
    if is_accepted:
        assert add_attendance(case.there, case.other_day).pk
    else:
        with refused("design_team_one_place"):
            add_attendance(case.there, case.other_day)


@pytest.mark.django_db
def test_postponed_session_does_not_block_other_cohorts():
    case = DesignTeamCase(state="postponed")
    add_attendance(case.there, case.other_day)
    assert add_attendance(case.here, case.day).pk


@pytest.mark.django_db
def test_cancelled_session_does_not_block_other_cohorts():
    case = DesignTeamCase()
    add_attendance(case.there, case.other_day)
    run_sql("UPDATE cohorts_session SET state = 'cancelled', reason = 'Snow' WHERE id = %s", case.other.pk)
    assert add_attendance(case.here, case.day).pk


@pytest.mark.django_db
def test_published_facts_are_exempt_from_the_rule():
    case = DesignTeamCase(retrospective=True, state="reported")
    add_attendance(case.there, case.other_day)
    add_attendance(case.here, case.day)
    assert run_sql("UPDATE cohorts_attendance SET status = 'present', half_days = 2") == 2


@pytest.mark.django_db
def test_day_cannot_move_onto_a_day_booked_elsewhere():
    case = DesignTeamCase(date=date(2026, 10, 7))
    add_attendance(case.here, case.day)
    add_attendance(case.there, case.other_day)
    with refused("design_team_one_place"):
        run_sql("UPDATE cohorts_sessionday SET date = '2026-10-07' WHERE id = %s", case.day.pk)
    assert run_sql("UPDATE cohorts_sessionday SET date = '2026-10-08' WHERE id = %s", case.day.pk) == 1


@pytest.mark.django_db
def test_postponed_session_cannot_return_onto_a_day_booked_elsewhere():
    case = DesignTeamCase(state="postponed")
    add_attendance(case.there, case.other_day)
    add_attendance(case.here, case.day)
    with refused("design_team_one_place"):
        run_sql("UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s", case.other.pk)
    run_sql("UPDATE cohorts_attendance SET status = 'excused' WHERE member_id = %s", case.here.pk)
    assert run_sql("UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s", case.other.pk) == 1


@contextmanager
def first_still_open(action: Callable[[], object]) -> Iterator[None]:
    """Run the action in another connection, which commits only once this connection waits for it."""
    done, go_on = Event(), Event()

    def run() -> None:
        try:
            with transaction.atomic():
                action()
                done.set()
                go_on.wait(60)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    assert done.wait(60)
    watcher = Thread(target=release_once_someone_waits, args=[go_on])
    watcher.start()
    try:
        yield
    finally:
        go_on.set()
        thread.join()
        watcher.join()


def release_once_someone_waits(go_on: Event) -> None:
    """Set the event as soon as a connection of this database waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    try:
        with connection.cursor() as cursor:
            while not go_on.wait(0.02):
                cursor.execute(waiting)
                if cursor.fetchone()[0]:
                    go_on.set()
    finally:
        connection.close()


def move(day: SessionDay, to: str) -> int:
    return run_sql("UPDATE cohorts_sessionday SET date = %s WHERE id = %s", to, day.pk)


@pytest.mark.django_db(transaction=True)
def test_second_of_two_concurrent_bookings_is_refused():
    case = DesignTeamCase()
    day, other_day = case.day, case.other_day
    with first_still_open(lambda: add_attendance(case.here, day)), refused("design_team_one_place"):
        add_attendance(case.there, other_day)
    assert list(Attendance.objects.values_list("member", flat=True)) == [case.here.pk]


@pytest.mark.django_db(transaction=True)
def test_booking_waits_for_a_concurrent_move_of_the_day():
    case = DesignTeamCase(date=date(2026, 10, 7))
    add_attendance(case.there, case.other_day)
    day, other_day = case.day, case.other_day
    with first_still_open(lambda: move(other_day, "2026-10-06")), refused("design_team_one_place"):
        add_attendance(case.here, day)


@pytest.mark.django_db(transaction=True)
def test_move_of_a_day_waits_for_a_concurrent_booking():
    case = DesignTeamCase(date=date(2026, 10, 7))
    add_attendance(case.there, case.other_day)
    day = case.day
    with first_still_open(lambda: add_attendance(case.here, day)), refused("design_team_one_place"):
        move(day, "2026-10-07")


@pytest.mark.django_db(transaction=True)
def test_second_of_two_concurrent_reschedulings_is_refused():
    case = DesignTeamCase(state="postponed")
    add_attendance(case.here, case.day)
    add_attendance(case.there, case.other_day)
    run_sql("UPDATE cohorts_session SET state = 'postponed' WHERE id = %s", case.session.pk)
    again = "UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s"
    with first_still_open(lambda: run_sql(again, case.session.pk)), refused("design_team_one_place"):
        run_sql(again, case.other.pk)


@pytest.mark.django_db(transaction=True)
def test_bookings_of_other_people_do_not_wait_for_each_other():
    case = DesignTeamCase("coordinator", "coordinator")
    day, other_day = case.day, case.other_day
    with first_still_open(lambda: add_attendance(case.here, day)), transaction.atomic():
        run_sql("SET LOCAL lock_timeout = '5ms'")
        add_attendance(case.there, other_day)
    assert Attendance.objects.count() == 2
