"""Journey 3: plan the next Intertransfo, from its reasons to its lasting results.

Lab staff use a desktop, in English; a member has a phone, in French and without JavaScript.
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
from tests.factories.exchanges import edition_of_four, format_with_reminder_schedule
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, follow, go, main, press

FIRST_MORNING = datetime.fromisoformat("2027-01-05T09:00:00+00:00")
Words = tuple[str, str, str]
ENGLISH, FRENCH = ("Kind", "Text", "Contribute"), ("Type", "Texte", "Contribuer")
OFFER = "Our guide to watching a counter"


@pytest.fixture
def staff(transactional_db: None) -> User:
    """Sign in on the first day of an edition of four cohorts of two, whose exchanges were planned automatically."""
    edition_of_four(format=format_with_reminder_schedule(), people=2)
    return UserFactory(full_name="Alix Labo", email="lab@people.example", is_lab_staff=True, language="en")


@contextmanager
def at_ten(day: date) -> Iterator[datetime]:
    """Return ten in the morning of a day, in Paris."""
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


def check_timeline(page: Page) -> None:
    """Check the exchanges of the edition, one line through all cohorts."""
    page.goto("/exchanges/")
    drawing = main(page).locator("figure.timeline").first
    expect(drawing.locator(".mark-note")).to_have_count(4)
    for name in ("Dunkerque", "Metz", "Nantes", "Toulouse"):
        expect(drawing).to_contain_text(name)


def proposals(page: Page) -> Locator:
    """Return the rows of the dates that are proposed, the present ones first."""
    return card(page, "Dates").locator("table").first.locator("tbody tr")


def check_proposal(page: Page) -> None:
    """Check three date proposals with reasons, a host with reasons, and travel distances; no e-mail was sent."""
    follow(page, "Intertransfo 1")
    windows = proposals(page)
    expect(windows).to_have_count(3)
    expect(windows.first).to_contain_text("no school holiday in any zone")
    expect(card(page, "When and where")).to_contain_text(
        "Nantes is proposed: it is its first turn, as for other cohorts, but the journeys"
        " of all participants to this one are the shortest. Next in line: Metz."
    )
    expect(card(page, "Hosts").locator("tbody tr.chosen").last).to_contain_text("3,174 km")
    travel = card(page, "Where participants come from")
    expect(travel.locator("path.journey")).to_have_count(3)
    expect(travel.locator("tbody tr", has_text="Metz")).to_contain_text("611 km")
    expect(travel.locator("tfoot")).to_contain_text("3,174 km")
    expect(card(page, "E-mails")).to_contain_text("Lab: choose host and dates")
    expect(card(page, "E-mails")).to_contain_text("save the date, with a calendar entry · will be sent in")


def confirm_and_announce(page: Page) -> Exchange:
    """Choose the second proposal, confirm date and host, and announce them, each with a button and a confirmation."""
    second = proposals(page).nth(1).locator("td").first.inner_text().splitlines()[0]
    go(card(page, "Dates").get_by_role("link", name="Choose").first)
    press(page, "Change the date")
    expect(proposals(page).first).to_contain_text(second)
    step(page, "Confirm date and host")
    step(page, "Announce the Intertransfo")
    return Exchange.objects.get(number=1)


def answers_of(page: Page) -> list[str]:
    return card(page, "Answers").locator("b.figure-value").all_inner_texts()


def email_row(page: Page, name: str) -> Locator:
    """Return the last row of the reminder schedule with this name."""
    return card(page, "E-mails").locator("li", has_text=name).last


def answer_invitations(lab: Page, phone: Page, exchange: Exchange, at: datetime) -> None:
    """Register one person on her phone and others elsewhere; figures and reminder schedule follow."""
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


def check_upcoming_emails(page: Page) -> None:
    """Check recipients and time, and the e-mail itself."""
    expect(card(page, "E-mails")).to_contain_text(
        "People who have not answered: answer still needed · will be sent in 28 days"
    )
    expect(email_row(page, "answer still needed")).to_contain_text("to 4 people")
    expect(email_row(page, "confirm or cancel")).to_contain_text("to 3 people")
    card(page, "E-mails").locator("summary").click()
    go(email_row(page, "confirm or cancel").get_by_role("link", name="preview"))
    expect(main(page)).to_contain_text("3 people as of today. The list is drawn up again when the e-mail is sent.")
    expect(main(page)).to_contain_text("Intertransfo 1\u00a0: confirmez votre place ou rendez-la")  # as she reads it


def missing(page: Page) -> list[str]:
    """Return the cohorts that have not contributed."""
    cells = card(page, "Cohort by cohort").inner_text().splitlines()
    words = [word for word in cells if word]
    return [name for name, text in pairwise(words) if text == "Nothing yet."]


def write(page: Page, name: str, text: str) -> None:
    main(page).get_by_role("textbox", name=name, exact=True).fill(text)


def contribute(page: Page, what: str, text: str, words: Words = ENGLISH) -> None:
    """Add one contribution for a cohort, in the language of the page."""
    kind, label, button = words
    main(page).get_by_role("combobox", name=kind, exact=True).select_option(what)
    write(page, label, text)
    press(page, button)


def ask_and_match(lab: Page, phone: Page, exchange: Exchange) -> None:
    """Add a question, an offer from a phone and a request that matches it; cohorts without contributions are named."""
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
    """Add one part, and check it on screen and in print."""
    page.goto(exchange.get_absolute_url())
    expect(email_row(page, "the contribution is awaited")).to_contain_text("to 4 people")
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


def record_results(page: Page, exchange: Exchange, owner: User) -> None:
    """Record attendance, minutes, and a commitment with owner and date."""
    page.goto(exchange.get_absolute_url())
    step(page, "Close registration")
    step(page, "Record that it took place")
    follow(page, "Record who came")
    follow(page, "Record the others")
    page.get_by_label("came", exact=True).check()
    press(page, "Record attendance")
    page.goto(exchange.get_absolute_url())
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


def give_feedback(phone: Page) -> None:
    """Give feedback from the home page: three taps and a button."""
    phone.goto("/")
    follow(phone, "Donner votre avis")
    for scale in ("useful", "time_together", "organisation"):
        main(phone).locator(f"label:has(input[name={scale}][value='4'])").click()
    press(phone, "Envoyer")
    expect(phone.locator(".message")).to_have_text("Merci. Vos réponses s’ajoutent à celles des autres.")


def fulfil_commitment(phone: Page) -> None:
    phone.goto("/")
    follow(phone, "Dire où en est l’engagement")
    press(phone, "Enregistrer")
    expect(phone.locator(".message")).to_have_text("L’engagement est clos.")


def search_memory(page: Page) -> None:
    """Find the contribution by its words, ignoring accents and case."""
    page.goto("/exchanges/archive/")
    main(page).get_by_label("Search").fill("GUIDE")
    page.keyboard.press("Enter")
    expect(main(page).locator("article", has_text=OFFER)).to_contain_text("Dunkerque")


@only_in_full
def test_intertransfo_from_its_proposal_to_the_archive(visit, staff: User):
    with time_machine.travel(FIRST_MORNING, tick=True):
        plan(FIRST_MORNING)
        lab = visit(staff)
        check_timeline(lab)
        check_proposal(lab)
        exchange = confirm_and_announce(lab)
    member = Cohort.objects.get(slug="dunkerque").memberships.order_by("pk")[0].user
    opening = exchange.first_day - timedelta(weeks=12)
    with at_ten(opening) as now:
        lab, phone = visit(staff), visit(member, **PHONE, java_script_enabled=False)
        lab.goto(exchange.get_absolute_url())
        answer_invitations(lab, phone, exchange, now)
        check_upcoming_emails(lab)
        ask_and_match(lab, phone, exchange)
        set_the_programme(lab, exchange)
    with at_ten(exchange.last_day + timedelta(days=1)):
        lab, phone = visit(staff), visit(member, **PHONE, java_script_enabled=False)
        record_results(lab, exchange, member)
        lab.goto(Exchange.objects.get(number=2).get_absolute_url())
        expect(card(lab, "Earlier commitments")).to_contain_text("Send the guide")
        give_feedback(phone)
        fulfil_commitment(phone)
        search_memory(lab)


@only_in_full
def test_pilot_on_a_phone_gives_back_the_turn_and_the_lab_sees_who_is_next(visit, staff: User):
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
        expect(card(lab, "When and where")).to_contain_text(
            "Metz is proposed: Nantes gave its turn back, and it is next in line. The town hall is being rebuilt."
        )
        expect(card(lab, "E-mails")).to_contain_text("Lab: the host dropped out")
