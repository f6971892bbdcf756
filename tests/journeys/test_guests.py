"""Journey: a citizen without an account is invited, answers from the e-mail, corrects their name, is erased."""

import re
from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cohorts.attendance.actions import invite_people
from cohorts.guests.actions import record_contact
from cohorts.models import Attendance, Stakeholder
from cohorts.sessions.actions.sessions import DayPlan, plan_session, schedule_session
from notifications.sending.cycle import send_round
from tests.factories.cast import NOW, TODAY, create_cast
from tests.factories.cohorts import StakeholderFactory
from tests.factories.programmes import format_with_schedules
from tests.factories.sink import Sink
from tests.journeys.conftest import PHONE, go, press
from tests.journeys.test_joining import text_of

LINK = re.compile(r"https?://[^/\s]+(/guests/\S+/)")


def test_citizen_answers_from_the_email_and_is_erased(visit, sink: Sink, clock):
    cast = create_cast(format_with_schedules("group_session", "stakeholder_session", "idea"))
    stakeholder = StakeholderFactory(cohort=cast.cohort, name="Zoe Citoyenne", kind="person")
    record_contact(stakeholder=stakeholder, email="zoe@people.example", consent="She said yes", at=NOW, by=cast["P"])
    days = [DayPlan(TODAY + timedelta(days=20), venue="Mairie")]
    draft = plan_session(
        cohort=cast.cohort, number="7", kind="stakeholder_meeting", title="Atelier", days=days, by=cast["P"]
    )
    invite_people(days=list(draft.days.all()), people=[stakeholder], today=TODAY, at=NOW, by=cast["P"])
    schedule_session(session=draft, at=NOW, by=cast["P"])
    send_round(lambda: NOW, seconds=60)
    [link] = [LINK.search(text_of(raw)) for address, raw in sink.accepted if address == "zoe@people.example"]
    assert link is not None

    page = visit(**(PHONE | {"locale": "en-GB"}))
    page.goto(link[1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Atelier")
    assert Axe().run(page).response["violations"] == []
    press(page, "Yes, I am coming")  # one tap
    expect(page.locator("main")).to_contain_text("Your answer: Yes, I am coming.")
    page.get_by_text("Someone else comes instead").click()
    page.get_by_label("Name of the person who comes instead").fill("Leo Voisin")
    page.get_by_label("What do you need to take part?").fill("A ramp")
    press(page, "Send the name of this person")
    expect(page.locator("main")).to_contain_text("Your answer: Someone else comes instead.")
    expect(page.locator(".message", has_text="Your answer is saved.")).to_be_visible()
    row = Attendance.objects.get(stakeholder=stakeholder)
    assert (row.status, row.substitute, row.needs) == ("expected", "Leo Voisin", "A ramp")

    go(page.get_by_role("link", name="See and correct what is stored about you"))
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Name").fill("Zoe C.")
    press(page, "Save")
    expect(page.locator(".message")).to_have_text("Saved.")
    page.goto(link[1])
    go(page.get_by_role("link", name="Erase what is stored about you"))
    assert Axe().run(page).response["violations"] == []
    press(page, "Erase now")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data is erased")
    assert (Stakeholder.objects.get().name[:18], Attendance.objects.filter(stakeholder=stakeholder).count()) == (
        "Erased stakeholder",
        0,
    )
    page.goto(link[1])
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
