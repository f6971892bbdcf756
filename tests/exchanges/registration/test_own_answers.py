"""What letters and panels of exchanges say to somebody goes by their own answer, never by somebody else's."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from exchanges.models import Contribution, Exchange, Registration
from exchanges.pages.panels import exchanges_of_edition, next_exchange
from exchanges.registration.actions import decline, register
from exchanges.reminders import KIND
from notifications.models import DeliveryItem, Reminder
from tests.factories.accounts import asked_by
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import ContributionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import DeliveryFactory, ReminderFactory, rendered
from tests.factories.prototypes import IdeaFactory

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")


def entry(exchange: Exchange, user: Any, letter: str) -> Any:
    reminder = ReminderFactory(
        kind=KIND, object_id=exchange.pk, version=exchange.version, letter=letter, alone=True, audience="told"
    )
    reminder.was = {"first_day": "2027-06-01", "last_day": "2027-06-02", "host": "Rivage", "venue": ""}
    return rendered(reminder, user).calendar


def test_an_entry_that_replaces_one_keeps_the_status_of_ones_own_answer(cast: Cast, exchange: Exchange):
    RegistrationFactory(exchange=exchange, user=cast["N"], cohort=cast.other, state="registered")
    RegistrationFactory(exchange=exchange, user=cast["M"], state="invited")
    found = {letter: entry(exchange, cast[letter], "exchange_changed") for letter in "MN"}
    assert {letter: one.status for letter, one in found.items()} == {"M": "TENTATIVE", "N": "CONFIRMED"}


def test_refusals_of_others_raise_no_entry(cast: Cast, exchange: Exchange):
    RegistrationFactory(exchange=exchange, user=cast["M"], state="registered")
    for user in (cast["P"], cast["C"]):
        register(exchange=exchange, user=user, at=AT, by=user)
        decline(exchange=exchange, user=user, at=AT, by=user)
    assert entry(exchange, cast["M"], "exchange_changed").raised == 0


def test_an_entry_somebody_else_has_is_taken_off_nobodys_calendar(cast: Cast, exchange: Exchange):
    """Only whom a letter with an entry reached gets the one that takes it off."""
    answers = {letter: RegistrationFactory(exchange=exchange, user=cast[letter], state="registered") for letter in "MP"}
    dates = ReminderFactory(
        kind=KIND, object_id=exchange.pk, letter="exchange_save_the_date", alone=True, audience="told", state="expanded"
    )
    DeliveryFactory(user=cast["P"], reminder=dates, state="sent")
    assert DeliveryItem.objects.reached().count() == 1
    for answer in answers.values():
        decline(exchange=exchange, user=answer.user, at=AT, by=answer.user)
    told = set(Reminder.objects.filter(letter="exchange_not_coming").values_list("audience", flat=True))
    assert told == {f"registration-{answers['P'].pk}"}
    assert Registration.objects.filter(state="cancelled").count() == 2


def test_a_cited_idea_is_named_to_whoever_may_read_it(cast: Cast, exchange: Exchange):
    idea = IdeaFactory(cohort=cast.cohort, title="Une borne")
    ContributionFactory(exchange=exchange, idea=idea)
    gone = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 9, 30)).user
    ContributionFactory(exchange=exchange, born_on=date(2026, 10, 1))
    read = {
        name: [row.cited for row in Contribution.objects.as_read_by(user).order_by("pk")]  # type: ignore[attr-defined]
        for name, user in (("member", cast["M"]), ("neighbour", cast["N"]), ("gone", gone))
    }
    assert read == {"member": ["Une borne", None], "neighbour": [None, None], "gone": ["Une borne"]}


def test_the_next_one_is_told_to_whoever_is_of_its_edition(cast: Cast, exchange: Exchange):
    def told(letter: str) -> bool:
        return next_exchange(asked_by(cast[letter])) is not None

    assert {letter: told(letter) for letter in "MNX"} == {"M": True, "N": True, "X": False}


def test_exchanges_of_an_edition_are_listed_for_whoever_may_read_them(cast: Cast, exchange: Exchange):
    def listed(letter: str) -> bool:
        return exchanges_of_edition(asked_by(cast[letter]), cast.edition) is not None

    assert {letter: listed(letter) for letter in "SMNX"} == {"S": True, "M": True, "N": True, "X": False}
