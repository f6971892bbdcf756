"""A full exchange: people wait, state their needs, move up; the host adds a guest and prints the needs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from exchanges.models import Exchange, Registration
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, Visit, follow, go, main, press

Person = Callable[[str, str], Page]


@pytest.fixture
def full_exchange(transactional_db: None) -> Exchange:
    """Return an exchange with one place, which Ann has."""
    host = CohortFactory(name="Metz")
    exchange = ExchangeFactory(
        edition=host.edition, host=host, number=1, state="registration_open", capacity=1, venue="La Halle"
    )
    ann = MembershipFactory(cohort=host, user=UserFactory(full_name="Ann Metz", language="en")).user
    RegistrationFactory(exchange=exchange, user=ann, state="registered")
    return exchange


def enter(visit: Visit, exchange: Exchange, name: str, role: str = "ambassador") -> Page:
    """Open the page of the exchange for a member of the host cohort, on a phone."""
    registration = Registration.objects.filter(user__full_name=name).first()
    user = registration.user if registration else UserFactory(full_name=name, language="en")
    if registration is None:
        MembershipFactory(cohort=exchange.host, user=user, role=role)
    page = visit(user, **{**PHONE, "locale": "en-GB"})
    page.goto(exchange.get_absolute_url())
    return page


@only_in_full
@pytest.mark.usefixtures("clock")
def test_person_waits_moves_up_and_states_their_needs(visit: Visit, full_exchange: Exchange):
    bob = enter(visit, full_exchange, "Bob Metz")
    expect(main(bob)).to_contain_text("All seats are taken. If you answer yes now, you go on the waiting list.")
    press(bob, "Join the waiting list")
    expect(bob.locator(".message").first).to_have_text("Every seat is taken: you are number 1 on the waiting list.")
    press(enter(visit, full_exchange, "Ann Metz"), "Release my seat")
    bob.reload()
    expect(main(bob)).to_contain_text("Your seat is reserved.")
    follow(bob, "Describe your journey and your needs")
    bob.get_by_label("How you travel").select_option("train")
    bob.get_by_label("Dietary needs").fill("No nuts")
    press(bob, "Save")
    expect(bob.locator(".message").first).to_have_text("Your journey and your needs are saved.")
    pilot = enter(visit, full_exchange, "Pia Metz", "pilot")
    follow(pilot, "See the participants")
    expect(main(pilot).get_by_role("row", name="Bob Metz")).to_contain_text("No nuts")


@only_in_full
@pytest.mark.usefixtures("clock")
def test_removed_guest_leaves_the_seat_to_the_waiting_list(visit: Visit, full_exchange: Exchange):
    Exchange.objects.filter(pk=full_exchange.pk).update(capacity=2)
    pilot = enter(visit, full_exchange, "Pia Metz", "pilot")
    follow(pilot, "See the participants")
    follow(pilot, "Add external guest")
    pilot.get_by_label("Name").fill("Gil Guest")
    pilot.get_by_label("Organisation or community").fill("Another network")
    press(pilot, "Reserve a seat")
    bob = enter(visit, full_exchange, "Bob Metz")
    press(bob, "Join the waiting list")
    go(main(pilot).get_by_role("link", name="Remove from the list"))
    press(pilot, "Remove from the list")
    bob.reload()
    expect(main(bob)).to_contain_text("Your seat is reserved.")
