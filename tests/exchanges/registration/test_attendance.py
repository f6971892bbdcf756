"""Who came to an exchange: by tap, walk-ins, everyone else at once, and corrections."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from exchanges.models import Exchange, Guest, Registration
from exchanges.registration.actions import (
    add_walk_in,
    add_walk_in_guest,
    decline,
    record_absence,
    record_arrival,
    record_remaining,
    register,
    undo_attendance,
)
from exchanges.registration.seats import free_seats
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, RegistrationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

EVE = datetime(2027, 6, 7, 21, tzinfo=UTC)  # the evening before the first day, at the host
FIRST_DAY = datetime(2027, 6, 7, 22, tzinfo=UTC)  # midnight at the host


@pytest.fixture
def exchange(db: None) -> Exchange:
    """Return an exchange with two seats, on whose first day registration is still open."""
    return ExchangeFactory(state="registration_open", first_day=date(2027, 6, 8), capacity=2)


@pytest.fixture
def host(exchange: Exchange) -> User:
    return MembershipFactory(cohort=exchange.host, role="pilot").user


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


class TestArrival:
    def test_arrival_counts_from_the_first_day_at_the_host(self, exchange: Exchange, host: User):
        for row in (RegistrationFactory(exchange=exchange, state="registered"), GuestFactory(exchange=exchange)):
            with pytest.raises(DomainError, match="from the first day"):
                record_arrival(participant=row, at=EVE, by=host)
            events = row.events.count()
            for _twice in range(2):
                record_arrival(participant=row, at=FIRST_DAY, by=host)
            assert (fresh(row).state, fresh(row).walk_in, row.events.count()) == ("attended", False, events + 1)

    def test_history_names_action_and_actor(self, exchange: Exchange, host: User):
        row = RegistrationFactory(exchange=exchange, state="registered")
        record_arrival(participant=row, at=FIRST_DAY, by=host)
        metadata = row.events.latest("pgh_id").pgh_context.metadata
        assert (metadata["action"], metadata["by"]) == ("record_arrival", host.pk)

    def test_arrival_is_refused_while_nobody_can_register(self, host: User):
        row = RegistrationFactory(exchange=ExchangeFactory(state="announced"))
        with pytest.raises(DomainError, match="from the first day"):
            record_arrival(participant=row, at=FIRST_DAY, by=host)

    @pytest.mark.parametrize("before", ["invited", "declined", "waitlisted", "cancelled"])
    def test_person_without_a_seat_is_a_walk_in_until_that_is_undone(self, exchange: Exchange, host: User, before: str):
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        row = RegistrationFactory(exchange=exchange)
        for step in {"cancelled": ["waitlisted", "cancelled"]}.get(before, [before]):
            row.state = step
            row.save()
        record_arrival(participant=row, at=FIRST_DAY, by=host)
        assert (fresh(row).state, fresh(row).walk_in, free_seats(exchange)) == ("attended", True, 0)
        with pytest.raises(DomainError, match="has no seat"):
            record_absence(participant=row, at=FIRST_DAY, by=host)
        undo_attendance(participant=row, at=FIRST_DAY, by=host)
        assert (fresh(row).state, fresh(row).walk_in) == (before, False)

    def test_seat_stays_taken_whatever_is_recorded(self, exchange: Exchange, host: User):
        row, guest = RegistrationFactory(exchange=exchange, state="registered"), GuestFactory(exchange=exchange)
        for participant in (row, guest):
            for action in (record_arrival, record_absence, undo_attendance):
                action(participant=participant, at=FIRST_DAY, by=host)
                assert free_seats(exchange) == 0
        assert (fresh(row).state, fresh(guest).state) == ("registered", "expected")

    def test_recorded_person_can_no_longer_answer(self, exchange: Exchange, host: User):
        row = RegistrationFactory(exchange=exchange, state="registered")
        record_arrival(participant=row, at=FIRST_DAY, by=host)
        with pytest.raises(DomainError, match="already recorded"):
            decline(exchange=exchange, user=row.user, at=FIRST_DAY, by=row.user)
        assert register(exchange=exchange, user=row.user, at=FIRST_DAY, by=row.user).state == "attended"

    def test_absence_of_someone_without_a_seat_is_refused(self, exchange: Exchange, host: User):
        with pytest.raises(DomainError, match="has no seat"):
            record_absence(participant=RegistrationFactory(exchange=exchange), at=FIRST_DAY, by=host)

    def test_undoing_nothing_changes_nothing(self, exchange: Exchange, host: User):
        row = RegistrationFactory(exchange=exchange, state="declined")
        assert undo_attendance(participant=row, at=FIRST_DAY, by=host).state == "declined"  # type: ignore[union-attr]


class TestWalkIn:
    def test_person_of_the_edition_is_added(self, exchange: Exchange, host: User):
        member = MembershipFactory(cohort=exchange.host).user
        row = add_walk_in(exchange=exchange, user=member, at=FIRST_DAY, by=host)
        assert (row.state, row.walk_in, row.cohort) == ("attended", True, exchange.host)
        assert undo_attendance(participant=row, at=FIRST_DAY, by=host).state == "invited"  # type: ignore[union-attr]

    def test_person_with_a_seat_is_no_walk_in(self, exchange: Exchange, host: User):
        row = RegistrationFactory(exchange=exchange, state="registered")
        add_walk_in(exchange=exchange, user=row.user, at=FIRST_DAY, by=host)
        assert (fresh(row).state, fresh(row).walk_in) == ("attended", False)

    def test_stranger_is_refused_and_so_is_the_day_before(self, exchange: Exchange, host: User):
        with pytest.raises(DomainError, match="Only members of the edition"):
            add_walk_in(exchange=exchange, user=UserFactory(), at=FIRST_DAY, by=host)
        with pytest.raises(DomainError, match="from the first day"):
            add_walk_in(exchange=exchange, user=host, at=EVE, by=host)
        assert not Registration.objects.exists()

    def test_walk_in_guest_takes_no_seat_and_goes_when_undone(self, exchange: Exchange, host: User):
        guest = add_walk_in_guest(exchange=exchange, name=" Ann ", organisation="Net", at=FIRST_DAY, by=host)
        assert (guest.name, guest.state, guest.walk_in, free_seats(exchange)) == ("Ann", "attended", True, 2)
        with pytest.raises(DomainError, match="on the list already"):
            add_walk_in_guest(exchange=exchange, name="ann", organisation="NET", at=FIRST_DAY, by=host)
        assert undo_attendance(participant=guest, at=FIRST_DAY, by=host) is None
        assert not Guest.objects.exists()


class TestRemaining:
    @pytest.mark.parametrize(("came", "state"), [(True, "attended"), (False, "no_show")])
    def test_only_people_without_a_record_are_recorded(self, host: User, came: bool, state: str):
        exchange = ExchangeFactory(state="held")
        states = ("registered", "attended", "no_show", "declined", "invited")
        people = [RegistrationFactory(exchange=exchange, state=before) for before in states]
        guest = GuestFactory(exchange=exchange)
        assert record_remaining(exchange=exchange, came=came, by=host) == 2
        after = [fresh(row).state for row in (*people, guest)]
        assert after == [state, "attended", "no_show", "declined", "invited", state]

    @pytest.mark.parametrize("state", ["registration_open", "registration_closed"])
    def test_exchange_must_be_held(self, host: User, state: str):
        with pytest.raises(DomainError, match="is not marked as held"):
            record_remaining(exchange=ExchangeFactory(state=state), came=True, by=host)
