"""The waiting list: who gets the last place, who waits in which order, and who moves up by themselves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from exchanges.lifecycle.actions import close_registration, hold_exchange, set_theme_and_place
from exchanges.models import Exchange, Needs, Registration
from exchanges.registration.actions import add_guest, decline, register, register_others, remove_guest
from exchanges.registration.seats import free_places, is_full, places_left
from notifications.models import Reminder
from programmes.models import Authority
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, RegistrationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
AFTERWARDS = datetime(2027, 6, 10, 8, tzinfo=UTC)  # the day after the last one


@pytest.fixture
def full(db: None) -> Exchange:
    """An exchange of two places, both taken."""
    exchange = ExchangeFactory(state="registration_open", capacity=2)
    for _ in range(2):
        comes(exchange, member(exchange))
    return exchange


def member(exchange: Exchange) -> User:
    return MembershipFactory(cohort=exchange.host).user


def comes(exchange: Exchange, person: User, at: datetime = AT) -> Registration:
    return register(exchange=exchange, user=person, at=at, by=person)


def gives_back(exchange: Exchange, person: User, at: datetime = AT) -> Registration:
    return decline(exchange=exchange, user=person, at=at, by=person)


def waiting(exchange: Exchange, many: int) -> list[User]:
    people = [member(exchange) for _ in range(many)]
    for person in people:
        comes(exchange, person)
    return people


def with_place(exchange: Exchange) -> list[User]:
    answers = Registration.objects.filter(exchange=exchange).registered().select_related("user")
    return [answer.user for answer in answers.order_by("pk")]


def line(exchange: Exchange) -> list[User]:
    answers = Registration.objects.filter(exchange=exchange).waiting().select_related("user")
    return [answer.user for answer in answers]


def told(exchange: Exchange, letter: str = "exchange_moved_up") -> list[str]:
    """To which registrations the letter goes, in the order in which it was decided."""
    rows = Reminder.objects.filter(object_id=exchange.pk, letter=letter).order_by("pk")
    return list(rows.values_list("audience", flat=True))


def audience(exchange: Exchange, person: User) -> str:
    return f"registration-{Registration.objects.get(exchange=exchange, user=person).pk}"


@pytest.mark.parametrize(
    ("capacity", "registered", "guests", "waiting", "full"),
    [
        (None, 200, 9, 0, False),
        (3, 2, 0, 0, False),
        (3, 2, 1, 0, True),
        (3, 1, 0, 1, True),
        (None, 0, 0, 1, True),
    ],
)
def test_it_is_full_when_no_place_is_free_or_someone_waits(
    capacity: int | None, registered: int, guests: int, waiting: int, full: bool
):
    assert is_full(places_left(capacity, registered, guests), waiting) is full


class TestJoining:
    def test_after_the_last_place_people_wait_in_their_order(self, full: Exchange):
        people = waiting(full, 3)
        assert line(full) == people
        assert list(Registration.objects.filter(exchange=full).waiting().numbers()) == [1, 2, 3]

    def test_the_answer_says_which_number_was_drawn(self, full: Exchange):
        assert [comes(full, member(full)).ticket for _ in range(2)] == [1, 2]

    def test_twice_is_once_and_keeps_the_number(self, full: Exchange):
        first, _second = waiting(full, 2)
        assert (comes(full, first).state, comes(full, first).ticket) == ("waitlisted", 1)

    def test_someone_who_declined_joins_at_the_end(self, full: Exchange):
        undecided = RegistrationFactory(exchange=full, state="declined").user
        (first,) = waiting(full, 1)
        comes(full, undecided)
        assert line(full) == [first, undecided]

    def test_each_exchange_has_a_line_of_its_own(self, full: Exchange):
        waiting(full, 2)
        other = ExchangeFactory(state="registration_open", capacity=1)
        comes(other, member(other))
        assert comes(other, member(other)).ticket == 1

    def test_nobody_waits_where_there_is_no_limit(self):
        exchange = ExchangeFactory(state="registration_open")
        assert {comes(exchange, member(exchange)).state for _ in range(3)} == {"registered"}

    def test_nobody_passes_by_those_who_wait(self, full: Exchange):
        """Places that became free past the actions go to the line first."""
        (first,) = waiting(full, 1)
        Exchange.objects.filter(pk=full.pk).update(capacity=4)
        assert [comes(full, member(full)).state for _ in range(2)] == ["registered", "waitlisted"]
        assert first in with_place(full)

    @pytest.mark.parametrize("state", ["announced", "registration_closed", "held"])
    def test_the_line_takes_nobody_while_registration_is_not_open(self, state: str):
        exchange = ExchangeFactory(state=state, capacity=1)
        with pytest.raises(DomainError, match="Registration is not open"):
            comes(exchange, member(exchange))


class TestMovingUp:
    def test_a_place_given_back_goes_to_whoever_waited_longest(self, full: Exchange):
        first, second = waiting(full, 2)
        leaver = with_place(full)[0]
        gives_back(full, leaver)
        assert (first in with_place(full), line(full), free_places(full)) == (True, [second], 0)

    def test_one_letter_goes_to_them_at_once(self, full: Exchange):
        first, _second = waiting(full, 2)
        gives_back(full, with_place(full)[0])
        assert told(full) == [audience(full, first)]
        row = Reminder.objects.get(letter="exchange_moved_up")
        assert (row.due_at, row.alone, row.is_announcement) == (AT, True, True)

    def test_in_the_transaction_of_whoever_gives_back(self, full: Exchange):
        first, leaver = waiting(full, 1)[0], with_place(full)[0]
        gives_back(full, leaver)
        moved = Registration.objects.get(exchange=full, user=first).events.latest("pgh_id")
        said = moved.pgh_context.metadata
        assert (said["action"], said["by"]) == ("decline", leaver.pk)

    def test_moving_up_twice_is_told_twice(self, full: Exchange):
        (person,) = waiting(full, 1)
        gives_back(full, with_place(full)[0])
        gives_back(full, person)
        comes(full, member(full))
        comes(full, person)
        gives_back(full, with_place(full)[0])
        assert told(full) == [audience(full, person)] * 2

    def test_someone_who_leaves_the_line_lets_the_others_move_forward(self, full: Exchange):
        first, second = waiting(full, 2)
        assert gives_back(full, first).state == "declined"
        assert (line(full), told(full)) == ([second], [])

    def test_who_comes_back_waits_at_the_end(self, full: Exchange):
        first, second = waiting(full, 2)
        gives_back(full, first)
        assert comes(full, first).ticket == 3
        assert line(full) == [second, first]

    def test_saying_no_without_a_place_moves_nobody(self, full: Exchange):
        (first,) = waiting(full, 1)
        gives_back(full, member(full))
        assert line(full) == [first]

    def test_also_after_registration_is_closed(self, full: Exchange):
        (first,) = waiting(full, 1)
        close_registration(exchange=full, at=AT, by=first)
        gives_back(full, with_place(full)[0])
        assert first in with_place(full)

    def test_not_once_it_took_place(self, full: Exchange):
        (first,) = waiting(full, 1)
        close_registration(exchange=full, at=AT, by=first)
        hold_exchange(exchange=full, at=datetime(2027, 6, 8, 8, tzinfo=UTC), by=first)
        places(full, 9)
        assert (line(full), told(full)) == ([first], [])

    @pytest.mark.parametrize(
        ("moment", "moved"),
        [
            (datetime(2027, 6, 9, 21, 59, tzinfo=UTC), True),
            (datetime(2027, 6, 9, 22, tzinfo=UTC), False),
        ],
    )
    def test_up_to_the_last_day_where_it_takes_place(self, full: Exchange, moment: datetime, moved: bool):
        (first,) = waiting(full, 1)
        close_registration(exchange=full, at=AT, by=first)
        places(full, 9, at=moment)
        assert (line(full), len(told(full))) == (([], 1) if moved else ([first], 0))

    def test_the_day_is_that_of_the_host(self, full: Exchange):
        waiting(full, 1)
        Authority.objects.update(time_zone="America/Cayenne")
        places(full, 9, at=datetime(2027, 6, 10, 2, 59, tzinfo=UTC))
        assert line(full) == []

    def test_a_guest_taken_off_afterwards_leaves_no_place(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        guest, person = GuestFactory(exchange=exchange), member(exchange)
        comes(exchange, person)
        close_registration(exchange=exchange, at=AT, by=person)
        remove_guest(exchange=exchange, guest=guest, at=AFTERWARDS, by=person)
        assert (line(exchange), told(exchange)) == ([person], [])

    @pytest.mark.parametrize("say", [comes, gives_back])
    @pytest.mark.parametrize("closed", [False, True])
    def test_nobody_says_yes_or_no_any_more(
        self, full: Exchange, say: Callable[[Exchange, User, datetime], Registration], closed: bool
    ):
        (first,) = waiting(full, 1)
        person = with_place(full)[0] if say is gives_back else member(full)
        if closed:
            close_registration(exchange=full, at=AT, by=first)
        words = "Registration is not open" if closed and say is comes else "This Intertransfo is over"
        with pytest.raises(DomainError, match=words):
            say(full, person, AFTERWARDS)
        assert (line(full), told(full)) == ([first], [])

    def test_whoever_left_the_edition_is_passed_by(self, full: Exchange):
        gone, closed, stays = waiting(full, 3)
        Needs.objects.create(registration=Registration.objects.get(user=gone), diet="No nuts")
        gone.memberships.update(ends_on=(AT - timedelta(days=2)).date())
        User.objects.filter(pk=closed.pk).update(is_active=False)
        gives_back(full, with_place(full)[0])
        assert stays in with_place(full)
        states = Registration.objects.filter(user__in=[gone, closed]).values_list("state", flat=True)
        assert not Needs.objects.exists()
        assert (list(states), told(full)) == (["cancelled", "cancelled"], [audience(full, stays)])


def places(exchange: Exchange, capacity: int | None, at: datetime = AT) -> Exchange:
    staff = UserFactory(is_lab_staff=True)
    return set_theme_and_place(exchange=exchange, theme="", venue="", capacity=capacity, at=at, by=staff)


class TestMorePlaces:
    def test_as_many_move_up_as_there_are_new_places(self, full: Exchange):
        first, second, third = waiting(full, 3)
        places(full, 4)
        assert (with_place(full)[-2:], line(full)) == ([first, second], [third])
        assert told(full) == [audience(full, first), audience(full, second)]

    def test_without_a_limit_all_do(self, full: Exchange):
        people = waiting(full, 3)
        places(full, None)
        assert (with_place(full)[-3:], line(full)) == (people, [])

    def test_the_same_number_moves_nobody(self, full: Exchange):
        people = waiting(full, 1)
        places(full, 2)
        assert line(full) == people

    def test_fewer_than_are_taken_are_refused_with_the_reason(self, full: Exchange):
        with pytest.raises(DomainError, match="More people than this capacity are already registered"):
            places(full, 1)

    def test_guests_count_among_them(self, full: Exchange):
        places(full, 3)
        GuestFactory(exchange=full)
        with pytest.raises(DomainError, match="More people than this capacity are already registered"):
            places(full, 2)


class TestGuestsTakePlaces:
    def test_a_guest_takes_the_last_one(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        host = member(exchange)
        add_guest(exchange=exchange, name="Ann", organisation="Net", invited_by=host, at=AT, by=host)
        assert comes(exchange, member(exchange)).state == "waitlisted"

    def test_there_is_none_for_a_guest_when_all_are_taken(self, full: Exchange):
        host = member(full)
        with pytest.raises(DomainError, match="Every seat of the Intertransfo is taken"):
            add_guest(exchange=full, name="Ann", organisation="Net", invited_by=host, at=AT, by=host)

    def test_whoever_left_the_edition_invites_nobody(self):
        exchange = ExchangeFactory(state="registration_open")
        gone = MembershipFactory(cohort=exchange.host, ends_on=(AT - timedelta(days=2)).date()).user
        with pytest.raises(DomainError, match="Only people in the edition can invite guests") as refused:
            add_guest(exchange=exchange, name="Ann", organisation="Net", invited_by=gone, at=AT, by=gone)
        assert refused.value.field == "invited_by"

    def test_a_guest_who_is_taken_off_leaves_a_place_to_the_first_who_waits(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        guest, person = GuestFactory(exchange=exchange), member(exchange)
        comes(exchange, person)
        remove_guest(exchange=exchange, guest=guest, at=AT, by=person)
        assert (with_place(exchange), told(exchange)) == ([person], [audience(exchange, person)])


class TestOthers:
    def test_those_who_do_not_fit_wait_in_the_order_given(self, full: Exchange):
        places(full, 3)
        people = [member(full) for _ in range(3)]
        answers = register_others(exchange=full, people=people, at=AT, by=people[0])
        assert [answer.state for answer in answers] == ["registered", "waitlisted", "waitlisted"]
        assert line(full) == people[1:]

    def test_each_hears_of_it_but_whoever_did_it(self, full: Exchange):
        places(full, 4)
        pilot, kept, waits = [member(full) for _ in range(3)]
        register_others(exchange=full, people=[pilot, kept, waits], at=AT, by=pilot)
        assert told(full, "exchange_place_kept") == [audience(full, kept)]
        assert told(full, "exchange_waitlisted") == [audience(full, waits)]

    def test_who_answers_for_oneself_gets_no_letter(self, full: Exchange):
        waiting(full, 1)
        assert Reminder.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_ten_people_for_the_last_place_one_gets_it_and_nine_wait_in_order(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        people = [member(exchange) for _ in range(10)]
        order: list[tuple[str, int | None]] = []

        def press(person: User) -> Callable[[], object]:
            def pressed() -> None:
                answer = comes(exchange, person)
                order.append((str(answer.state), answer.ticket))

            return pressed

        assert at_once(*map(press, people)) == ["done"] * 10
        assert sorted(order, key=str) == [("registered", None), *[("waitlisted", n) for n in range(1, 10)]]
        assert (len(with_place(exchange)), list(numbers(exchange))) == (1, list(range(1, 10)))

    def test_a_place_given_back_while_two_arrive_goes_to_whoever_waited(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        leaver, waited, one, other = [member(exchange) for _ in range(4)]
        comes(exchange, leaver)
        comes(exchange, waited)
        arrive = [lambda person=person: comes(exchange, person) for person in (one, other)]
        assert at_once(lambda: gives_back(exchange, leaver), *arrive) == ["done"] * 3
        assert (with_place(exchange), set(line(exchange))) == ([waited], {one, other})
        assert told(exchange) == [audience(exchange, waited)]

    def test_without_anyone_who_waits_one_of_the_two_gets_it(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        leaver, one, other = [member(exchange) for _ in range(3)]
        comes(exchange, leaver)
        arrive = [lambda person=person: comes(exchange, person) for person in (one, other)]
        assert at_once(lambda: gives_back(exchange, leaver), *arrive) == ["done"] * 3
        assert (len(with_place(exchange)), len(line(exchange)), free_places(exchange)) == (1, 1, 0)

    def test_two_places_given_back_at_once_move_two_people_up_once_each(self):
        exchange = ExchangeFactory(state="registration_open", capacity=2)
        people = [member(exchange) for _ in range(5)]
        for person in people:
            comes(exchange, person)
        leave = [lambda person=person: gives_back(exchange, person) for person in people[:2]]
        assert at_once(*leave) == ["done", "done"]
        assert (with_place(exchange), line(exchange)) == (people[2:4], people[4:])
        assert len(told(exchange)) == len(set(told(exchange))) == 2

    def test_guest_and_member_for_the_last_place(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        host, person = member(exchange), member(exchange)
        answers = at_once(
            lambda: add_guest(exchange=exchange, name="Ann", organisation="Net", invited_by=host, at=AT, by=host),
            lambda: comes(exchange, person),
        )
        assert answers in (["done", "done"], ["Every seat of the Intertransfo is taken.", "done"])
        assert free_places(exchange) == 0


def numbers(exchange: Exchange) -> list[int]:
    return list(Registration.objects.filter(exchange=exchange).waiting().values_list("ticket", flat=True))
