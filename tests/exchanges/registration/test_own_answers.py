"""E-mails and panels about exchanges depend on the person's own answer, never on someone else's."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from exchanges.models import Contribution, Exchange, Registration
from exchanges.pages.panels import exchanges_of_edition, next_exchange
from exchanges.registration.actions import decline, register
from exchanges.reminders import KIND
from notifications.models import DeliveryItem, Reminder
from tests.factories.accounts import request_by
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


def entry(exchange: Exchange, user: Any, email_type: str) -> Any:
    reminder = ReminderFactory(
        kind=KIND,
        object_id=exchange.pk,
        version=exchange.version,
        email_type=email_type,
        alone=True,
        audience="informed",
    )
    reminder.previous_details = {"first_day": "2027-06-01", "last_day": "2027-06-02", "host": "Rivage", "venue": ""}
    return rendered(reminder, user).calendar


def test_replacing_entry_keeps_the_status_of_the_persons_own_answer(cast: Cast, exchange: Exchange):
    RegistrationFactory(exchange=exchange, user=cast["N"], cohort=cast.other_cohort, state="registered")
    RegistrationFactory(exchange=exchange, user=cast["M"], state="invited")
    entries = {role: entry(exchange, cast[role], "exchange_changed") for role in "MN"}
    assert {role: one.status for role, one in entries.items()} == {"M": "TENTATIVE", "N": "CONFIRMED"}


def test_refusals_of_others_do_not_raise_the_sequence(cast: Cast, exchange: Exchange):
    RegistrationFactory(exchange=exchange, user=cast["M"], state="registered")
    for user in (cast["P"], cast["C"]):
        register(exchange=exchange, user=user, at=AT, by=user)
        decline(exchange=exchange, user=user, at=AT, by=user)
    assert entry(exchange, cast["M"], "exchange_changed").removal_count == 0


def test_entry_of_someone_else_is_not_removed_from_ones_calendar(cast: Cast, exchange: Exchange):
    """Only people who received an entry by e-mail receive its removal."""
    answers = {role: RegistrationFactory(exchange=exchange, user=cast[role], state="registered") for role in "MP"}
    dates = ReminderFactory(
        kind=KIND,
        object_id=exchange.pk,
        email_type="exchange_save_the_date",
        alone=True,
        audience="informed",
        state="expanded",
    )
    DeliveryFactory(user=cast["P"], reminder=dates, state="sent")
    assert DeliveryItem.objects.possibly_received().count() == 1
    for answer in answers.values():
        decline(exchange=exchange, user=answer.user, at=AT, by=answer.user)
    audiences = set(Reminder.objects.filter(email_type="exchange_not_coming").values_list("audience", flat=True))
    assert audiences == {f"registration-{answers['P'].pk}"}
    assert Registration.objects.filter(state="cancelled").count() == 2


def test_cited_idea_is_named_only_to_its_readers(cast: Cast, exchange: Exchange):
    idea = IdeaFactory(cohort=cast.cohort, title="Une borne")
    ContributionFactory(exchange=exchange, idea=idea)
    leaver = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 9, 30)).user
    ContributionFactory(exchange=exchange, created_on=date(2026, 10, 1))
    read = {
        name: [row.cited for row in Contribution.objects.as_read_by(user).order_by("pk")]  # type: ignore[attr-defined]
        for name, user in (("member", cast["M"]), ("neighbour", cast["N"]), ("gone", leaver))
    }
    assert read == {"member": ["Une borne", None], "neighbour": [None, None], "gone": ["Une borne"]}


def test_next_exchange_is_visible_only_in_its_edition(cast: Cast, exchange: Exchange):
    def has_card(role: str) -> bool:
        return next_exchange(request_by(cast[role])) is not None

    assert {role: has_card(role) for role in "MNX"} == {"M": True, "N": True, "X": False}


def test_exchanges_of_an_edition_are_listed_only_for_their_readers(cast: Cast, exchange: Exchange):
    def listed(role: str) -> bool:
        return exchanges_of_edition(request_by(cast[role]), cast.edition) is not None

    assert {role: listed(role) for role in "SMNX"} == {"S": True, "M": True, "N": True, "X": False}
