"""Journey 2, Monday morning: one list of what is late or at risk, and one button per note deals with it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from cohorts.models import Session
from exchanges.models import Exchange
from notifications.models import Delivery
from prototypes.models import Trial
from tests.factories.cast import TODAY, Cast, new_cast
from tests.factories.cohorts import MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, follow, go, main, press

pytestmark = pytest.mark.usefixtures("clock")

NOTES = {
    "Intertransfo 1 of La Transfo 2026–2028: Rivage has not confirmed. · on 23 Mar 2027": "Ask the next cohort",
    "Rivage has no prototype in test; the first was due after 2 months. · since 5 Mar 2026": "See its ideas",
    "Parler aux usagers, Rivage, has no report. It was held 6 days ago. · on 18 Nov 2026": "Write the report",
    "1 idea has had no update for six months. · since 3 Mar 2026": "Confirm or change",
    "1 e-mail failed. The mail server refused to send or did not answer. · since 24 Nov 2026": "View and send again",
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Return the cast with one late object of each kind in Rivage, and nothing late in Montagne."""
    cast = new_cast()
    for person in cast.people.values():
        person.language = "en"
        person.save()
    ExchangeFactory(edition=cast.edition, host=cast.cohort, number=1, first_day=TODAY + timedelta(weeks=17))
    SessionFactory(cohort=cast.cohort, state="held", date=TODAY - timedelta(days=6), title="Parler aux usagers")
    quiet = {"captured": date(2026, 2, 3), "accepted": date(2026, 3, 3)}
    IdeaFactory(cohort=cast.cohort, state="accepted", title="Une carte du guichet", days=quiet)
    MembershipFactory(cohort=cast.other_cohort, role="pilot")
    AuthorityAdminFactory(authority=cast.other_cohort.authority)
    challenge = ChallengeFactory(cohort=cast.other_cohort)
    tried = IdeaFactory(
        cohort=cast.other_cohort, challenge=challenge, state="testing", days={"testing": TODAY - timedelta(days=20)}
    )
    TrialFactory(prototype=PrototypeFactory(idea=tried), state="locked")
    DeliveryFactory(user=cast["M"], state="dead")
    return cast


def notes(page: Page) -> dict[str, str]:
    """Return the list on the home page: the text of each note, and its button."""
    page.goto("/")
    found = main(page).locator(".note")
    buttons = [found.nth(index).locator("a.btn") for index in range(found.count())]
    assert [button.count() for button in buttons] == [1] * found.count()
    texts = [found.nth(index).locator("p").inner_text() for index in range(found.count())]
    return {text: button.inner_text() for text, button in zip(texts, buttons, strict=True)}


def deal_with(page: Page, note: str) -> None:
    page.goto("/")
    go(main(page).locator(".note", has_text=note).locator("a.btn"))


def put_to_the_test(page: Page) -> None:
    """Go from the page of an idea to a locked test: the idea has an update, its cohort a prototype."""
    follow(page, "Add prototype")
    page.fill("[name=title]", "Une carte en carton")
    page.select_option("[name=fidelity]", "2")
    press(page, "Add the prototype")
    follow(page, "Plan test")
    page.fill("[name=hypothesis]", "8 personnes sur 10 trouvent le bon guichet")
    page.fill("[name=measure]", "Part des personnes qui trouvent seules")
    page.fill("[name=threshold]", "80")
    press(page, "Plan the test")
    follow(page, "Lock")
    press(page, "Lock")


@only_in_full
def test_each_note_has_a_button_and_disappears_once_it_is_dealt_with(visit, cast: Cast):
    page = visit(cast["S"])
    assert notes(page) == NOTES

    deal_with(page, "has not confirmed")
    press(page, "Ask the next cohort")
    expect(page.locator(".message")).to_have_text("The next cohort is asked to confirm.")
    assert Exchange.objects.get().host == cast.other_cohort

    deal_with(page, "has no report")
    page.locator("textarea").first.fill("Trois usagers sont venus; ils veulent moins de papier.")
    press(page, "Save the report")
    assert Session.objects.get(title="Parler aux usagers").state == "reported"

    deal_with(page, "1 e-mail failed")
    go(main(page).locator("tbody a").first)
    press(page, "Try again")
    assert Delivery.objects.get().state == "queued"

    deal_with(page, "has had no update for six months")
    expect(main(page).get_by_role("group")).to_have_count(1)
    deal_with(page, "has no prototype in test")
    follow(page, "Une carte du guichet")
    put_to_the_test(page)
    assert Trial.objects.get(prototype__idea__title="Une carte du guichet").state == "locked"

    assert set(NOTES) & set(notes(page)) == set()


def test_page_without_notes_says_so(visit, transactional_db: None):
    cast = new_cast()
    page = visit(cast["X"])
    assert notes(page) == {}


def test_every_button_can_be_used_on_a_phone_in_french(visit, cast: Cast):
    cast["S"].language = "fr"
    cast["S"].save()
    page = visit(cast["S"], **PHONE)
    page.goto("/")
    boxes = [box.bounding_box() for box in main(page).locator(".note a").all()]
    assert len(boxes) == 2 * len(NOTES)  # each with “Remind me later”
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] >= 24 for box in boxes)
