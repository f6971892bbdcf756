"""Journey 3: plan the next Intertransfo, from its reasons to what is remembered of it.

Lab staff sit at a desk, in English; a member has a phone, in French and without JavaScript.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange
from exchanges.registration.actions import decline, register
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import edition_of_four, format_with_ladder
from tests.journeys.conftest import PHONE, follow, main, press

FIRST_MORNING = datetime.fromisoformat("2027-01-05T09:00:00+00:00")
Words = tuple[str, str, str]
ENGLISH, FRENCH = ("Kind", "Text", "Contribute"), ("Type", "Texte", "Contribuer")
OFFER = "Our guide to watching a counter"


@pytest.fixture
def staff(transactional_db: None) -> User:
    """Signs in on the first day of an edition of four cohorts of two, whose exchanges were planned by themselves."""
    edition_of_four(format=format_with_ladder(), people=2)
    return UserFactory(full_name="Alix Labo", email="lab@people.example", is_lab_staff=True, language="en")


@contextmanager
def at_ten(day: date) -> Iterator[datetime]:
    """Ten in the morning of a day, in Paris."""
    moment = datetime.combine(day, time(10), ZoneInfo("Europe/Paris"))
    with time_machine.travel(moment, tick=True):
        yield moment


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
        "Nantes is proposed: it is its first turn, as for other cohorts, but the journeys"
        " of all participants to this one are the shortest. Next in line: Metz."
    )
    expect(where.locator("tbody tr.chosen")).to_contain_text("3,174 km")
    travel = card(page, "Where participants come from")
    expect(travel.locator("path.journey")).to_have_count(3)
    expect(travel.locator("tbody tr", has_text="Metz")).to_contain_text("611 km")
    expect(travel.locator("tfoot")).to_contain_text("3,174 km")
    expect(card(page, "E-mails")).to_contain_text("Lab: choose host and dates")
    expect(card(page, "E-mails")).to_contain_text("save the date, with a calendar entry · will be sent in")


def choose_and_tell(page: Page) -> Exchange:
    """The second window is taken; date and host are settled, then told: each with one button and one "yes"."""
    second = card(page, "When").locator("tbody tr").nth(1).locator("td").first.inner_text().splitlines()[0]
    card(page, "When").get_by_role("link", name="Choose").first.click()
    press(page, "Change the date")
    expect(card(page, "When").locator("tr.chosen")).to_contain_text(second)
    step(page, "Confirm date and host")
    step(page, "Announce the Intertransfo")
    return Exchange.objects.get(number=1)


def answers_of(page: Page) -> list[str]:
    return card(page, "Answers").locator("b.figure-value").all_inner_texts()


def letter(page: Page, name: str) -> Locator:
    """The last line of the ladder that has this name."""
    return card(page, "E-mails").locator("li", has_text=name).last


def count_the_answers(lab: Page, phone: Page, exchange: Exchange, at: datetime) -> None:
    """One answers on her phone, others elsewhere; the figures and the ladder follow."""
    step(lab, "Open registration")
    assert answers_of(lab) == ["8", "0", "0", "8"]
    phone.goto(exchange.get_absolute_url())
    press(phone, "Je viens")
    expect(phone.locator(".message")).to_have_text("Votre place est réservée.")
    silent = [row.user for row in exchange.registrations.filter(state="invited").order_by("pk")]
    for user in silent[:2]:
        register(exchange=exchange, user=user, at=at, by=user)
    decline(exchange=exchange, user=silent[2], at=at, by=silent[2])
    lab.reload()
    assert answers_of(lab) == ["8", "3", "1", "4"]


def see_what_leaves_before_it_does(page: Page) -> None:
    """To whom and when, and the letter itself."""
    expect(card(page, "E-mails")).to_contain_text(
        "People who have not answered: answer still needed · will be sent in 28 days"
    )
    expect(letter(page, "answer still needed")).to_contain_text("to 4 people")
    expect(letter(page, "confirm or cancel")).to_contain_text("to 3 people")
    letter(page, "confirm or cancel").get_by_role("link", name="preview").click()
    expect(main(page)).to_contain_text("3 people as of today. The list is drawn up again when the e-mail is sent.")
    expect(main(page)).to_contain_text("Intertransfo 1\u00a0: confirmez votre place ou rendez-la")  # as she reads it


def missing(page: Page) -> list[str]:
    """The cohorts that have not contributed."""
    said = card(page, "Cohort by cohort").inner_text().splitlines()
    words = [word for word in said if word]
    return [name for name, text in pairwise(words) if text == "Nothing yet."]


def write(page: Page, name: str, text: str) -> None:
    main(page).get_by_role("textbox", name=name, exact=True).fill(text)


def contribute(page: Page, what: str, said: str, words: Words = ENGLISH) -> None:
    """Say one thing for one's cohort, in the words of the page's language."""
    kind, text, button = words
    main(page).get_by_role("combobox", name=kind, exact=True).select_option(what)
    write(page, text, said)
    press(page, button)


def ask_and_match(lab: Page, phone: Page, exchange: Exchange) -> None:
    """A question, an offer from a phone, a request that meets it; those who brought nothing are named."""
    lab.goto(exchange.get_absolute_url())
    follow(lab, "Questions and contributions")
    assert missing(lab) == ["Dunkerque", "Metz", "Nantes", "Toulouse"]
    follow(lab, "Ask the first question")
    write(lab, "Question", "Who decides when the counter closes?")
    press(lab, "Ask the question")
    phone.goto(f"{exchange.get_absolute_url()}contributions/")
    expect(main(phone)).to_contain_text("Who decides when the counter closes?")
    follow(phone, "Contribuer")
    contribute(phone, "offer", OFFER, FRENCH)
    expect(phone.locator(".message")).to_have_text("Votre contribution est sur la page.")
    follow(lab, "Contribute")
    main(lab).get_by_role("combobox", name="Cohort", exact=True).select_option(label="Metz")
    contribute(lab, "request", "How does one watch a counter?")
    follow(lab, "Match an offer with a request")
    press(lab, "Match")
    expect(card(lab, "Offers that meet a request")).to_contain_text(OFFER)
    assert missing(lab) == ["Nantes", "Toulouse"]


def set_the_programme(page: Page, exchange: Exchange) -> None:
    """One part, on the screen and on paper."""
    page.goto(exchange.get_absolute_url())
    expect(letter(page, "the contribution is awaited")).to_contain_text("to 4 people")
    follow(page, "Programme")
    follow(page, "Add the first part")
    page.get_by_label("From").fill("14:00")
    page.get_by_label("To", exact=True).fill("16:30")
    write(page, "What", "Three tables")
    press(page, "Add")
    expect(page.get_by_role("cell", name="14:00 – 16:30")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Add a part").first).to_be_hidden()
    expect(page.get_by_role("cell", name="Three tables")).to_be_visible()


def write_what_came_of_it(page: Page, exchange: Exchange, owner: User) -> None:
    """It took place: who came, the minutes, a commitment with owner and date."""
    page.goto(exchange.get_absolute_url())
    step(page, "Close registration")
    step(page, "Record that it took place")
    step(page, "Record who came")
    assert answers_of(page) == ["8", "3", "1", "3"]
    follow(page, "Minutes and commitments")
    follow(page, "Write the minutes")
    write(page, "Minutes", "Every counter needs somebody who decides.")
    press(page, "Save the minutes")
    follow(page, "Add the first commitment")
    main(page).get_by_role("combobox", name="Who", exact=True).select_option(label=owner.full_name)
    write(page, "What", "Send the guide")
    page.get_by_label("Due").fill("2027-12-01")
    press(page, "Save")
    page.goto(exchange.get_absolute_url())
    step(page, "Close the Intertransfo")


def say_what_one_thought(phone: Page) -> None:
    """From home: three taps and a button."""
    phone.goto("/")
    follow(phone, "Donner votre avis")
    for scale in ("useful", "time_together", "organisation"):
        main(phone).locator(f"label:has(input[name={scale}][value='4'])").click()
    press(phone, "Envoyer")
    expect(phone.locator(".message")).to_have_text("Merci. Vos réponses s’ajoutent à celles des autres.")


def keep_the_promise(phone: Page) -> None:
    phone.goto("/")
    follow(phone, "Dire où en est l’engagement")
    press(phone, "Enregistrer")
    expect(phone.locator(".message")).to_have_text("L’engagement est clos.")


def remember(page: Page) -> None:
    """What was contributed is found by its words, accents and case aside."""
    page.goto("/exchanges/memory/")
    main(page).get_by_label("Search").fill("GUIDE")
    page.keyboard.press("Enter")
    expect(main(page).locator("article", has_text=OFFER)).to_contain_text("Dunkerque")


def test_an_intertransfo_from_its_reasons_to_what_is_remembered_of_it(visit, staff: User):
    with time_machine.travel(FIRST_MORNING, tick=True):
        plan(FIRST_MORNING)
        lab = visit(staff)
        see_the_line(lab)
        see_the_proposal(lab)
        exchange = choose_and_tell(lab)
    member = Cohort.objects.get(slug="dunkerque").memberships.order_by("pk")[0].user
    opening = exchange.first_day - timedelta(weeks=12)
    with at_ten(opening) as now:
        lab, phone = visit(staff), visit(member, **PHONE, java_script_enabled=False)
        lab.goto(exchange.get_absolute_url())
        count_the_answers(lab, phone, exchange, now)
        see_what_leaves_before_it_does(lab)
        ask_and_match(lab, phone, exchange)
        set_the_programme(lab, exchange)
    with at_ten(exchange.last_day + timedelta(days=1)):
        lab, phone = visit(staff), visit(member, **PHONE, java_script_enabled=False)
        write_what_came_of_it(lab, exchange, member)
        lab.goto(Exchange.objects.get(number=2).get_absolute_url())
        expect(card(lab, "Earlier commitments")).to_contain_text("Send the guide")
        say_what_one_thought(phone)
        keep_the_promise(phone)
        remember(lab)


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
        expect(card(lab, "E-mails")).to_contain_text("Lab: the host dropped out")
