"""The waiting list: who gets the last seat, who waits in which order, and who moves up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from exchanges.lifecycle.actions import close_registration, hold_exchange, set_theme_and_venue
from exchanges.models import Exchange, Needs, Registration
from exchanges.registration.actions import add_guest, decline, register, register_others, remove_guest
from exchanges.registration.seats import free_seats, is_full, with_fullness
from notifications.models import Reminder
from programmes.models import Authority
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, RegistrationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
AFTERWARDS = datetime(2027, 6, 10, 8, tzinfo=UTC)  # the day after the last one


@pytest.fixture
def full(db: None) -> Exchange:
    """Return an exchange with two seats, both taken."""
    exchange = ExchangeFactory(state="registration_open", capacity=2)
    for _ in range(2):
        join(exchange, member(exchange))
    return exchange


def member(exchange: Exchange) -> User:
    return MembershipFactory(cohort=exchange.host).user


def join(exchange: Exchange, person: User, at: datetime = AT) -> Registration:
    return register(exchange=exchange, user=person, at=at, by=person)


def release(exchange: Exchange, person: User, at: datetime = AT) -> Registration:
    return decline(exchange=exchange, user=person, at=at, by=person)


def waiting(exchange: Exchange, many: int) -> list[User]:
    people = [member(exchange) for _ in range(many)]
    for person in people:
        join(exchange, person)
    return people


def people_with_seat(exchange: Exchange) -> list[User]:
    answers = Registration.objects.filter(exchange=exchange).registered().select_related("user")
    return [answer.user for answer in answers.order_by("pk")]


def waiting_people(exchange: Exchange) -> list[User]:
    answers = Registration.objects.filter(exchange=exchange).waiting().select_related("user")
    return [answer.user for answer in answers]


def audiences_of(exchange: Exchange, email_type: str = "exchange_moved_up") -> list[str]:
    """Return the audiences of the e-mails of this type, in the order in which they were created."""
    rows = Reminder.objects.filter(object_id=exchange.pk, email_type=email_type).order_by("pk")
    return list(rows.values_list("audience", flat=True))


def audience(exchange: Exchange, person: User) -> str:
    return f"registration-{Registration.objects.get(exchange=exchange, user=person).pk}"


@pytest.mark.parametrize(
    ("capacity", "registered", "guests", "waiting", "full"),
    [
        (None, 4, 1, 0, False),
        (3, 2, 0, 0, False),
        (3, 2, 1, 0, True),
        (3, 1, 0, 1, True),
        (None, 0, 0, 1, True),
    ],
)
def test_exchange_is_full_without_a_free_seat_or_with_waiting_people(
    capacity: int | None, registered: int, guests: int, waiting: int, full: bool
):
    exchange = ExchangeFactory(state="registration_open", capacity=capacity)
    RegistrationFactory.create_batch(registered, exchange=exchange, state="registered")
    RegistrationFactory.create_batch(waiting, exchange=exchange, state="waitlisted")
    GuestFactory.create_batch(guests, exchange=exchange)
    assert is_full(free_seats(exchange), waiting) is full
    assert bool(with_fullness(Exchange.objects.all()).get().full) is full


class TestJoining:
    def test_people_wait_in_order_after_the_last_seat(self, full: Exchange):
        people = waiting(full, 3)
        assert waiting_people(full) == people
        assert list(Registration.objects.filter(exchange=full).waiting().numbers()) == [1, 2, 3]

    def test_answer_has_the_assigned_ticket(self, full: Exchange):
        assert [join(full, member(full)).ticket for _ in range(2)] == [1, 2]

    def test_joining_twice_keeps_the_ticket(self, full: Exchange):
        first, _second = waiting(full, 2)
        assert (join(full, first).state, join(full, first).ticket) == ("waitlisted", 1)

    def test_person_who_declined_joins_at_the_end(self, full: Exchange):
        undecided = RegistrationFactory(exchange=full, state="declined").user
        (first,) = waiting(full, 1)
        join(full, undecided)
        assert waiting_people(full) == [first, undecided]

    def test_each_exchange_has_its_own_waiting_list(self, full: Exchange):
        waiting(full, 2)
        other = ExchangeFactory(state="registration_open", capacity=1)
        join(other, member(other))
        assert join(other, member(other)).ticket == 1

    def test_nobody_waits_without_a_capacity(self):
        exchange = ExchangeFactory(state="registration_open")
        assert {join(exchange, member(exchange)).state for _ in range(3)} == {"registered"}

    def test_free_seats_go_to_waiting_people_first(self, full: Exchange):
        """Seats that became free without an action go to the waiting list first."""
        (first,) = waiting(full, 1)
        Exchange.objects.filter(pk=full.pk).update(capacity=4)
        assert [join(full, member(full)).state for _ in range(2)] == ["registered", "waitlisted"]
        assert first in people_with_seat(full)

    @pytest.mark.parametrize("state", ["announced", "registration_closed", "held"])
    def test_nobody_joins_the_list_while_registration_is_closed(self, state: str):
        exchange = ExchangeFactory(state=state, capacity=1)
        with pytest.raises(DomainError, match="Registration is not open"):
            join(exchange, member(exchange))


class TestMovingUp:
    def test_released_seat_goes_to_the_person_who_waited_longest(self, full: Exchange):
        first, second = waiting(full, 2)
        leaver = people_with_seat(full)[0]
        release(full, leaver)
        assert (first in people_with_seat(full), waiting_people(full), free_seats(full)) == (True, [second], 0)

    def test_person_who_moves_up_gets_one_email_at_once(self, full: Exchange):
        first, _second = waiting(full, 2)
        release(full, people_with_seat(full)[0])
        assert audiences_of(full) == [audience(full, first)]
        row = Reminder.objects.get(email_type="exchange_moved_up")
        assert (row.due_at, row.alone, row.is_announcement) == (AT, True, True)

    def test_moving_up_is_in_the_same_transaction(self, full: Exchange):
        first, leaver = waiting(full, 1)[0], people_with_seat(full)[0]
        release(full, leaver)
        moved = Registration.objects.get(exchange=full, user=first).events.latest("pgh_id")
        metadata = moved.pgh_context.metadata
        assert (metadata["action"], metadata["by"]) == ("decline", leaver.pk)

    def test_moving_up_twice_sends_two_emails(self, full: Exchange):
        (person,) = waiting(full, 1)
        release(full, people_with_seat(full)[0])
        release(full, person)
        join(full, member(full))
        join(full, person)
        release(full, people_with_seat(full)[0])
        assert audiences_of(full) == [audience(full, person)] * 2

    def test_leaving_the_list_moves_the_others_forward(self, full: Exchange):
        first, second = waiting(full, 2)
        assert release(full, first).state == "declined"
        assert (waiting_people(full), audiences_of(full)) == ([second], [])

    def test_person_who_comes_back_waits_at_the_end(self, full: Exchange):
        first, second = waiting(full, 2)
        release(full, first)
        assert join(full, first).ticket == 3
        assert waiting_people(full) == [second, first]

    def test_declining_without_a_seat_moves_nobody_up(self, full: Exchange):
        (first,) = waiting(full, 1)
        release(full, member(full))
        assert waiting_people(full) == [first]

    def test_people_move_up_after_registration_closed(self, full: Exchange):
        (first,) = waiting(full, 1)
        close_registration(exchange=full, at=AT, by=first)
        release(full, people_with_seat(full)[0])
        assert first in people_with_seat(full)

    def test_nobody_moves_up_once_it_was_held(self, full: Exchange):
        (first,) = waiting(full, 1)
        close_registration(exchange=full, at=AT, by=first)
        hold_exchange(exchange=full, at=datetime(2027, 6, 8, 8, tzinfo=UTC), by=first)
        set_capacity(full, 9)
        assert (waiting_people(full), audiences_of(full)) == ([first], [])

    @pytest.mark.parametrize(
        ("moment", "moved"),
        [
            (datetime(2027, 6, 9, 21, 59, tzinfo=UTC), True),
            (datetime(2027, 6, 9, 22, tzinfo=UTC), False),
        ],
    )
    def test_people_move_up_until_the_last_day(self, full: Exchange, moment: datetime, moved: bool):
        (first,) = waiting(full, 1)
        close_registration(exchange=full, at=AT, by=first)
        set_capacity(full, 9, at=moment)
        assert (waiting_people(full), len(audiences_of(full))) == (([], 1) if moved else ([first], 0))

    def test_day_is_that_of_the_host(self, full: Exchange):
        waiting(full, 1)
        Authority.objects.update(time_zone="America/Cayenne")
        set_capacity(full, 9, at=datetime(2027, 6, 10, 2, 59, tzinfo=UTC))
        assert waiting_people(full) == []

    def test_guest_removed_after_the_end_moves_nobody_up(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        guest, person = GuestFactory(exchange=exchange), member(exchange)
        join(exchange, person)
        close_registration(exchange=exchange, at=AT, by=person)
        remove_guest(exchange=exchange, guest=guest, at=AFTERWARDS, by=person)
        assert (waiting_people(exchange), audiences_of(exchange)) == ([person], [])

    @pytest.mark.parametrize("answer_with", [join, release])
    @pytest.mark.parametrize("closed", [False, True])
    def test_nobody_can_answer_after_the_end(
        self, full: Exchange, answer_with: Callable[[Exchange, User, datetime], Registration], closed: bool
    ):
        (first,) = waiting(full, 1)
        person = people_with_seat(full)[0] if answer_with is release else member(full)
        if closed:
            close_registration(exchange=full, at=AT, by=first)
        words = "Registration is not open" if closed and answer_with is join else "This Intertransfo is over"
        with pytest.raises(DomainError, match=words):
            answer_with(full, person, AFTERWARDS)
        assert (waiting_people(full), audiences_of(full)) == ([first], [])

    def test_people_who_left_the_edition_are_skipped(self, full: Exchange):
        leaver, closed, stays = waiting(full, 3)
        Needs.objects.create(registration=Registration.objects.get(user=leaver), diet="No nuts")
        leaver.memberships.update(ends_on=(AT - timedelta(days=2)).date())
        User.objects.filter(pk=closed.pk).update(is_active=False)
        release(full, people_with_seat(full)[0])
        assert stays in people_with_seat(full)
        states = Registration.objects.filter(user__in=[leaver, closed]).values_list("state", flat=True)
        assert not Needs.objects.exists()
        assert (list(states), audiences_of(full)) == (["cancelled", "cancelled"], [audience(full, stays)])


def set_capacity(exchange: Exchange, capacity: int | None, at: datetime = AT) -> Exchange:
    staff = UserFactory(is_lab_staff=True)
    return set_theme_and_venue(exchange=exchange, theme="", venue="", capacity=capacity, at=at, by=staff)


class TestMoreSeats:
    def test_as_many_people_move_up_as_there_are_new_seats(self, full: Exchange):
        first, second, third = waiting(full, 3)
        set_capacity(full, 4)
        assert (people_with_seat(full)[-2:], waiting_people(full)) == ([first, second], [third])
        assert audiences_of(full) == [audience(full, first), audience(full, second)]

    def test_everyone_moves_up_without_a_capacity(self, full: Exchange):
        people = waiting(full, 3)
        set_capacity(full, None)
        assert (people_with_seat(full)[-3:], waiting_people(full)) == (people, [])

    def test_same_capacity_moves_nobody_up(self, full: Exchange):
        people = waiting(full, 1)
        set_capacity(full, 2)
        assert waiting_people(full) == people

    def test_capacity_below_seats_taken_is_refused_with_the_reason(self, full: Exchange):
        with pytest.raises(DomainError, match="More people than this capacity are already registered"):
            set_capacity(full, 1)

    def test_guests_count_against_the_capacity(self, full: Exchange):
        set_capacity(full, 3)
        GuestFactory(exchange=full)
        with pytest.raises(DomainError, match="More people than this capacity are already registered"):
            set_capacity(full, 2)


class TestGuestsTakeSeats:
    def test_guest_takes_the_last_seat(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        host = member(exchange)
        add_guest(exchange=exchange, name="Ann", organisation="Net", invited_by=host, at=AT, by=host)
        assert join(exchange, member(exchange)).state == "waitlisted"

    def test_guest_is_refused_when_all_seats_are_taken(self, full: Exchange):
        host = member(full)
        with pytest.raises(DomainError, match="Every seat of the Intertransfo is taken"):
            add_guest(exchange=full, name="Ann", organisation="Net", invited_by=host, at=AT, by=host)

    def test_person_who_left_the_edition_cannot_invite(self):
        exchange = ExchangeFactory(state="registration_open")
        leaver = MembershipFactory(cohort=exchange.host, ends_on=(AT - timedelta(days=2)).date()).user
        with pytest.raises(DomainError, match="Only people in the edition can invite guests") as refused:
            add_guest(exchange=exchange, name="Ann", organisation="Net", invited_by=leaver, at=AT, by=leaver)
        assert refused.value.field == "invited_by"

    def test_removed_guest_leaves_the_seat_to_the_first_waiting_person(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        guest, person = GuestFactory(exchange=exchange), member(exchange)
        join(exchange, person)
        remove_guest(exchange=exchange, guest=guest, at=AT, by=person)
        assert (people_with_seat(exchange), audiences_of(exchange)) == ([person], [audience(exchange, person)])


class TestOthers:
    def test_people_without_a_seat_wait_in_the_given_order(self, full: Exchange):
        set_capacity(full, 3)
        people = [member(full) for _ in range(3)]
        answers = register_others(exchange=full, people=people, at=AT, by=people[0])
        assert [answer.state for answer in answers] == ["registered", "waitlisted", "waitlisted"]
        assert waiting_people(full) == people[1:]

    def test_everyone_is_informed_except_the_person_who_registered_them(self, full: Exchange):
        set_capacity(full, 4)
        pilot, registered, waits = [member(full) for _ in range(3)]
        register_others(exchange=full, people=[pilot, registered, waits], at=AT, by=pilot)
        assert audiences_of(full, "exchange_place_kept") == [audience(full, registered)]
        assert audiences_of(full, "exchange_waitlisted") == [audience(full, waits)]

    def test_person_who_answers_for_themselves_gets_no_email(self, full: Exchange):
        waiting(full, 1)
        assert Reminder.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_of_ten_people_gets_the_last_seat_and_nine_wait_in_order(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        people = [member(exchange) for _ in range(10)]
        order: list[tuple[str, int | None]] = []

        def register_action(person: User) -> Callable[[], object]:
            def register_once() -> None:
                answer = join(exchange, person)
                order.append((str(answer.state), answer.ticket))

            return register_once

        assert run_at_once(*map(register_action, people)) == ["done"] * 10
        assert sorted(order, key=str) == [("registered", None), *[("waitlisted", n) for n in range(1, 10)]]
        assert (len(people_with_seat(exchange)), list(numbers(exchange))) == (1, list(range(1, 10)))

    def test_seat_released_while_two_arrive_goes_to_the_waiting_person(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        leaver, waited, one, other = [member(exchange) for _ in range(4)]
        join(exchange, leaver)
        join(exchange, waited)
        arrive = [lambda person=person: join(exchange, person) for person in (one, other)]
        assert run_at_once(lambda: release(exchange, leaver), *arrive) == ["done"] * 3
        assert (people_with_seat(exchange), set(waiting_people(exchange))) == ([waited], {one, other})
        assert audiences_of(exchange) == [audience(exchange, waited)]

    def test_released_seat_goes_to_one_of_two_arrivals_if_nobody_waits(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        leaver, one, other = [member(exchange) for _ in range(3)]
        join(exchange, leaver)
        arrive = [lambda person=person: join(exchange, person) for person in (one, other)]
        assert run_at_once(lambda: release(exchange, leaver), *arrive) == ["done"] * 3
        assert (len(people_with_seat(exchange)), len(waiting_people(exchange)), free_seats(exchange)) == (1, 1, 0)

    def test_two_seats_released_at_once_move_two_people_up(self):
        exchange = ExchangeFactory(state="registration_open", capacity=2)
        people = [member(exchange) for _ in range(5)]
        for person in people:
            join(exchange, person)
        leave = [lambda person=person: release(exchange, person) for person in people[:2]]
        assert run_at_once(*leave) == ["done", "done"]
        assert (people_with_seat(exchange), waiting_people(exchange)) == (people[2:4], people[4:])
        assert len(audiences_of(exchange)) == len(set(audiences_of(exchange))) == 2

    def test_guest_and_member_at_once_get_one_last_seat(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        host, person = member(exchange), member(exchange)
        answers = run_at_once(
            lambda: add_guest(exchange=exchange, name="Ann", organisation="Net", invited_by=host, at=AT, by=host),
            lambda: join(exchange, person),
        )
        assert answers in (["done", "done"], ["Every seat of the Intertransfo is taken.", "done"])
        assert free_seats(exchange) == 0


def numbers(exchange: Exchange) -> list[int]:
    return list(Registration.objects.filter(exchange=exchange).waiting().values_list("ticket", flat=True))
