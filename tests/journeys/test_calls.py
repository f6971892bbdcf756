"""A call from its public form to the cohort: the lab and a reviewer at a keyboard, the applicant on a phone."""

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from cohorts.calls.actions.calls import add_reviewer
from cohorts.models import Application, Call, Invitation
from notifications.sending.cycle import send_round
from tests.factories.calls import TEXTS
from tests.factories.cast import NOW, TODAY, new_cast
from tests.factories.files import sample_content
from tests.factories.sink import Sink
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, Visit, follow, main, press
from tests.journeys.test_joining import text_of
from tests.journeys.test_keyboard import tab_to

OFFICER = "ada@dunes.example"
LINK = re.compile(r"https?://[^/\s]+(/own-application/\S+/)")
CALL = {
    "Title in French": "Appel 2027",
    "Title in English": "Call 2027",
    "Text in French": "Qui peut candidater",
    "Text in English": "Who can apply",
    "Criteria in French": "Soutien\nUsagers",
    "Criteria in English": "Support\nUsers",
    "First day": TODAY.isoformat(),
    "Last day": "2026-12-18",
}


def check(page: Page) -> None:
    """Expect no accessibility problem on the page."""
    assert Axe().run(page).response["violations"] == []


def link_in_email(sink: Sink) -> str:
    """Send what is due, and return the path of the link in the latest e-mail to the officer."""
    send_round(timezone.now, seconds=60)
    found = LINK.search([text_of(raw) for address, raw in sink.accepted if address == OFFICER][-1])
    assert found
    return found[1]


def publish_call(lab: Page) -> Call:
    lab.goto("/calls/")
    expect(lab.get_by_text("No call yet")).to_be_visible()
    check(lab)
    tab_to(lab, main(lab).get_by_role("link", name="Write a call", exact=True))
    lab.keyboard.press("Enter")
    expect(lab.get_by_role("heading", level=1)).to_have_text("Write a call")
    check(lab)
    for label, text in CALL.items():
        lab.get_by_label(label, exact=False).first.fill(text)
    press(lab, "Save the draft")
    expect(lab.get_by_role("heading", level=1)).to_have_text("Call 2027")
    check(lab)
    tab_to(lab, main(lab).get_by_role("link", name="Publish", exact=True))
    lab.keyboard.press("Enter")
    expect(lab.get_by_role("heading", level=1)).to_have_text("Publish the call")
    press(lab, "Publish")
    expect(lab.get_by_text("The call is published.")).to_be_visible()
    return Call.objects.get()


def write_application(phone: Page, link: str, folder: Path) -> None:
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Begin your application")
    check(phone)
    press(phone, "Confirm and begin")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your authority")
    phone.get_by_label("Name of the authority").fill("Ville des Dunes")
    phone.get_by_label("Your name").fill("Ada Dune")
    phone.get_by_label("Your function").fill("Head of innovation")
    check(phone)
    press(phone, "Save and continue")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your need")
    phone.goto(link)  # left, and resumed by the same link
    expect(phone.get_by_role("link", name="Who supports it?")).to_be_visible()
    check(phone)
    follow(phone, "Your need")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your need")
    phone.get_by_label("Why do you want to take part?").fill(TEXTS["need"])
    phone.get_by_label("On which challenge would you work first?").fill(TEXTS["challenge"])
    phone.get_by_label("Who supports it?").fill(TEXTS["sponsors"])
    press(phone, "Save and continue")
    expect(phone.get_by_role("heading", level=1)).to_have_text("People")
    check(phone)
    first = phone.get_by_role("group", name="Person 1", exact=True)
    first.get_by_label("Name").fill("Lea Dune")
    first.get_by_label("E-mail address").fill("lea@dunes.example")
    first.get_by_label("Role").select_option("pilot")
    press(phone, "Save and continue")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Documents")
    paper = folder / "letter.pdf"
    paper.write_bytes(sample_content("letter.pdf"))
    phone.get_by_label("Document").set_input_files(paper)
    press(phone, "Add the document, or go on")
    expect(phone.get_by_role("button", name="Remove letter.pdf")).to_be_visible()
    check(phone)
    press(phone, "Add the document, or go on")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your application")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    press(phone, "Send the application")
    expect(phone.get_by_text("Your application was sent.")).to_be_visible()


def rate(reviewer: Page) -> None:
    reviewer.goto("/")
    expect(reviewer.get_by_text("1 application waits for your review.", exact=True)).to_be_visible()
    reviewer.goto(Application.objects.get().get_absolute_url())
    expect(reviewer.get_by_role("link", name="letter.pdf")).to_be_visible()
    check(reviewer)
    tab_to(reviewer, main(reviewer).get_by_role("link", name="Rate", exact=True))
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_role("heading", level=1)).to_have_text("Rate the application of Ville des Dunes")
    check(reviewer)
    for number, criterion in enumerate(("Support", "Users")):
        reviewer.locator(f"input[name=points_{number}][value='4']").check(force=True)
        reviewer.get_by_label(f"Why: {criterion}").fill("Well prepared")
    press(reviewer, "Save your ratings")
    expect(main(reviewer).get_by_text("Well prepared")).to_have_count(2)


def decide_and_open(lab: Page, edition: str) -> None:
    lab.goto(Application.objects.get().get_absolute_url())
    tab_to(lab, main(lab).get_by_role("link", name="Decide", exact=True))
    lab.keyboard.press("Enter")
    expect(lab.get_by_role("heading", level=1)).to_have_text("Decide about Ville des Dunes")
    lab.locator("input[name=decision][value=accept]").check(force=True)
    lab.get_by_label("Reason").fill("A mature project")
    press(lab, "Show the e-mail")
    expect(lab.get_by_role("heading", name="The applicant gets this e-mail")).to_be_visible()
    check(lab)
    press(lab, "Send the decision")
    expect(lab.get_by_text("The decision is saved.")).to_be_visible()
    follow(lab, "Open the cohort")
    expect(lab.get_by_role("heading", level=1)).to_have_text("Open the cohort of Ville des Dunes")
    check(lab)
    lab.get_by_label("Edition").select_option(label=edition)
    lab.get_by_label("Kind of authority").select_option("municipality")
    press(lab, "Open the cohort")
    expect(lab.get_by_text("The cohort Ville des Dunes is open.")).to_be_visible()


@only_in_full
def test_call_from_its_public_form_to_the_cohort(visit: Visit, sink: Sink, clock: Any, settings: Any, tmp_path: Path):
    settings.FILES_DIR = tmp_path
    cast = new_cast()
    lab, phone, reviewer = visit(cast["S"]), visit(None, **(PHONE | {"locale": "en-GB"})), visit(cast["D"])
    call = publish_call(lab)
    add_reviewer(call=call, email=cast["D"].email, at=NOW, by=cast["S"])

    phone.goto("/public/en/calls/")
    check(phone)
    follow(phone, "Call 2027")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Call 2027")
    check(phone)
    follow(phone, "Apply")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Call 2027")
    check(phone)
    phone.get_by_label("Your e-mail address at work").fill(OFFICER)
    press(phone, "Send me the link")
    expect(phone.get_by_text("Check your e-mail.")).to_be_visible()
    link = link_in_email(sink)
    write_application(phone, link, tmp_path)

    rate(reviewer)
    decide_and_open(lab, cast.edition.name)
    assert Invitation.objects.get(email="lea@dunes.example").cohort == Application.objects.get().cohort
    assert link_in_email(sink) == link
    phone.goto(link)
    expect(phone.get_by_text("A mature project")).to_be_visible()
    check(phone)
    follow(phone, "Erase the application")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Erase the application")
    check(phone)
