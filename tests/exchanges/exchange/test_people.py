"""Who is in an exchange's edition on a day, and the cohort that a person comes with."""

from datetime import date, timedelta

import pytest

from exchanges.exchange.people import cohort_of, is_in_edition
from exchanges.models import Exchange
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.exchanges import ExchangeFactory

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort)


def who_is_here(cast: Cast, exchange: Exchange, *days: date) -> str:
    return "".join(role for role in EVERYONE if is_in_edition(cast[role], exchange, *days))


def test_members_admins_and_lab_staff_are_in_the_edition_while_active(cast: Cast, exchange: Exchange):
    assert who_is_here(cast, exchange, TODAY) == "SCDPMRAN"
    cast["M"].memberships.update(ends_on=YESTERDAY)
    cast["A"].administered.update(until=YESTERDAY)
    assert who_is_here(cast, exchange, TODAY) == "SCDPRN"
    assert who_is_here(cast, exchange, YESTERDAY) == "SCDPMRAN"
    assert who_is_here(cast, exchange, YESTERDAY, TODAY) == "SCDPRN"


def test_people_with_a_closed_account_are_not_in_the_edition(cast: Cast, exchange: Exchange):
    cast["P"].is_active = False
    cast["P"].save()
    assert who_is_here(cast, exchange, TODAY) == "SCDMRAN"


def test_person_comes_with_their_cohort_or_that_of_their_authority(cast: Cast, exchange: Exchange):
    home, other = cast.cohort.pk, cast.other_cohort.pk
    cohorts = {role: cohort_of(cast[role], exchange, TODAY) for role in "SMANX"}
    assert cohorts == {"S": None, "M": home, "A": home, "N": other, "X": None}


def test_person_has_no_cohort_once_the_membership_ended(cast: Cast, exchange: Exchange):
    cast["M"].memberships.update(ends_on=YESTERDAY)
    cast["A"].administered.update(until=YESTERDAY)
    assert [cohort_of(cast[role], exchange, TODAY) for role in "MA"] == [None, None]
