"""A full house in a browser: people wait, say what they need, move up; the host adds a guest and prints the needs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from exchanges.models import Exchange, Registration
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.journeys.conftest import PHONE, Visit, follow, main, press

Person = Callable[[str, str], Page]


@pytest.fixture
def house(transactional_db: None) -> Exchange:
    """One place, which Ann has."""
    host = CohortFactory(name="Metz")
    exchange = ExchangeFactory(
        edition=host.edition, host=host, number=1, state="registration_open", capacity=1, venue="La Halle"
    )
    ann = MembershipFactory(cohort=host, user=UserFactory(full_name="Ann Metz", language="en")).user
    RegistrationFactory(exchange=exchange, user=ann, state="registered")
    return exchange


def enter(visit: Visit, exchange: Exchange, name: str, role: str = "ambassador") -> Page:
    """The exchange's page for a member of the host's cohort, on a phone."""
    known = Registration.objects.filter(user__full_name=name).first()
    user = known.user if known else UserFactory(full_name=name, language="en")
    if known is None:
        MembershipFactory(cohort=exchange.host, user=user, role=role)
    page = visit(user, **{**PHONE, "locale": "en-GB"})
    page.goto(exchange.get_absolute_url())
    return page


@pytest.mark.usefixtures("clock")
def test_waiting_moving_up_and_saying_what_one_needs(visit: Visit, house: Exchange):
    bob = enter(visit, house, "Bob Metz")
    expect(main(bob)).to_contain_text("All seats are taken. If you answer yes now, you go on the waiting list.")
    press(bob, "I am coming")
    expect(bob.locator(".message").first).to_have_text("Every seat is taken: you are number 1 on the waiting list.")
    press(enter(visit, house, "Ann Metz"), "Release my seat")
    bob.reload()
    expect(main(bob)).to_contain_text("Your seat is reserved.")
    follow(bob, "Describe your journey and your needs")
    bob.get_by_label("How you travel").select_option("train")
    bob.get_by_label("Dietary needs").fill("No nuts")
    press(bob, "Save")
    expect(bob.locator(".message").first).to_have_text("Your journey and your needs are saved.")
    pilot = enter(visit, house, "Pia Metz", "pilot")
    follow(pilot, "Journeys and needs")
    expect(main(pilot).get_by_role("row").last).to_contain_text("No nuts")


@pytest.mark.usefixtures("clock")
def test_a_guest_takes_a_place_and_leaves_it_to_whoever_waits(visit: Visit, house: Exchange):
    Exchange.objects.filter(pk=house.pk).update(capacity=2)
    pilot = enter(visit, house, "Pia Metz", "pilot")
    follow(pilot, "External guests")
    pilot.get_by_label("Name").fill("Gil Guest")
    pilot.get_by_label("Organisation or community").fill("Another network")
    press(pilot, "Reserve a seat")
    bob = enter(visit, house, "Bob Metz")
    press(bob, "I am coming")
    follow(pilot, "Remove from the list")
    press(pilot, "Remove from the list")
    bob.reload()
    expect(main(bob)).to_contain_text("Your seat is reserved.")
