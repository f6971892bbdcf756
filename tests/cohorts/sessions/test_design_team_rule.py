"""A member of the design team is never on site in two cohorts on one day, in whatever order things are written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from tests.cohorts.raw import refused, sql
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory

DAY = date(2026, 10, 6)


class Stage:
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


def put(member: Membership, day: SessionDay, status: str = "expected", half_days: int = 0) -> Attendance:
    return Attendance.objects.create(member=member, day=day, status=status, half_days=half_days, recorded_on=DAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "half_days", "there_status", "there_half_days"),
    [("expected", 0, "expected", 0), ("present", 2, "expected", 0), ("expected", 0, "partial", 1)],
)
def test_a_resident_is_in_one_place_a_day(status: str, half_days: int, there_status: str, there_half_days: int):
    stage = Stage()
    put(stage.here, stage.day, status, half_days)
    with refused("design_team_one_place"):
        put(stage.there, stage.other_day, there_status, there_half_days)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["excused", "absent", "unknown"])
def test_a_resident_who_does_not_come_may_be_elsewhere(status: str):
    stage = Stage()
    put(stage.here, stage.day, status)
    assert put(stage.there, stage.other_day).pk


@pytest.mark.django_db
def test_someone_excused_does_not_come_back_while_expected_elsewhere():
    stage = Stage()
    row = put(stage.here, stage.day, "excused")
    put(stage.there, stage.other_day)
    with refused("design_team_one_place"):
        sql("UPDATE cohorts_attendance SET status = 'expected' WHERE id = %s", row.pk)


@pytest.mark.django_db
def test_two_sessions_of_one_cohort_share_a_day():
    stage = Stage()
    second = SessionFactory(cohort=stage.here.cohort)
    put(stage.here, stage.day)
    assert put(stage.here, second.days.get()).pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("here", "there", "let_in"),
    [
        ("resident", "coordinator", False),
        ("ambassador", "resident", False),
        ("coordinator", "coordinator", True),
        ("ambassador", "relay", True),
    ],
)
def test_the_rule_binds_residents_whatever_they_are_elsewhere(here: str, there: str, let_in: bool):
    stage = Stage(here, there)
    put(stage.here, stage.day)
    if let_in:
        assert put(stage.there, stage.other_day).pk
    else:
        with refused("design_team_one_place"):
            put(stage.there, stage.other_day)


@pytest.mark.django_db
def test_a_postponed_session_holds_nobody():
    stage = Stage(state="postponed")
    put(stage.there, stage.other_day)
    assert put(stage.here, stage.day).pk


@pytest.mark.django_db
def test_a_cancelled_session_holds_nobody():
    stage = Stage()
    put(stage.there, stage.other_day)
    sql("UPDATE cohorts_session SET state = 'cancelled', reason = 'Snow' WHERE id = %s", stage.other.pk)
    assert put(stage.here, stage.day).pk


@pytest.mark.django_db
def test_published_facts_hold_nobody_and_are_not_held():
    stage = Stage(retrospective=True, state="reported")
    put(stage.there, stage.other_day)
    put(stage.here, stage.day)
    assert sql("UPDATE cohorts_attendance SET status = 'present', half_days = 2") == 2


@pytest.mark.django_db
def test_a_day_does_not_move_onto_a_day_elsewhere():
    stage = Stage(date=date(2026, 10, 7))
    put(stage.here, stage.day)
    put(stage.there, stage.other_day)
    with refused("design_team_one_place"):
        sql("UPDATE cohorts_sessionday SET date = '2026-10-07' WHERE id = %s", stage.day.pk)
    assert sql("UPDATE cohorts_sessionday SET date = '2026-10-08' WHERE id = %s", stage.day.pk) == 1


@pytest.mark.django_db
def test_a_postponed_session_is_not_scheduled_again_onto_a_day_elsewhere():
    stage = Stage(state="postponed")
    put(stage.there, stage.other_day)
    put(stage.here, stage.day)
    with refused("design_team_one_place"):
        sql("UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s", stage.other.pk)
    sql("UPDATE cohorts_attendance SET status = 'excused' WHERE member_id = %s", stage.here.pk)
    assert sql("UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s", stage.other.pk) == 1


@contextmanager
def first_still_open(act: Callable[[], object]) -> Iterator[None]:
    """Another connection has done `act` and commits only after what happens here has begun to wait for it."""
    done, go_on = Event(), Event()

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                done.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    assert done.wait(10)
    watcher = Thread(target=release_once_someone_waits, args=[go_on])
    watcher.start()
    try:
        yield
    finally:
        go_on.set()
        thread.join()
        watcher.join()


def release_once_someone_waits(go_on: Event) -> None:
    """Sets the event as soon as a connection of this database waits for a lock."""
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
    return sql("UPDATE cohorts_sessionday SET date = %s WHERE id = %s", to, day.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_book_a_resident_at_once_the_second_is_refused():
    stage = Stage()
    day, other_day = stage.day, stage.other_day
    with first_still_open(lambda: put(stage.here, day)), refused("design_team_one_place"):
        put(stage.there, other_day)
    assert list(Attendance.objects.values_list("member", flat=True)) == [stage.here.pk]


@pytest.mark.django_db(transaction=True)
def test_booking_waits_for_a_day_on_the_move():
    stage = Stage(date=date(2026, 10, 7))
    put(stage.there, stage.other_day)
    day, other_day = stage.day, stage.other_day
    with first_still_open(lambda: move(other_day, "2026-10-06")), refused("design_team_one_place"):
        put(stage.here, day)


@pytest.mark.django_db(transaction=True)
def test_a_day_does_not_move_under_someone_being_booked():
    stage = Stage(date=date(2026, 10, 7))
    put(stage.there, stage.other_day)
    day = stage.day
    with first_still_open(lambda: put(stage.here, day)), refused("design_team_one_place"):
        move(day, "2026-10-07")


@pytest.mark.django_db(transaction=True)
def test_of_two_postponed_sessions_scheduled_at_once_the_second_is_refused():
    stage = Stage(state="postponed")
    put(stage.here, stage.day)
    put(stage.there, stage.other_day)
    sql("UPDATE cohorts_session SET state = 'postponed' WHERE id = %s", stage.session.pk)
    again = "UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s"
    with first_still_open(lambda: sql(again, stage.session.pk)), refused("design_team_one_place"):
        sql(again, stage.other.pk)


@pytest.mark.django_db(transaction=True)
def test_people_who_are_no_residents_do_not_wait_for_one_another():
    stage = Stage("coordinator", "coordinator")
    day, other_day = stage.day, stage.other_day
    with first_still_open(lambda: put(stage.here, day)), transaction.atomic():
        sql("SET LOCAL lock_timeout = '5ms'")
        put(stage.there, other_day)
    assert Attendance.objects.count() == 2
