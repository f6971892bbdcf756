"""A civil servant's main job in a real browser: on a phone, without JavaScript, from an idea to its test's result."""

import re

import pytest
from playwright.sync_api import Page, expect

from prototypes import actions
from prototypes.models import Idea, Trial
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory, tell
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.fixture
def member():
    """An ambassador who reads English, of a cohort with a challenge."""
    cohort = CohortFactory(name="Rivage", code="RIV")
    ChallengeFactory(cohort=cohort, title="Accueil en mairie")
    membership = MembershipFactory(cohort=cohort)
    membership.user.language = "en"
    membership.user.save()
    return membership


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def add_idea(page: Page) -> None:
    page.goto("/ideas/")
    page.locator("main").get_by_role("link", name="An idea").first.click()
    page.fill("[name=title]", "Une borne qui parle comme les gens")
    press(page, "Add the idea")


def add_prototype(page: Page) -> None:
    page.locator("main").get_by_role("link", name="A prototype").first.click()
    page.fill("[name=title]", "Borne en carton")
    page.select_option("[name=fidelity]", "2")
    press(page, "Add the prototype")


def plan_and_lock(page: Page) -> None:
    page.locator("main").get_by_role("link", name="A test", exact=True).click()
    page.fill("[name=hypothesis]", "8 personnes sur 10 trouvent le bon guichet")
    page.fill("[name=measure]", "Part des personnes qui trouvent seules")
    page.fill("[name=threshold]", "80")
    press(page, "Plan the test")
    page.locator("main").get_by_role("link", name="Lock", exact=True).click()
    press(page, "Lock")


def log(page: Page) -> None:
    page.goto("/log/")
    page.fill("[name=participants]", "12")
    page.fill("[name=successes]", "9")
    page.get_by_text("No", exact=True).click()
    page.fill("[name=learning]", "Les pictogrammes aident.")
    press(page, "Save")


def test_from_an_idea_to_a_result_on_a_phone_without_javascript(visit, member):
    page = visit(member.user, **PHONE, java_script_enabled=False)
    add_idea(page)
    idea = Idea.objects.get()
    actions.accept_idea(idea=idea, by=member.user, at=idea.events.get().recorded_at)
    page.reload()
    add_prototype(page)
    plan_and_lock(page)
    log(page)
    expect(page.locator("main")).to_contain_text("9 of 12")
    page.goto(idea.get_absolute_url())
    story = page.locator("ol.story")
    expect(story).to_contain_text("Prototype 1")
    expect(story).to_contain_text("not met: 9 of 12")
    idea.refresh_from_db()
    assert (idea.state, Trial.objects.get().state) == ("testing", "concluded")


def test_a_result_against_the_threshold_asks_why_and_keeps_what_was_typed(visit, member):
    idea = IdeaFactory(cohort=member.cohort, state="testing")
    TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
    page = visit(member.user, **PHONE)
    page.goto("/log/")
    page.fill("[name=participants]", "12")
    page.fill("[name=successes]", "9")
    page.get_by_text("Yes", exact=True).click()
    press(page, "Save")
    expect(page.get_by_label("Why does the result differ from the threshold?")).to_be_visible()
    expect(page.locator("[name=participants]")).to_have_value("12")
    page.fill("[name=contradiction_reason]", "Three people were only passing by")
    press(page, "Save")
    expect(page).to_have_url(re.compile(r"/trials/\d+/$"))
    expect(page.locator("main")).to_contain_text("Three people were only passing by")


def a_story(cohort) -> Trial:
    """An idea with a concluded test, a locked one and a correction."""
    idea = IdeaFactory(cohort=cohort, challenge=cohort.challenges.get(), state="testing")
    wrong = idea.events.get(state="captured")
    tell(idea, "captured", wrong.effective_on, corrects=wrong, reason="By somebody else")
    prototype = PrototypeFactory(idea=idea)
    TrialFactory(prototype=prototype, state="concluded")
    return TrialFactory(prototype=prototype, state="locked")


PAGES = [
    "/ideas/",
    "/ideas/new/",
    "/ideas/{idea}/",
    "/ideas/{idea}/events/",
    "/ideas/{idea}/prototypes/new/",
    "/prototypes/{prototype}/",
    "/prototypes/{prototype}/tests/new/",
    "/trials/{trial}/",
    "/trials/{trial}/log/",
    "/trials/{trial}/cancel/",
    "/challenges/{challenge}/",
    "/cohorts/{cohort}/challenges/",
    "/log/?all",
]


@pytest.mark.parametrize(
    ("screen", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone-light", "phone-dark", "desktop-light", "desktop-dark"],
)
def test_the_pages_have_no_accessibility_fault_and_fit_their_screen(visit, faults_of, member, screen, scheme):
    trial = a_story(member.cohort)
    idea = trial.prototype.idea
    names = {
        "idea": idea.pk,
        "prototype": trial.prototype.pk,
        "trial": trial.pk,
        "challenge": idea.challenge_id,
        "cohort": member.cohort.slug,
    }
    page = visit(member.user, **screen, color_scheme=scheme)
    wide = screen["viewport"]["width"]
    found = {}
    for path in PAGES:
        page.goto(path.format(**names))
        fits = page.evaluate("document.documentElement.scrollWidth") <= wide
        found[path] = (faults_of(page), fits)
    assert found == dict.fromkeys(PAGES, ([], True))
