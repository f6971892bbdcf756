"""Who is of an exchange's edition on a day, and the cohort one comes with."""

from datetime import date, timedelta

import pytest

from exchanges.exchange.people import cohort_of, here
from exchanges.models import Exchange
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.exchanges import ExchangeFactory

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort)


def who_is_here(cast: Cast, exchange: Exchange, *days: date) -> str:
    return "".join(letter for letter in EVERYONE if here(cast[letter], exchange, *days))


def test_of_it_are_its_members_admins_and_the_lab_while_they_have_their_place(cast: Cast, exchange: Exchange):
    assert who_is_here(cast, exchange, TODAY) == "SCDPMRAN"
    cast["M"].memberships.update(ends_on=YESTERDAY)
    cast["A"].administered.update(until=YESTERDAY)
    assert who_is_here(cast, exchange, TODAY) == "SCDPRN"
    assert who_is_here(cast, exchange, YESTERDAY) == "SCDPMRAN"
    assert who_is_here(cast, exchange, YESTERDAY, TODAY) == "SCDPRN"


def test_nor_whose_account_is_closed(cast: Cast, exchange: Exchange):
    cast["P"].is_active = False
    cast["P"].save()
    assert who_is_here(cast, exchange, TODAY) == "SCDMRAN"


def test_one_comes_with_the_own_cohort_or_that_of_the_authority_one_is_admin_of(cast: Cast, exchange: Exchange):
    home, other = cast.cohort.pk, cast.other.pk
    found = {letter: cohort_of(cast[letter], exchange, TODAY) for letter in "SMANX"}
    assert found == {"S": None, "M": home, "A": home, "N": other, "X": None}


def test_with_none_once_that_has_ended(cast: Cast, exchange: Exchange):
    cast["M"].memberships.update(ends_on=YESTERDAY)
    cast["A"].administered.update(until=YESTERDAY)
    assert [cohort_of(cast[letter], exchange, TODAY) for letter in "MA"] == [None, None]
