"""Who joins an edition once registration is open is invited like those before, in the same transaction."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from cohorts.cohort.actions import agree_cohort, resume_cohort
from cohorts.people.actions import add_member
from exchanges.models import Exchange, Registration
from exchanges.planning.actions import move_exchange
from exchanges.registration.actions import invite_those_who_began
from notifications.models import Reminder
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import recipients

pytestmark = pytest.mark.django_db

AT, TODAY = datetime(2027, 1, 6, 8, tzinfo=UTC), date(2027, 1, 6)
EVE = date(2027, 6, 7)  # of the exchange


@pytest.fixture
def exchange(db: None) -> Exchange:
    return ExchangeFactory(state="registration_open")


def comes(exchange: Exchange, at: datetime = AT, **more: Any) -> User:
    """Someone new in the host's cohort."""
    given = {"email": "new@people.example", "full_name": "New", "role": "relay", "starts_on": TODAY, **more}
    return add_member(cohort=exchange.host, at=at, by=None, **given).user


def invited() -> list[str]:
    return list(Registration.objects.filter(state="invited").values_list("user__full_name", flat=True))


def letters() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("pk").values_list("letter", "audience"))


def one(letter: str = "exchange_registration") -> tuple[str, str]:
    return letter, f"registration-{Registration.objects.get(user__full_name='New').pk}"


class TestAMember:
    def test_is_invited_with_one_letter(self, exchange: Exchange):
        comes(exchange)
        assert (invited(), letters()) == (["New"], [one()])

    def test_in_the_action_that_let_them_in(self, exchange: Exchange):
        comes(exchange)
        line = Registration.objects.get().events.latest("pgh_id")
        assert line.pgh_context.metadata["action"] == "add_member"

    def test_the_letter_goes_to_them_until_they_answer(self, exchange: Exchange):
        MembershipFactory(cohort=exchange.host)
        person = comes(exchange)
        letter = Reminder.objects.get()
        assert recipients(letter, AT) == [person]
        Registration.objects.update(state="declined")
        assert recipients(letter, AT) == []

    def test_the_ladder_writes_to_them_where_its_letter_is_still_to_go(self, exchange: Exchange):
        event = {"kind": "exchange", "object_id": exchange.pk, "version": 1, "step": "invite"}
        Reminder.objects.create(
            **event, letter="exchange_registration", audience="invited", due_at=AT, due_on=TODAY, expires_at=AT
        )
        comes(exchange)
        assert (invited(), letters()) == (["New"], [("exchange_registration", "invited")])

    @pytest.mark.parametrize("state", ["announced", "registration_closed"])
    def test_not_while_nobody_registers(self, state: str):
        comes(ExchangeFactory(state=state))
        assert (invited(), letters()) == ([], [])

    def test_nor_to_what_has_begun(self, exchange: Exchange):
        comes(exchange, at=datetime(2027, 6, 9, 8, tzinfo=UTC))
        assert invited() == []

    def test_nor_who_leaves_before(self, exchange: Exchange):
        comes(exchange, ends_on=EVE)
        assert invited() == []

    def test_whoever_was_invited_already_hears_nothing_more(self, exchange: Exchange):
        person = RegistrationFactory(exchange=exchange, state="declined").user
        comes(exchange, email=person.email, role="coordinator")
        assert (invited(), letters()) == ([], [])

    def test_one_who_begins_later_is_invited_then_and_once(self, exchange: Exchange):
        comes(exchange, starts_on=date(2027, 1, 8))
        assert invited() == []
        for day in (7, 8, 9):
            invite_those_who_began(edition=exchange.edition, at=datetime(2027, 1, day, 8, tzinfo=UTC))
        assert (invited(), letters()) == (["New"], [one()])


class TestACohort:
    def test_that_takes_part_again_brings_its_people(self, exchange: Exchange):
        cohort = CohortFactory(edition=exchange.edition, state="suspended", reason="Elections")
        MembershipFactory(cohort=cohort, user__full_name="New")
        resume_cohort(cohort=cohort, at=AT, by=None)
        assert (invited(), letters()) == (["New"], [one()])

    def test_so_does_one_that_signs(self, exchange: Exchange):
        cohort = CohortFactory(edition=exchange.edition, state="prospect", actual_start=None)
        MembershipFactory(cohort=cohort, user__full_name="New")
        agree_cohort(cohort=cohort, at=AT, by=None)
        assert (invited(), letters()) == (["New"], [one()])


def test_a_move_to_an_earlier_day_invites_those_who_are_still_there_then(exchange: Exchange):
    MembershipFactory(cohort=exchange.host, user__full_name="New", ends_on=EVE)
    staff = UserFactory(is_lab_staff=True)
    move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=staff)
    assert invited() == []
    exchange.refresh_from_db()
    move_exchange(exchange=exchange, first_day=date(2027, 6, 1), days=2, at=AT, by=staff)
    assert (invited(), letters()[-1]) == (["New"], one())
