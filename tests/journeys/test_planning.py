"""Plan the next Intertransfo: windows and host with their reasons, confirm, open, see who answers and what leaves."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from cohorts.models import Cohort
from exchanges.actions import decline, register
from exchanges.models import Exchange, Registration
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import edition_of_four, format_with_ladder
from tests.journeys.conftest import PHONE, follow, main, press

FIRST_MORNING = datetime.fromisoformat("2027-01-05T09:00:00+00:00")


@pytest.fixture
def staff(transactional_db: None) -> User:
    """Signs in on the first day of an edition of four cohorts of two, whose exchanges were planned by themselves."""
    edition_of_four(format=format_with_ladder(), people=2)
    return UserFactory(full_name="Alix Labo", email="lab@people.example", is_lab_staff=True, language="en")


def plan(at: datetime) -> None:
    call_command("plan_exchanges", "--at", at.date().isoformat(), stdout=StringIO())


def card(page: Page, title: str) -> Locator:
    return main(page).locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def step(page: Page, name: str) -> None:
    follow(page, name)
    press(page, name)


def see_the_line(page: Page) -> None:
    """The edition's exchanges, one line through all cohorts."""
    page.goto("/exchanges/")
    drawing = main(page).locator("figure.timeline").first
    expect(drawing.locator(".mark-note")).to_have_count(4)
    for name in ("Dunkerque", "Metz", "Nantes", "Toulouse"):
        expect(drawing).to_contain_text(name)


def see_the_proposal(page: Page) -> None:
    """Three windows with reasons, a host with reasons, who travels how far; nothing has left."""
    follow(page, "Intertransfo 1")
    windows = card(page, "When").locator("tbody tr")
    expect(windows).to_have_count(3)
    expect(windows.first).to_contain_text("no school holiday in any zone")
    where = card(page, "Where")
    expect(where).to_contain_text(
        "Nantes is proposed: it is its first turn, as it would be for others; everybody’s way to it is the shortest."
        " Next in line: Metz."
    )
    expect(where.locator("tbody tr.chosen")).to_contain_text("3,174 km")
    travel = card(page, "Who comes from where")
    expect(travel.locator("path.journey")).to_have_count(3)
    expect(travel.locator("tbody tr", has_text="Metz")).to_contain_text("611 km")
    expect(travel.locator("tfoot")).to_contain_text("3,174 km")
    expect(card(page, "Letters")).to_contain_text("Lab: choose host and dates")
    expect(card(page, "Letters")).to_contain_text("save the date, with a calendar entry · will go in")


def answers_of(page: Page) -> list[str]:
    return card(page, "Answers").locator("b.figure-value").all_inner_texts()


def test_an_intertransfo_is_planned_from_its_reasons_to_its_answers(visit, staff: User):
    with time_machine.travel(FIRST_MORNING, tick=True):
        plan(FIRST_MORNING)
        page = visit(staff)
        see_the_line(page)
        see_the_proposal(page)
        second = card(page, "When").locator("tbody tr").nth(1).locator("td").first.inner_text().splitlines()[0]
        card(page, "When").get_by_role("link", name="Take").first.click()
        press(page, "Change the date")
        expect(card(page, "When").locator("tr.chosen")).to_contain_text(second)
        step(page, "Confirm date and host")
        step(page, "Announce it")
    exchange = Exchange.objects.get(number=1)
    with time_machine.travel(FIRST_MORNING + timedelta(weeks=14), tick=True):
        page = visit(staff)
        page.goto(exchange.get_absolute_url())
        step(page, "Open registration")
        assert answers_of(page) == ["8", "0", "0", "8"]
        people = [row.user for row in Registration.objects.select_related("user").order_by("pk")]
        for person in people[:3]:
            register(exchange=exchange, user=person, at=FIRST_MORNING + timedelta(weeks=14), by=person)
        decline(exchange=exchange, user=people[3], at=FIRST_MORNING + timedelta(weeks=14), by=people[3])
        page.reload()
        assert answers_of(page) == ["8", "3", "1", "4"]
        ladder = card(page, "Letters")
        expect(ladder).to_contain_text("Those who have not answered: the answer is awaited · will go in")
        expect(ladder.locator("li", has_text="confirm or cancel")).to_contain_text("to 3 people")
        expect(ladder.locator("li", has_text="the answer is awaited").last).to_contain_text("to 4 people")


def test_a_pilot_on_a_phone_gives_the_turn_back_and_the_lab_sees_who_is_next(visit, staff: User):
    with time_machine.travel(FIRST_MORNING, tick=True):
        plan(FIRST_MORNING)
        pilot = Cohort.objects.get(slug="nantes").memberships.first()
        pilot.role = "pilot"
        pilot.save()
        page = visit(pilot.user, **(PHONE | {"locale": "en-GB"}))
        page.goto(Exchange.objects.get(number=1).get_absolute_url())
        follow(page, "We cannot host")
        expect(main(page)).to_contain_text("Metz.")
        page.get_by_label("Reason").fill("The town hall is being rebuilt.")
        press(page, "Give the turn back")
        expect(page.locator(".message")).to_contain_text("The turn is given back")
        lab = visit(staff)
        lab.goto(Exchange.objects.get(number=1).get_absolute_url())
        expect(card(lab, "Where")).to_contain_text(
            "Metz is proposed: Nantes gave its turn back, and it is next in line. The town hall is being rebuilt."
        )
        expect(card(lab, "Letters")).to_contain_text("Lab: the host dropped out")
