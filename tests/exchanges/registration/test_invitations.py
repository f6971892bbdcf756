"""People who join an edition during registration are invited in the same transaction."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from cohorts.cohort.actions import agree_cohort, resume_cohort
from cohorts.people.actions import add_member
from exchanges.models import Exchange, Registration
from exchanges.planning.actions import move_exchange
from exchanges.registration.actions import invite_started_members
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


def join(exchange: Exchange, at: datetime = AT, **more: Any) -> User:
    """Add a new member to the host's cohort."""
    given = {"email": "new@people.example", "full_name": "New", "role": "relay", "starts_on": TODAY, **more}
    return add_member(cohort=exchange.host, at=at, by=None, **given).user


def invited_names() -> list[str]:
    return list(Registration.objects.filter(state="invited").values_list("user__full_name", flat=True))


def announcements() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("pk").values_list("email_type", "audience"))


def invitation_email(email_type: str = "exchange_registration") -> tuple[str, str]:
    return email_type, f"registration-{Registration.objects.get(user__full_name='New').pk}"


class TestAMember:
    def test_new_member_is_invited_with_one_email(self, exchange: Exchange):
        join(exchange)
        assert (invited_names(), announcements()) == (["New"], [invitation_email()])

    def test_invitation_is_in_the_history_of_the_joining_action(self, exchange: Exchange):
        join(exchange)
        event = Registration.objects.get().events.latest("pgh_id")
        assert event.pgh_context.metadata["action"] == "add_member"

    def test_invitation_email_goes_to_them_until_they_answer(self, exchange: Exchange):
        MembershipFactory(cohort=exchange.host)
        person = join(exchange)
        email_type = Reminder.objects.get()
        assert recipients(email_type, AT) == [person]
        Registration.objects.update(state="declined")
        assert recipients(email_type, AT) == []

    def test_planned_invitation_of_the_schedule_reaches_them(self, exchange: Exchange):
        event = {"kind": "exchange", "object_id": exchange.pk, "version": 1, "step": "invite"}
        Reminder.objects.create(
            **event, email_type="exchange_registration", audience="invited", due_at=AT, due_on=TODAY, expires_at=AT
        )
        join(exchange)
        assert (invited_names(), announcements()) == (["New"], [("exchange_registration", "invited")])

    @pytest.mark.parametrize("state", ["announced", "registration_closed"])
    def test_nobody_is_invited_unless_registration_is_open(self, state: str):
        join(ExchangeFactory(state=state))
        assert (invited_names(), announcements()) == ([], [])

    def test_nobody_is_invited_to_a_started_exchange(self, exchange: Exchange):
        join(exchange, at=datetime(2027, 6, 9, 8, tzinfo=UTC))
        assert invited_names() == []

    def test_people_who_leave_before_are_not_invited(self, exchange: Exchange):
        join(exchange, ends_on=EVE)
        assert invited_names() == []

    def test_people_already_invited_get_no_second_email(self, exchange: Exchange):
        person = RegistrationFactory(exchange=exchange, state="declined").user
        join(exchange, email=person.email, role="coordinator")
        assert (invited_names(), announcements()) == ([], [])

    def test_member_who_starts_later_is_invited_then_and_once(self, exchange: Exchange):
        join(exchange, starts_on=date(2027, 1, 8))
        assert invited_names() == []
        for day in (7, 8, 9):
            invite_started_members(edition=exchange.edition, at=datetime(2027, 1, day, 8, tzinfo=UTC))
        assert (invited_names(), announcements()) == (["New"], [invitation_email()])


class TestACohort:
    def test_cohort_that_takes_part_again_has_its_people_invited(self, exchange: Exchange):
        cohort = CohortFactory(edition=exchange.edition, state="suspended", reason="Elections")
        MembershipFactory(cohort=cohort, user__full_name="New")
        resume_cohort(cohort=cohort, at=AT, by=None)
        assert (invited_names(), announcements()) == (["New"], [invitation_email()])

    def test_cohort_that_signs_has_its_people_invited(self, exchange: Exchange):
        cohort = CohortFactory(edition=exchange.edition, state="prospect", actual_start=None)
        MembershipFactory(cohort=cohort, user__full_name="New")
        agree_cohort(cohort=cohort, at=AT, by=None)
        assert (invited_names(), announcements()) == (["New"], [invitation_email()])


def test_move_to_an_earlier_day_invites_people_who_are_still_members_then(exchange: Exchange):
    MembershipFactory(cohort=exchange.host, user__full_name="New", ends_on=EVE)
    staff = UserFactory(is_lab_staff=True)
    move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=staff)
    assert invited_names() == []
    exchange.refresh_from_db()
    move_exchange(exchange=exchange, first_day=date(2027, 6, 1), days=2, at=AT, by=staff)
    assert (invited_names(), announcements()[-1]) == (["New"], invitation_email())
