"""Whom each letter about an exchange concerns: nobody who has left, and nobody for what somebody else answered."""

from datetime import date

import pytest
from django.db.models import Q

from accounts.models import User
from exchanges.emails.recipients import AUDIENCES, EXCHANGES
from exchanges.models import Exchange, Registration
from exchanges.reminders import KIND
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import ContributionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import ReminderFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.sql import update

GONE = date(2026, 11, 20)  # a last day before `TODAY`


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Hosted by the cast's cohort; both cohorts have people who left, and the host has given something."""
    row = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
    ContributionFactory(exchange=row, cohort=cast.cohort)
    MembershipFactory(cohort=cast.cohort, role="coordinator", ends_on=GONE, user__full_name="Old Coordinator")
    MembershipFactory(cohort=cast.other, ends_on=GONE, user__full_name="Old Neighbour")
    AuthorityAdminFactory(authority=cast.other.authority, until=GONE, user__full_name="Old Admin")
    return row


def names(people: Q) -> set[str]:
    return set(User.objects.filter(people).values_list("full_name", flat=True))


def concerned(audience: str, exchange: Exchange) -> set[str]:
    return names(AUDIENCES[audience](exchange.pk, TODAY))


def who_answered_and_left(exchange: Exchange, state: str) -> Registration:
    row = MembershipFactory(cohort=exchange.host, role="relay", user__full_name="Gone Since")
    answer: Registration = RegistrationFactory(exchange=exchange, user=row.user, state=state)
    update(row, ends_on=GONE)
    return answer


def to_one(exchange: Exchange, answer: Registration, letter: str) -> set[str]:
    special = EXCHANGES.special(
        ReminderFactory(kind=KIND, object_id=exchange.pk, letter=letter, audience=f"registration-{answer.pk}"), TODAY
    )
    assert special is not None
    return names(special)


def why_not(exchange: Exchange, user: User, audience: str) -> str:
    reminder = ReminderFactory(kind=KIND, object_id=exchange.pk, letter="exchange_last_note", audience=audience)
    return EXCHANGES.check(reminder, user, NOW).reason


class TestOfPeopleWhoAreThereStill:
    @pytest.mark.parametrize("audience", ["host_pilot", "host_and_lab"])
    def test_the_host_is_whoever_leads_it_today(self, cast: Cast, exchange: Exchange, audience: str):
        lab = {"Staff Lab"} if audience == "host_and_lab" else set()
        assert concerned(audience, exchange) == {"Pilot Rivage", "Coordinator Rivage"} | lab

    def test_what_is_missing_is_asked_of_the_cohort_that_gave_nothing(self, cast: Cast, exchange: Exchange):
        AuthorityAdminFactory(authority=cast.other.authority, user__full_name="Admin Montagne")
        assert concerned("contribution_missing", exchange) == {"Neighbour Montagne", "Admin Montagne"}

    def test_the_lab_is_told_apart_from_everybody_asked(self, cast: Cast, exchange: Exchange):
        for letter in "SN":
            RegistrationFactory(exchange=exchange, user=cast[letter], cohort=cast.other)
        assert concerned("told", exchange) == {"Staff Lab", "Neighbour Montagne"}
        assert concerned("told_but_lab", exchange) == {"Neighbour Montagne"}

    def test_a_letter_to_one_finds_them_while_they_are_of_the_edition(self, cast: Cast, exchange: Exchange):
        waiting = RegistrationFactory(exchange=exchange, user=cast["M"], state="waitlisted")
        gone = who_answered_and_left(exchange, "waitlisted")
        assert to_one(exchange, waiting, "exchange_waitlisted") == {"Ambassador Rivage"}
        assert to_one(exchange, gone, "exchange_waitlisted") == set()

    @pytest.mark.parametrize(
        ("audience", "state"), [("invited", "invited"), ("registered", "registered"), ("attendees", "attended")]
    )
    def test_an_answer_outlives_a_membership_but_no_letter_goes(
        self, cast: Cast, exchange: Exchange, audience: str, state: str
    ):
        who_answered_and_left(exchange, state)
        RegistrationFactory(exchange=exchange, user=cast["M"], state=state)
        assert concerned(audience, exchange) == {"Ambassador Rivage"}


class TestWhyNot:
    def test_it_is_ones_own_answer_that_counts(self, cast: Cast, exchange: Exchange):
        RegistrationFactory(exchange=exchange, user=cast["N"], cohort=cast.other, state="declined")
        assert why_not(exchange, cast["N"], "registered") == "declined"
        assert why_not(exchange, cast["M"], "registered") == "left"

    def test_whoever_left_hears_nothing_whatever_they_answered(self, cast: Cast, exchange: Exchange):
        assert why_not(exchange, who_answered_and_left(exchange, "declined").user, "registered") == "left"

    def test_nobody_without_a_letter_in_hand(self, cast: Cast, exchange: Exchange):
        assert why_not(exchange, UserFactory(), "registered") == "left"
