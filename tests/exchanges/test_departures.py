"""Who leaves an edition gives their places at its exchanges back, in the same transaction."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from cohorts.actions.cohorts import suspend_cohort, withdraw_cohort
from cohorts.actions.members import end_membership
from exchanges.actions import register
from exchanges.models import Exchange, Needs, Registration
from notifications.models import Reminder
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
    """One place, which is taken, and someone of another cohort who waits."""
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


GIVEN_BACK = {"Leaver": "cancelled", "Next": "registered"}
KEPT = {"Leaver": "registered", "Next": "waitlisted"}


class TestEndOfAMembership:
    def test_the_place_goes_to_whoever_waits_who_hears_of_it_once(self, exchange: Exchange):
        leave()
        assert (states(exchange), Needs.objects.count()) == (GIVEN_BACK, 0)
        assert list(Reminder.objects.values_list("letter", flat=True)) == ["exchange_moved_up"]

    def test_the_history_says_by_which_verb(self, exchange: Exchange):
        leave()
        line = Registration.objects.get(user=leaver()).events.latest("pgh_id")
        assert (line.pgh_context.metadata["verb"], line.state) == ("end_membership", "cancelled")

    @pytest.mark.parametrize(("last", "expected"), [(EVE, GIVEN_BACK), (FIRST, KEPT)])
    def test_a_last_day_to_come_counts_at_once(self, exchange: Exchange, last: date, expected: dict[str, str]):
        leave(last)
        assert states(exchange) == expected

    def test_whoever_waits_leaves_the_line(self, exchange: Exchange):
        person = Registration.objects.get(user__full_name="Next").user
        end_membership(membership=person.memberships.get(), ends_on=TODAY, reason="", at=AT, by=None)
        assert states(exchange) == {"Leaver": "registered", "Next": "cancelled"}

    def test_another_cohort_of_the_edition_keeps_the_place(self, exchange: Exchange):
        MembershipFactory(cohort=CohortFactory(edition=exchange.edition), user=leaver())
        leave()
        assert states(exchange) == KEPT

    def test_so_does_an_authority_one_is_admin_of(self, exchange: Exchange):
        AuthorityAdminFactory(authority=exchange.host.authority, user=leaver())
        leave()
        assert states(exchange) == KEPT

    def test_one_of_another_edition_does_not(self, exchange: Exchange):
        MembershipFactory(user=leaver())
        leave()
        assert states(exchange) == GIVEN_BACK

    def test_what_has_begun_stays_as_it_is(self, exchange: Exchange):
        leave(at=datetime(2027, 6, 9, 8, tzinfo=UTC))
        assert states(exchange) == KEPT

    def test_whoever_left_takes_no_place_again(self, exchange: Exchange):
        leave(date(2027, 1, 5))
        with pytest.raises(DomainError, match="Only members of the edition’s cohorts take part"):
            register(exchange=exchange, user=leaver(), at=AT, by=leaver())


class TestWithdrawal:
    def test_the_places_of_its_members_and_admins_go_to_others(self):
        exchange = ExchangeFactory(state="registration_open", capacity=2)
        admin = AuthorityAdminFactory(authority=exchange.host.authority, user=UserFactory(full_name="Admin")).user
        RegistrationFactory(exchange=exchange, user__full_name="Leaver", state="registered")
        RegistrationFactory(exchange=exchange, user=admin, state="registered", member=False)
        other = CohortFactory(edition=exchange.edition)
        RegistrationFactory(exchange=exchange, cohort=other, state="waitlisted", user__full_name="Next")
        withdraw_cohort(cohort=exchange.host, reason="Elections", at=AT, by=None)
        assert states(exchange) == {**GIVEN_BACK, "Admin": "cancelled"}

    def test_a_pause_takes_no_place(self, exchange: Exchange):
        suspend_cohort(cohort=exchange.host, reason="Elections", at=AT, by=None)
        assert states(exchange) == KEPT
