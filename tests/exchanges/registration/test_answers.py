"""Answers for oneself and for others, the last seat, and attendance."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from exchanges.models import Exchange, Registration
from exchanges.registration.actions import decline, register, register_others
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


def answer_with(action: Callable[..., Registration], exchange: Exchange, person: User) -> Registration:
    return action(exchange=exchange, user=person, at=AT, by=person)


class TestRegister:
    def test_invited_person_gets_a_seat(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        assert answer_with(register, exchange, invited.user).state == "registered"

    def test_person_who_joined_since_gets_a_seat(self, exchange: Exchange, member: User):
        answer = answer_with(register, exchange, member)
        assert (answer.state, answer.cohort) == ("registered", exchange.host)

    def test_registering_twice_changes_nothing(self, exchange: Exchange, member: User):
        answer_with(register, exchange, member)
        answer_with(register, exchange, member)
        assert Registration.objects.filter(user=member).count() == 1

    @pytest.mark.parametrize("before", ["invited", "registered", "waitlisted", "declined"])
    def test_registering_for_a_cancelled_exchange_is_refused(self, exchange: Exchange, before: str):
        answer = RegistrationFactory(exchange=exchange, state=before)
        exchange.state, exchange.reason = "cancelled", "A strike"
        exchange.save()
        with pytest.raises(DomainError, match="This Intertransfo is cancelled"):
            answer_with(register, exchange, answer.user)

    @pytest.mark.parametrize("before", ["declined", "cancelled"])
    def test_declined_person_can_still_register(self, exchange: Exchange, before: str):
        answer = RegistrationFactory(exchange=exchange, state=before)
        assert answer_with(register, exchange, answer.user).state == "registered"

    def test_member_of_another_cohort_of_the_edition_can_register(self, exchange: Exchange):
        neighbour = MembershipFactory(cohort=CohortFactory(edition=exchange.edition))
        assert answer_with(register, exchange, neighbour.user).cohort == neighbour.cohort

    def test_admin_registers_with_the_authoritys_cohort(self, exchange: Exchange):
        admin = AuthorityAdminFactory(authority=exchange.host.authority).user
        assert answer_with(register, exchange, admin).cohort == exchange.host

    def test_lab_staff_register_without_a_cohort(self, exchange: Exchange):
        assert answer_with(register, exchange, UserFactory(is_lab_staff=True)).cohort is None

    def test_stranger_cannot_register(self, exchange: Exchange):
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts"):
            answer_with(register, exchange, UserFactory())

    def test_person_who_left_cannot_register(self, exchange: Exchange):
        leaver = MembershipFactory(cohort=exchange.host, ends_on=date(2026, 12, 31)).user
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts"):
            answer_with(register, exchange, leaver)

    @pytest.mark.parametrize("state", ["proposed", "host_confirmed", "announced", "registration_closed", "held"])
    def test_registering_is_possible_only_while_registration_is_open(self, state: str):
        exchange = ExchangeFactory(state=state)
        person = MembershipFactory(cohort=exchange.host).user
        with pytest.raises(DomainError, match="Registration is not open"):
            answer_with(register, exchange, person)


class TestDecline:
    def test_stranger_cannot_decline(self, exchange: Exchange):
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts"):
            answer_with(decline, exchange, UserFactory())
        assert not Registration.objects.exists()

    def test_invited_person_can_decline(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        assert answer_with(decline, exchange, invited.user).state == "declined"

    def test_released_seat_is_cancelled_and_not_declined(self, exchange: Exchange, member: User):
        answer_with(register, exchange, member)
        assert answer_with(decline, exchange, member).state == "cancelled"

    def test_released_seat_can_be_taken_by_someone_else(self, exchange: Exchange, member: User):
        exchange.capacity = 1
        exchange.save()
        answer_with(register, exchange, member)
        answer_with(decline, exchange, member)
        other = MembershipFactory(cohort=exchange.host).user
        assert answer_with(register, exchange, other).state == "registered"

    def test_declining_is_possible_after_registration_closed(self):
        exchange = ExchangeFactory(state="registration_closed")
        answer = RegistrationFactory(exchange=exchange, state="registered")
        assert answer_with(decline, exchange, answer.user).state == "cancelled"

    @pytest.mark.parametrize("before", ["declined", "cancelled"])
    def test_declining_twice_changes_nothing(self, exchange: Exchange, before: str):
        answer = RegistrationFactory(exchange=exchange, state=before)
        assert answer_with(decline, exchange, answer.user).state == before

    @pytest.mark.parametrize("state", ["announced", "held"])
    def test_declining_is_refused_before_opening_and_after_holding(self, state: str):
        exchange = ExchangeFactory(state=state)
        answer = RegistrationFactory(exchange=exchange)
        with pytest.raises(DomainError, match="nothing to answer"):
            answer_with(decline, exchange, answer.user)


class TestOthers:
    def test_several_people_get_seats(self, exchange: Exchange):
        people = [MembershipFactory(cohort=exchange.host).user for _ in range(3)]
        answers = register_others(exchange=exchange, people=people, at=AT, by=people[0])
        assert [answer.state for answer in answers] == ["registered"] * 3

    def test_registration_of_others_is_all_or_nothing(self, exchange: Exchange):
        people = [MembershipFactory(cohort=exchange.host).user, UserFactory()]
        with pytest.raises(DomainError, match="Only members"):
            register_others(exchange=exchange, people=people, at=AT, by=people[0])
        assert Registration.objects.filter(exchange=exchange).count() == 0

    def test_history_has_who_registered_them(self, exchange: Exchange, member: User):
        pilot = UserFactory()
        (answer,) = register_others(exchange=exchange, people=[member], at=AT, by=pilot)
        assert answer.events.get().pgh_context.metadata["by"] == pilot.pk
