"""Recipients of each e-mail about an exchange: nobody who left, and nobody because of someone else's answer."""

from datetime import date

import pytest
from django.db.models import Q

from accounts.models import User
from exchanges.emails.recipients import AUDIENCES, EXCHANGE_AUDIENCES
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
    """Return an exchange hosted by the cast's cohort; people have left both cohorts, and the host has contributed."""
    row = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
    ContributionFactory(exchange=row, cohort=cast.cohort)
    MembershipFactory(cohort=cast.cohort, role="coordinator", ends_on=GONE, user__full_name="Old Coordinator")
    MembershipFactory(cohort=cast.other_cohort, ends_on=GONE, user__full_name="Old Neighbour")
    AuthorityAdminFactory(authority=cast.other_cohort.authority, until=GONE, user__full_name="Old Admin")
    return row


def names(people: Q) -> set[str]:
    return set(User.objects.filter(people).values_list("full_name", flat=True))


def recipient_names(audience: str, exchange: Exchange) -> set[str]:
    return names(AUDIENCES[audience](exchange.pk, TODAY))


def leaver_with_answer(exchange: Exchange, state: str) -> Registration:
    row = MembershipFactory(cohort=exchange.host, role="relay", user__full_name="Gone Since")
    answer: Registration = RegistrationFactory(exchange=exchange, user=row.user, state=state)
    update(row, ends_on=GONE)
    return answer


def recipients_of_one(exchange: Exchange, answer: Registration, email_type: str) -> set[str]:
    override = EXCHANGE_AUDIENCES.audience_override(
        ReminderFactory(kind=KIND, object_id=exchange.pk, email_type=email_type, audience=f"registration-{answer.pk}"),
        TODAY,
    )
    assert override is not None
    return names(override)


def why_not(exchange: Exchange, user: User, audience: str) -> str:
    reminder = ReminderFactory(kind=KIND, object_id=exchange.pk, email_type="exchange_last_note", audience=audience)
    return EXCHANGE_AUDIENCES.check(reminder, user, NOW).reason


class TestPeopleStillInEdition:
    @pytest.mark.parametrize("audience", ["host_pilot", "host_and_lab"])
    def test_host_audience_is_todays_leads(self, cast: Cast, exchange: Exchange, audience: str):
        lab = {"Staff Lab"} if audience == "host_and_lab" else set()
        assert recipient_names(audience, exchange) == {"Pilot Rivage", "Coordinator Rivage"} | lab

    def test_missing_contribution_concerns_only_the_cohort_without_one(self, cast: Cast, exchange: Exchange):
        AuthorityAdminFactory(authority=cast.other_cohort.authority, user__full_name="Admin Montagne")
        assert recipient_names("contribution_missing", exchange) == {"Neighbour Montagne", "Admin Montagne"}

    def test_informed_audience_without_the_lab_leaves_out_only_lab_staff(self, cast: Cast, exchange: Exchange):
        for role in "SN":
            RegistrationFactory(exchange=exchange, user=cast[role], cohort=cast.other_cohort)
        assert recipient_names("informed", exchange) == {"Staff Lab", "Neighbour Montagne"}
        assert recipient_names("informed_except_lab", exchange) == {"Neighbour Montagne"}

    def test_email_to_one_person_needs_them_in_the_edition(self, cast: Cast, exchange: Exchange):
        waiting = RegistrationFactory(exchange=exchange, user=cast["M"], state="waitlisted")
        leaver = leaver_with_answer(exchange, "waitlisted")
        assert recipients_of_one(exchange, waiting, "exchange_waitlisted") == {"Ambassador Rivage"}
        assert recipients_of_one(exchange, leaver, "exchange_waitlisted") == set()

    @pytest.mark.parametrize(
        ("audience", "state"), [("invited", "invited"), ("registered", "registered"), ("attendees", "attended")]
    )
    def test_people_who_left_are_in_no_audience_by_answer(
        self, cast: Cast, exchange: Exchange, audience: str, state: str
    ):
        leaver_with_answer(exchange, state)
        RegistrationFactory(exchange=exchange, user=cast["M"], state=state)
        assert recipient_names(audience, exchange) == {"Ambassador Rivage"}


class TestWhyNot:
    def test_reason_depends_on_the_persons_own_answer(self, cast: Cast, exchange: Exchange):
        RegistrationFactory(exchange=exchange, user=cast["N"], cohort=cast.other_cohort, state="declined")
        assert why_not(exchange, cast["N"], "registered") == "declined"
        assert why_not(exchange, cast["M"], "registered") == "left"

    def test_reason_is_left_for_people_who_left(self, cast: Cast, exchange: Exchange):
        assert why_not(exchange, leaver_with_answer(exchange, "declined").user, "registered") == "left"

    def test_person_outside_every_audience_has_a_reason(self, cast: Cast, exchange: Exchange):
        assert why_not(exchange, UserFactory(), "registered") == "left"
