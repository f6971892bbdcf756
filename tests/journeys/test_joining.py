"""Journey 4: a civil servant opens the e-mail, chooses a password, joins the cohort, registers, subscribes."""

import re
from email import message_from_bytes, policy

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cohorts.invitations.actions.invitations import invite_member
from cohorts.models import Attendance, Invitation, Membership
from notifications.sending.cycle import send_round
from tests.factories.cast import NOW, new_cast
from tests.factories.cohorts import SessionFactory
from tests.factories.sink import Sink
from tests.journeys.conftest import PHONE, go, main, press
from tests.journeys.test_calendar import titles

LINK = re.compile(r"https?://\S+(/invitations/\S+/)")


def test_person_joins_from_the_invitation_email_on_a_phone(visit, sink: Sink, clock):
    cast = new_cast()
    session = SessionFactory(cohort=cast.cohort, title="Atelier", date=NOW.date().replace(month=12, day=8))
    invitation = {"email": "ada@people.example", "full_name": "Ada Essai", "role": "ambassador", "language": "en"}
    invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **invitation)
    send_round(lambda: NOW, seconds=60)
    [(address, raw)] = sink.accepted
    found = LINK.search(text_of(raw))
    assert (address, found is not None) == ("ada@people.example", True)

    page = visit(**(PHONE | {"locale": "en-GB"}))
    page.goto(f"{found[1][:-2]}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This invitation cannot be opened")
    assert Axe().run(page).response["violations"] == []
    page.goto(found[1])
    expect(page.get_by_role("heading", level=1)).to_have_text("You are invited")
    assert Axe().run(page).response["violations"] == []
    assert Invitation.objects.get().accepted_at is None
    page.get_by_label("Choose a password").fill("nine green bottles")
    press(page, "Accept and join")

    expect(page).to_have_url(re.compile(r"/cohorts/rivage/$"))
    expect(page.locator(".message", has_text="Welcome. You have joined: Rivage.")).to_be_visible()
    member = Membership.objects.get(user__email="ada@people.example")
    page.goto(session.get_absolute_url())
    press(page, "I am coming")
    expect(page.locator(".message")).to_have_text("Your answer is saved: you are coming.")
    go(main(page).get_by_role("link", name="See the participants"))
    expect(main(page)).to_contain_text("Ada Essai")
    assert Attendance.objects.get(member=member).answered_on is not None

    page.goto("/account/")
    press(page, "Subscribe")
    feed_address = main(page).get_by_label("Address to copy").input_value()
    assert titles(visit(), re.sub(r"^https?://[^/]+", "", feed_address)) == ["Atelier · Rivage"]


def text_of(raw: bytes) -> str:
    """Return the plain-text part of an e-mail."""
    part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if part else ""
