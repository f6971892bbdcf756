"""Answers: for oneself and for others, the last place, and who came in the end."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from exchanges.models import Exchange, Registration
from exchanges.registration.actions import decline, record_attendance, register, register_others
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import AuthorityAdminFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)


@pytest.fixture
def exchange(db: None) -> Exchange:
    return ExchangeFactory(state="registration_open")


@pytest.fixture
def member(exchange: Exchange) -> User:
    return MembershipFactory(cohort=exchange.host).user


def say(action: Callable[..., Registration], exchange: Exchange, person: User) -> Registration:
    return action(exchange=exchange, user=person, at=AT, by=person)


class TestRegister:
    def test_someone_invited_takes_a_place(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        assert say(register, exchange, invited.user).state == "registered"

    def test_someone_who_joined_since_takes_one_too(self, exchange: Exchange, member: User):
        answer = say(register, exchange, member)
        assert (answer.state, answer.cohort) == ("registered", exchange.host)

    def test_twice_is_once(self, exchange: Exchange, member: User):
        say(register, exchange, member)
        say(register, exchange, member)
        assert Registration.objects.filter(user=member).count() == 1

    @pytest.mark.parametrize("before", ["invited", "registered", "waitlisted", "declined"])
    def test_nobody_comes_to_what_is_cancelled(self, exchange: Exchange, before: str):
        answer = RegistrationFactory(exchange=exchange, state=before)
        exchange.state, exchange.reason = "cancelled", "A strike"
        exchange.save()
        with pytest.raises(DomainError, match="This Intertransfo is cancelled"):
            say(register, exchange, answer.user)

    @pytest.mark.parametrize("before", ["declined", "cancelled"])
    def test_people_may_change_their_mind(self, exchange: Exchange, before: str):
        answer = RegistrationFactory(exchange=exchange, state=before)
        assert say(register, exchange, answer.user).state == "registered"

    def test_members_of_another_cohort_of_the_edition_come(self, exchange: Exchange):
        neighbour = MembershipFactory(cohort=CohortFactory(edition=exchange.edition))
        assert say(register, exchange, neighbour.user).cohort == neighbour.cohort

    def test_an_admin_comes_with_the_authoritys_cohort(self, exchange: Exchange):
        admin = AuthorityAdminFactory(authority=exchange.host.authority).user
        assert say(register, exchange, admin).cohort == exchange.host

    def test_lab_staff_come_without_a_cohort(self, exchange: Exchange):
        assert say(register, exchange, UserFactory(is_lab_staff=True)).cohort is None

    def test_strangers_do_not(self, exchange: Exchange):
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts"):
            say(register, exchange, UserFactory())

    def test_nor_does_someone_who_left(self, exchange: Exchange):
        gone = MembershipFactory(cohort=exchange.host, ends_on=date(2026, 12, 31)).user
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts"):
            say(register, exchange, gone)

    @pytest.mark.parametrize("state", ["proposed", "host_confirmed", "announced", "registration_closed", "held"])
    def test_only_while_registration_is_open(self, state: str):
        exchange = ExchangeFactory(state=state)
        person = MembershipFactory(cohort=exchange.host).user
        with pytest.raises(DomainError, match="Registration is not open"):
            say(register, exchange, person)


class TestDecline:
    def test_strangers_have_nothing_to_decline(self, exchange: Exchange):
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts"):
            say(decline, exchange, UserFactory())
        assert not Registration.objects.exists()

    def test_someone_invited_says_no(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        assert say(decline, exchange, invited.user).state == "declined"

    def test_a_place_given_back_is_called_so(self, exchange: Exchange, member: User):
        say(register, exchange, member)
        assert say(decline, exchange, member).state == "cancelled"

    def test_a_place_given_back_can_be_taken_by_another(self, exchange: Exchange, member: User):
        exchange.capacity = 1
        exchange.save()
        say(register, exchange, member)
        say(decline, exchange, member)
        other = MembershipFactory(cohort=exchange.host).user
        assert say(register, exchange, other).state == "registered"

    def test_also_once_registration_is_closed(self):
        exchange = ExchangeFactory(state="registration_closed")
        answer = RegistrationFactory(exchange=exchange, state="registered")
        assert say(decline, exchange, answer.user).state == "cancelled"

    @pytest.mark.parametrize("before", ["declined", "cancelled"])
    def test_twice_is_once(self, exchange: Exchange, before: str):
        answer = RegistrationFactory(exchange=exchange, state=before)
        assert say(decline, exchange, answer.user).state == before

    @pytest.mark.parametrize("state", ["announced", "held"])
    def test_there_is_a_time_for_it(self, state: str):
        exchange = ExchangeFactory(state=state)
        answer = RegistrationFactory(exchange=exchange)
        with pytest.raises(DomainError, match="nothing to answer"):
            say(decline, exchange, answer.user)


class TestOthers:
    def test_several_people_get_their_places(self, exchange: Exchange):
        people = [MembershipFactory(cohort=exchange.host).user for _ in range(3)]
        answers = register_others(exchange=exchange, people=people, at=AT, by=people[0])
        assert [answer.state for answer in answers] == ["registered"] * 3

    def test_all_of_them_or_none(self, exchange: Exchange):
        people = [MembershipFactory(cohort=exchange.host).user, UserFactory()]
        with pytest.raises(DomainError, match="Only members"):
            register_others(exchange=exchange, people=people, at=AT, by=people[0])
        assert Registration.objects.filter(exchange=exchange).count() == 0

    def test_the_history_keeps_who_did_it(self, exchange: Exchange, member: User):
        pilot = UserFactory()
        (answer,) = register_others(exchange=exchange, people=[member], at=AT, by=pilot)
        assert answer.events.get().pgh_context.metadata["by"] == pilot.pk


class TestAttendance:
    @pytest.fixture
    def held(self, db: None) -> Exchange:
        return ExchangeFactory(state="held")

    def states(self, exchange: Exchange) -> list[str]:
        return list(exchange.registrations.order_by("pk").values_list("state", flat=True))

    def test_who_came_and_who_did_not(self, held: Exchange):
        came, _away = RegistrationFactory.create_batch(2, exchange=held, state="registered")
        record_attendance(exchange=held, came=[came], by=came.user)
        assert self.states(held) == ["attended", "no_show"]

    def test_it_can_be_put_right(self, held: Exchange):
        one, other = RegistrationFactory.create_batch(2, exchange=held, state="registered")
        record_attendance(exchange=held, came=[one], by=one.user)
        record_attendance(exchange=held, came=[other], by=one.user)
        assert self.states(held) == ["no_show", "attended"]

    def test_recording_the_same_again_writes_nothing(self, held: Exchange):
        came = RegistrationFactory(exchange=held, state="registered")
        record_attendance(exchange=held, came=[came], by=came.user)
        lines = came.events.count()
        record_attendance(exchange=held, came=[came], by=came.user)
        assert came.events.count() == lines

    def test_those_who_declined_stay_as_they_are(self, held: Exchange):
        RegistrationFactory(exchange=held, state="declined")
        RegistrationFactory(exchange=held)
        record_attendance(exchange=held, came=[], by=UserFactory())
        assert self.states(held) == ["declined", "invited"]

    def test_people_of_another_exchange_are_left_alone(self, held: Exchange):
        elsewhere = RegistrationFactory(exchange=ExchangeFactory(state="held"), state="registered")
        record_attendance(exchange=held, came=[elsewhere], by=UserFactory())
        elsewhere.refresh_from_db()
        assert elsewhere.state == "registered"

    @pytest.mark.parametrize("state", ["registration_open", "registration_closed", "cancelled"])
    def test_not_before_it_took_place(self, state: str):
        with pytest.raises(DomainError, match="First record that the Intertransfo took place"):
            record_attendance(exchange=ExchangeFactory(state=state), came=[], by=UserFactory())
