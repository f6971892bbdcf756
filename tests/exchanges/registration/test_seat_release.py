"""People who leave an edition release their seats in the same transaction."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.actions import close_account
from accounts.models import User
from cohorts.cohort.actions import suspend_cohort, withdraw_cohort
from cohorts.people.actions import end_membership
from exchanges.lifecycle.actions import open_exchange_registration
from exchanges.models import Exchange, Needs, Registration
from exchanges.registration.actions import decline, register
from notifications.models import Reminder
from programmes.actions import end_admin
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, NeedsFactory, RegistrationFactory
from tests.factories.programmes import AuthorityAdminFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT, TODAY = datetime(2027, 1, 6, 8, tzinfo=UTC), date(2027, 1, 6)
EVE, FIRST = date(2027, 6, 7), date(2027, 6, 8)  # of the exchange


@pytest.fixture
def exchange(db: None) -> Exchange:
    """Return an exchange with one seat, which is taken, and a waiting person of another cohort."""
    exchange = ExchangeFactory(state="registration_open", capacity=1)
    NeedsFactory(registration__exchange=exchange, registration__user__full_name="Leaver")
    other = CohortFactory(edition=exchange.edition)
    RegistrationFactory(exchange=exchange, cohort=other, state="waitlisted", user__full_name="Next")
    return exchange


def states(exchange: Exchange) -> dict[str, str]:
    return dict(Registration.objects.filter(exchange=exchange).values_list("user__full_name", "state"))


def leaver() -> User:
    return User.objects.get(full_name="Leaver")


def leave(on: date = TODAY, at: datetime = AT) -> None:
    end_membership(membership=leaver().memberships.first(), ends_on=on, reason="Moves on", at=at, by=None)


def mandate(exchange: Exchange) -> AuthorityAdmin:
    """Return a mandate of the person with the seat, who is no member any more."""
    person = leaver()
    admin = AuthorityAdminFactory(authority=exchange.host.authority, user=person)
    person.memberships.update(ends_on=date(2026, 12, 31))
    return admin


RELEASED = {"Leaver": "cancelled", "Next": "registered"}
UNCHANGED = {"Leaver": "registered", "Next": "waitlisted"}


class TestEndOfAMembership:
    def test_seat_goes_to_the_waiting_person_who_gets_one_email(self, exchange: Exchange):
        leave()
        assert (states(exchange), Needs.objects.count()) == (RELEASED, 0)
        assert list(Reminder.objects.values_list("email_type", flat=True)) == ["exchange_moved_up"]

    def test_history_names_the_action(self, exchange: Exchange):
        leave()
        event = Registration.objects.get(user=leaver()).events.latest("pgh_id")
        assert (event.pgh_context.metadata["action"], event.state) == ("end_membership", "cancelled")

    @pytest.mark.parametrize(("last", "expected"), [(EVE, RELEASED), (FIRST, UNCHANGED)])
    def test_future_last_day_counts_at_once(self, exchange: Exchange, last: date, expected: dict[str, str]):
        leave(last)
        assert states(exchange) == expected

    def test_waiting_person_who_leaves_is_off_the_list(self, exchange: Exchange):
        person = Registration.objects.get(user__full_name="Next").user
        end_membership(membership=person.memberships.get(), ends_on=TODAY, reason="", at=AT, by=None)
        assert states(exchange) == {"Leaver": "registered", "Next": "cancelled"}

    def test_membership_in_another_cohort_keeps_the_seat(self, exchange: Exchange):
        MembershipFactory(cohort=CohortFactory(edition=exchange.edition), user=leaver())
        leave()
        assert states(exchange) == UNCHANGED

    def test_authority_mandate_keeps_the_seat(self, exchange: Exchange):
        AuthorityAdminFactory(authority=exchange.host.authority, user=leaver())
        leave()
        assert states(exchange) == UNCHANGED

    def test_membership_in_another_edition_does_not_keep_the_seat(self, exchange: Exchange):
        MembershipFactory(user=leaver())
        leave()
        assert states(exchange) == RELEASED

    def test_started_exchange_does_not_change(self, exchange: Exchange):
        leave(at=datetime(2027, 6, 9, 8, tzinfo=UTC))
        assert states(exchange) == UNCHANGED

    def test_person_who_left_cannot_register_again(self, exchange: Exchange):
        leave(date(2027, 1, 5))
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts can take part"):
            register(exchange=exchange, user=leaver(), at=AT, by=leaver())


class TestWithdrawal:
    def test_seats_of_members_and_admins_go_to_others(self):
        exchange = ExchangeFactory(state="registration_open", capacity=2)
        admin = AuthorityAdminFactory(authority=exchange.host.authority, user=UserFactory(full_name="Admin")).user
        RegistrationFactory(exchange=exchange, user__full_name="Leaver", state="registered")
        RegistrationFactory(exchange=exchange, user=admin, state="registered", member=False)
        other = CohortFactory(edition=exchange.edition)
        RegistrationFactory(exchange=exchange, cohort=other, state="waitlisted", user__full_name="Next")
        withdraw_cohort(cohort=exchange.host, reason="Elections", at=AT, by=None)
        assert states(exchange) == {**RELEASED, "Admin": "cancelled"}

    @pytest.mark.parametrize("drop_out", [withdraw_cohort, suspend_cohort])
    def test_turn_of_the_host_goes_to_the_next_in_line(self, drop_out: Callable[..., Any]):
        exchange = ExchangeFactory(state="proposed")
        other = CohortFactory(edition=exchange.edition)
        drop_out(cohort=exchange.host, reason="Elections", at=AT, by=None)
        exchange.refresh_from_db()
        assert exchange.host == other
        assert Reminder.objects.filter(email_type="exchange_host_replaced").count() == 1

    def test_suspended_cohort_keeps_its_seats(self, exchange: Exchange):
        suspend_cohort(cohort=exchange.host, reason="Elections", at=AT, by=None)
        assert states(exchange) == UNCHANGED


class TestEndOfAMandate:
    def test_seat_goes_to_the_waiting_person_who_gets_one_email(self, exchange: Exchange):
        end_admin(admin=mandate(exchange), at=AT, by=None)
        assert (states(exchange), Needs.objects.count()) == (RELEASED, 0)
        assert list(Reminder.objects.values_list("email_type", flat=True)) == ["exchange_moved_up"]

    def test_history_names_the_action(self, exchange: Exchange):
        end_admin(admin=mandate(exchange), at=AT, by=None)
        event = Registration.objects.get(user=leaver()).events.latest("pgh_id")
        assert (event.pgh_context.metadata["action"], event.state) == ("end_admin", "cancelled")

    def test_membership_in_a_cohort_keeps_the_seat(self, exchange: Exchange):
        admin = AuthorityAdminFactory(authority=exchange.host.authority, user=leaver())
        end_admin(admin=admin, at=AT, by=None)
        assert states(exchange) == UNCHANGED

    def test_mandate_for_another_authority_of_the_edition_keeps_the_seat(self, exchange: Exchange):
        other = CohortFactory(edition=exchange.edition)
        AuthorityAdminFactory(authority=other.authority, user=leaver())
        end_admin(admin=mandate(exchange), at=AT, by=None)
        assert states(exchange) == UNCHANGED

    def test_mandate_counts_on_its_last_day(self, exchange: Exchange):
        end_admin(admin=mandate(exchange), at=datetime(2027, 6, 8, 8, tzinfo=UTC), by=None)
        assert states(exchange) == UNCHANGED

    def test_earlier_end_releases_nothing_again(self, exchange: Exchange):
        admin = mandate(exchange)
        AuthorityAdmin.objects.update(until=EVE)
        admin.refresh_from_db()
        end_admin(admin=admin, at=AT, by=None)
        assert states(exchange) == UNCHANGED


class TestClosedAccount:
    def test_seat_goes_to_the_waiting_person(self, exchange: Exchange):
        close_account(user=leaver(), at=AT, by=None)
        assert (states(exchange), Needs.objects.count()) == (RELEASED, 0)

    def test_waiting_person_is_off_the_list(self, exchange: Exchange):
        close_account(user=User.objects.get(full_name="Next"), at=AT, by=None)
        assert states(exchange) == {"Leaver": "registered", "Next": "cancelled"}

    def test_seat_of_lab_staff_is_released_too(self, exchange: Exchange):
        UserFactory(is_lab_staff=True)  # the lab is never left without anybody
        User.objects.filter(pk=leaver().pk).update(is_lab_staff=True, lab_role="member")
        close_account(user=leaver(), at=AT, by=None)
        assert states(exchange) == RELEASED

    def test_started_exchange_does_not_change(self, exchange: Exchange):
        close_account(user=leaver(), at=datetime(2027, 6, 9, 8, tzinfo=UTC), by=None)
        assert states(exchange) == UNCHANGED

    def test_closed_account_cannot_register_again(self, exchange: Exchange):
        close_account(user=leaver(), at=AT, by=None)
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts can take part"):
            register(exchange=exchange, user=leaver(), at=AT, by=leaver())


class TestFutureLastDay:
    """A person whose membership ends before the exchange cannot take a seat."""

    @pytest.fixture
    def leaving(self) -> Registration:
        exchange = ExchangeFactory(state="registration_open", edition__slug="leaving")
        answer = RegistrationFactory(exchange=exchange, user__full_name="Mia Rivage")
        answer.user.memberships.update(ends_on=EVE)
        return answer

    def answer(self, leaving: Registration) -> str:
        return register(exchange=leaving.exchange, user=leaving.user, at=AT, by=leaving.user).state

    def test_refusal_states_why(self, leaving: Registration):
        with pytest.raises(DomainError) as refused:
            self.answer(leaving)
        assert (str(refused.value), refused.value.field) == (
            "Mia Rivage leaves the edition before this Intertransfo: no seat can be reserved.",
            "user",
        )

    def test_membership_until_the_first_day_is_enough(self, leaving: Registration):
        leaving.user.memberships.update(ends_on=FIRST)
        assert self.answer(leaving) == "registered"

    def test_another_membership_is_enough(self, leaving: Registration):
        MembershipFactory(cohort=CohortFactory(edition=leaving.exchange.edition), user=leaving.user)
        assert self.answer(leaving) == "registered"

    def test_authority_mandate_is_enough(self, leaving: Registration):
        AuthorityAdminFactory(authority=leaving.exchange.host.authority, user=leaving.user)
        assert self.answer(leaving) == "registered"

    def test_membership_in_a_withdrawn_cohort_is_not_enough(self, leaving: Registration):
        withdrawn_cohort = CohortFactory(edition=leaving.exchange.edition, state="withdrawn", reason="Elections")
        MembershipFactory(cohort=withdrawn_cohort, user=leaving.user)
        with pytest.raises(DomainError, match="leaves the edition before"):
            self.answer(leaving)

    def test_declining_is_possible(self, leaving: Registration):
        assert decline(exchange=leaving.exchange, user=leaving.user, at=AT, by=leaving.user).state == "declined"

    def test_nobody_is_invited_to_an_exchange_after_their_last_day(self, leaving: Registration):
        exchange = ExchangeFactory(state="announced")
        MembershipFactory(cohort=exchange.host, ends_on=EVE)
        stays = MembershipFactory(cohort=exchange.host, ends_on=FIRST)
        open_exchange_registration(exchange=exchange, at=AT, by=UserFactory(is_lab_staff=True))
        assert list(exchange.registrations.values_list("user", flat=True)) == [stays.user_id]
