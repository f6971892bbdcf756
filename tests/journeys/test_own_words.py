"""E-mails in the lab's words: one reworded in the browser and sent, and one written to people who have not answered."""

from datetime import date
from email.message import EmailMessage
from io import StringIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from exchanges.reminders import plan_emails
from programmes.models import Format
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, create_cast
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import FormatFactory, ReminderStepFactory
from tests.factories.sink import Sink
from tests.journeys.conftest import PHONE, Visit, follow, go, main, press
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock")
ENGLISH_PHONE = PHONE | {"locale": "en-GB"}
SAVE_THE_DATE = {"slug": "save_the_date", "email_type": "exchange_save_the_date", "audience": "active_members"}


@pytest.fixture
def lab(transactional_db: None) -> User:
    return UserFactory(full_name="Alix Labo", email="lab@people.example", is_lab_staff=True, language="en")


@pytest.fixture
def draft(transactional_db: None) -> Format:
    """Return a draft whose only e-mail is the save-the-date of Intertransfos."""
    draft = FormatFactory(published_at=None)
    ReminderStepFactory(format=draft, offset="-16w", alone=True, **SAVE_THE_DATE)
    return draft


def sent(sink: Sink) -> dict[str, EmailMessage]:
    """Send what is due, and return the e-mails that the mail server accepted since the last call, by address."""
    sink.accepted.clear()
    call_command("send_reminders", stdout=StringIO())
    return {str(email["To"]): email for email in sink.emails}


def text_of(email: EmailMessage) -> str:
    """Return the plain text of an e-mail with ordinary blanks."""
    part = email.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def preview(page: Page, language: str) -> Locator:
    """Return the preview in a language, which stands in a frame of its own."""
    return page.frame_locator(f'iframe[title="The e-mail in {language}"]').locator("body")


def background(page: Page, label: str) -> str:
    """Return the background colour of a field."""
    return str(page.get_by_label(label).evaluate("field => getComputedStyle(field).backgroundColor"))


def test_reworded_email_is_previewed_published_and_received(visit: Visit, sink: Sink, lab: User, draft: Format):
    page = visit(lab)
    page.context.add_init_script(Axe().axe_script)
    page.goto(draft.get_absolute_url())
    page.eval_on_selector_all("details", "all => all.forEach(part => { part.open = true })")
    go(main(page).get_by_role("link", name="save the date"))
    page.get_by_label("Subject in French").fill("À vos agendas : {Intertransfo}")
    page.get_by_label("Text in French").fill("Nous nous retrouvons {dates}.\n\nTout est là : {lien}")
    page.get_by_label("Text in English").fill("We meet on {day}. {link}")
    press(page, "Save the wording")
    expect(page.get_by_role("alert").first).to_contain_text("There is no placeholder {day}.")
    expect(page.get_by_label("Text in French")).to_have_value("Nous nous retrouvons {dates}.\n\nTout est là : {lien}")
    assert axe_result(page) + too_wide(page) == []

    page.get_by_label("Text in English").fill("We meet on {dates}.\n\n{link}")
    for reader, is_reworded in (("pilot", True), ("someone whose address is not confirmed", False)):
        page.get_by_label("Read by").select_option(label=reader)
        press(page, "Show preview")
        expect(preview(page, "French")).not_to_be_empty()
        expect(preview(page, "French").filter(has_text="Nous nous retrouvons")).to_have_count(int(is_reworded))
    page.get_by_label("Read by").select_option("")
    press(page, "Save the wording")
    expect(page.locator(".message")).to_have_text("The wording is saved.")

    page.goto(draft.get_absolute_url())
    follow(page, "Publish")
    press(page, "Publish")
    page.eval_on_selector_all("details", "all => all.forEach(part => { part.open = true })")
    go(main(page).get_by_role("link", name="save the date"))
    locked = {background(page, label) for label in ("Subject in French", "Text in French", "Subject in English")}
    assert (len(locked), background(page, "Read by") in locked) == (1, False)

    draft.refresh_from_db()
    cast = create_cast(draft)
    User.objects.filter(pk=cast["P"].pk).update(language="fr")
    User.objects.filter(pk=cast["M"].pk).update(language="en")
    values = {"number": 4, "state": "announced", "first_day": date(2027, 3, 16)}
    plan_emails(ExchangeFactory(edition=cast.edition, host=cast.cohort, **values), at=NOW, by=None)
    emails = sent(sink)
    french, english = emails[cast["P"].email], emails[cast["M"].email]
    assert str(french["Subject"]) == "À vos agendas : Intertransfo 4"
    assert "Nous nous retrouvons mar. 16 – mer. 17 mars 2027." in text_of(french)
    assert "We meet on Tue 16 – Wed 17 March 2027." in text_of(english)
    assert len(emails) == 6


def test_lab_writes_to_people_who_have_not_answered(visit: Visit, sink: Sink, lab: User):
    cast = create_cast()
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, number=4, state="registration_open")
    for role, state in (("M", "invited"), ("P", "registered"), ("R", "declined"), ("D", "invited")):
        RegistrationFactory(exchange=exchange, user=cast[role], state=state)
    page = visit(lab, **ENGLISH_PHONE)
    page.context.add_init_script(Axe().axe_script)
    page.goto(f"/e-mails/to/exchange/{exchange.pk}/")
    go(main(page).get_by_role("link", name="Write an e-mail").first)
    page.get_by_label("To", exact=True).select_option(label="People who have not answered")
    page.get_by_label("Subject in French").fill("Venez-vous ?")
    page.get_by_label("Text in French").fill("Il manque votre réponse.")
    assert axe_result(page) + too_wide(page) == []
    press(page, "Continue to the preview")
    expect(main(page)).to_contain_text("2 people as of today.")
    expect(preview(page, "French")).to_contain_text("Il manque votre réponse.")
    assert axe_result(page) + too_wide(page) == []
    assert sent(sink) == {}

    press(page, "Send a test to myself")
    expect(page.locator(".message")).to_have_text("The test is on its way to you.")
    [test] = sent(sink).items()
    assert (test[0], str(test[1]["Subject"])) == (lab.email, "Test: Venez-vous ?")

    press(page, "Send to 2 people")
    emails = sent(sink)
    assert sorted(emails) == sorted([cast["M"].email, cast["D"].email])
    assert "Il manque votre réponse." in text_of(emails[cast["M"].email])
    page.reload()
    recipients = [f"{cast['M']} sent", f"{cast['D']} sent"]
    expect(main(page).get_by_role("listitem")).to_have_text(recipients, use_inner_text=True)
