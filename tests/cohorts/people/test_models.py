"""Tests of the database rules on memberships, with raw SQL and with two connections at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from cohorts.models import Cohort, Membership
from tests.cohorts.sql import execute, insert, refused, rule_of, update
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory

TABLE = "cohorts_membership"
START = date(2026, 1, 5)


def write(
    cohort: Cohort, user: User, role: str = "ambassador", starts_on: date = START, ends_on: date | None = None
) -> None:
    insert(
        TABLE,
        cohort_id=cohort.pk,
        user_id=user.pk,
        role=role,
        discipline="",
        unit="",
        starts_on=starts_on,
        ends_on=ends_on,
    )


@pytest.fixture
def cohort(db: None) -> Cohort:
    return CohortFactory(seats=2)


def test_a_membership_ends_on_or_after_its_first_day(cohort):
    member = MembershipFactory(cohort=cohort)
    with refused("membership_dates"):
        write(cohort, UserFactory(), ends_on=date(2026, 1, 4))
    with refused("membership_dates"):
        update(TABLE, member.pk, ends_on=date(2026, 1, 4))
    update(TABLE, member.pk, ends_on=START)
    assert Membership.objects.get().ends_on == START


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 6, 30), None), (date(2025, 1, 1), START), (date(2026, 2, 1), date(2026, 2, 2))],
    ids=["shares the last day", "shares the first day", "within"],
)
def test_a_person_has_a_role_only_once_at_a_time(cohort, first, last):
    user = UserFactory()
    write(cohort, user, ends_on=date(2026, 6, 30))
    with refused("membership_overlap"):
        write(cohort, user, starts_on=first, ends_on=last)


def test_a_person_may_return_the_next_day_or_have_two_roles(cohort):
    user = UserFactory()
    write(cohort, user, ends_on=date(2026, 6, 30))
    write(cohort, user, starts_on=date(2026, 7, 1))
    write(cohort, user, role="pilot")
    write(CohortFactory(), user)
    assert Membership.objects.count() == 4


def test_a_cohort_has_one_pilot_at_any_date(cohort):
    write(cohort, UserFactory(), role="pilot", ends_on=date(2026, 6, 30))
    with refused("membership_one_pilot"):
        write(cohort, UserFactory(), role="pilot", starts_on=date(2026, 6, 30))
    write(cohort, UserFactory(), role="pilot", starts_on=date(2026, 7, 1))
    write(CohortFactory(), UserFactory(), role="pilot")
    assert Membership.objects.count() == 3


def test_there_are_never_more_ambassadors_than_seats(cohort):
    write(cohort, UserFactory())
    write(cohort, UserFactory())
    with refused("membership_seats"):
        write(cohort, UserFactory())


@pytest.mark.parametrize("role", ["relay", "pilot", "resident", "coordinator", "elected", "direction"])
def test_other_roles_take_no_seat(cohort, role):
    write(cohort, UserFactory())
    write(cohort, UserFactory())
    write(cohort, UserFactory(), role=role)
    assert Membership.objects.count() == 3


def test_seats_are_counted_for_each_day_separately(cohort):
    write(cohort, UserFactory(), ends_on=date(2026, 3, 31))
    write(cohort, UserFactory(), starts_on=date(2026, 7, 1))
    write(cohort, UserFactory())
    with refused("membership_seats"):
        write(cohort, UserFactory(), starts_on=date(2026, 6, 1))
    write(cohort, UserFactory(), starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    assert Membership.objects.count() == 4


def test_a_seat_is_counted_when_a_membership_is_changed_too(cohort):
    write(cohort, UserFactory(), ends_on=date(2026, 3, 31))
    write(cohort, UserFactory())
    write(cohort, UserFactory(), starts_on=date(2026, 4, 1))
    write(cohort, UserFactory(), role="relay")
    early, relay = Membership.objects.get(ends_on=date(2026, 3, 31)), Membership.objects.get(role="relay")
    with refused("membership_seats"):
        update(TABLE, early.pk, ends_on=date(2026, 4, 1))
    with refused("membership_seats"):
        update(TABLE, relay.pk, role="ambassador")


@pytest.mark.django_db
def test_the_seats_of_published_facts_may_be_unknown():
    cohort = CohortFactory(retrospective=True, seats=None)
    for _ in range(20):
        write(cohort, UserFactory())
    assert cohort.memberships.count() == 20


def take_a_seat(cohort: Cohort, user: User, together: Barrier) -> str:
    """Insert a membership in a connection of its own, together with others; return the rule that refused it, if any."""
    try:
        together.wait(timeout=60)
        with transaction.atomic():
            write(cohort, user)
    except IntegrityError as error:
        return str(rule_of(error))
    finally:
        connection.close()
    return "seated"


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_take_the_last_seat_at_once():
    cohort = CohortFactory(seats=3)
    MembershipFactory.create_batch(2, cohort=cohort)
    people, together = UserFactory.create_batch(6), Barrier(6)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda user: take_a_seat(cohort, user, together), people))
    assert sorted(outcomes) == [*["membership_seats"] * 5, "seated"]
    assert cohort.memberships.count() == 3


def lower_the_seats(cohort: Cohort, together: Barrier) -> str:
    try:
        together.wait(timeout=60)
        with transaction.atomic():
            update("cohorts_cohort", cohort.pk, seats=2)
    except IntegrityError as error:
        return str(rule_of(error))
    finally:
        connection.close()
    return "lowered"


@pytest.mark.django_db(transaction=True)
def test_seats_cannot_be_lowered_while_the_last_one_is_taken():
    cohort, user = CohortFactory(seats=3), UserFactory()
    MembershipFactory.create_batch(2, cohort=cohort)
    together = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        seat = pool.submit(take_a_seat, cohort, user, together)
        seats = pool.submit(lower_the_seats, cohort, together)
    assert (seat.result(), seats.result()) in {("seated", "cohort_seats_hold"), ("membership_seats", "lowered")}
    cohort.refresh_from_db()
    assert cohort.memberships.count() <= cohort.seats


def test_a_membership_cannot_be_deleted(cohort):
    member = MembershipFactory(cohort=cohort)
    with refused("membership_never_deleted"):
        execute("DELETE FROM cohorts_membership WHERE id = %s", member.pk)


def test_memberships_cannot_be_truncated(cohort):
    MembershipFactory(cohort=cohort)
    with refused("membership_no_truncate"):
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("TRUNCATE cohorts_membership CASCADE")


def test_memberships_are_not_deleted_with_their_cohort(cohort):
    """Invitations are protected too: which table PostgreSQL reaches first depends on the order of migrations."""
    MembershipFactory(cohort=cohort)
    execute("ALTER TABLE cohorts_invitation DISABLE TRIGGER USER")
    with refused("membership_no_truncate"):
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("TRUNCATE cohorts_cohort CASCADE")


@pytest.mark.parametrize(
    "dates", [{"ends_on": date(2026, 10, 5)}, {"starts_on": date(2026, 10, 7)}], ids=["left before", "came after"]
)
def test_a_membership_covers_every_day_with_recorded_attendance(cohort, dates):
    member = MembershipFactory(cohort=cohort)
    AttendanceFactory(member=member, day=SessionFactory(cohort=cohort, date=date(2026, 10, 6)).days.get())
    with refused("membership_attended"):
        update(TABLE, member.pk, **dates)
    update(TABLE, member.pk, ends_on=date(2026, 10, 6))
    assert Membership.objects.get().ends_on == date(2026, 10, 6)


def test_every_change_of_a_membership_adds_a_history_row(cohort):
    member = MembershipFactory(cohort=cohort)
    update(TABLE, member.pk, ends_on=date(2026, 12, 31))
    assert list(member.events.order_by("pgh_id").values_list("ends_on", flat=True)) == [None, date(2026, 12, 31)]


def test_a_membership_is_active_from_first_to_last_day(cohort):
    member = MembershipFactory(cohort=cohort, ends_on=date(2026, 12, 31), role="resident")
    assert [member.active_on(day) for day in (date(2026, 1, 4), START, date(2026, 12, 31), date(2027, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert member.tone == "resident"
    assert MembershipFactory(cohort=cohort).tone == ""
