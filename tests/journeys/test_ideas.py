"""The main task of a civil servant on a phone, with JavaScript and without: from an idea to the result of its test."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from cohorts.models import Membership
from prototypes.models import Idea, Trial
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, follow, main, press


@pytest.fixture
def member() -> Membership:
    """Return an ambassador of a cohort with a challenge."""
    cohort = CohortFactory(name="Rivage", code="RIV")
    ChallengeFactory(cohort=cohort, title="Accueil en mairie")
    return MembershipFactory(cohort=cohort)


def state_on(page: Page) -> Locator:
    """Return the state displayed below the name of the idea."""
    return main(page).locator(".lead-line .tag").first


def timeline_titles(page: Page) -> list[str]:
    """Return the titles of the timeline, in page order."""
    return page.locator("ol.idea-timeline li > div > p:first-child > b:first-child").all_inner_texts()


def add_idea(page: Page) -> None:
    page.goto("/ideas/")
    follow(page, "Ajouter une idée")
    page.select_option("[name=target]", label="Rivage · Accueil en mairie")
    page.fill("[name=title]", "Une borne qui parle comme les gens")
    press(page, "Ajouter l’idée")
    expect(state_on(page)).to_have_text("repérée")
    expect(main(page).locator(".crumb")).to_contain_text("Accueil en mairie")


def accept(page: Page, idea: Idea) -> None:
    """Accept the idea as the pilot, in English."""
    page.goto(idea.get_absolute_url())
    follow(page, "Accept")
    press(page, "Accept")
    expect(state_on(page)).to_have_text("accepted")


def add_prototype(page: Page) -> None:
    follow(page, "Ajouter un prototype")
    page.fill("[name=title]", "Borne en carton")
    page.select_option("[name=fidelity]", "2")
    press(page, "Ajouter le prototype")


def plan_and_lock(page: Page) -> None:
    follow(page, "Prévoir un test")
    page.fill("[name=hypothesis]", "8 personnes sur 10 trouvent le bon guichet")
    page.fill("[name=measure]", "Part des personnes qui trouvent seules")
    page.fill("[name=threshold]", "80")
    press(page, "Prévoir le test")
    follow(page, "Verrouiller")
    press(page, "Verrouiller")


def log(page: Page) -> None:
    page.goto("/log/")
    page.fill("[name=participants]", "12")
    page.fill("[name=successes]", "9")
    page.get_by_text("Non", exact=True).click()
    page.fill("[name=learning]", "Les pictogrammes aident.")
    press(page, "Enregistrer")


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["script", "no-script"])
def test_idea_is_taken_to_a_test_result_on_a_phone(visit, member, script):
    page = visit(member.user, **PHONE, java_script_enabled=script)
    page.goto("/")
    add_idea(page)
    idea = Idea.objects.get()
    accept(visit(MembershipFactory(cohort=member.cohort, role="pilot").user), idea)
    page.reload()
    add_prototype(page)
    page.goto(idea.get_absolute_url())
    expect(state_on(page)).to_have_text("en prototypage")
    plan_and_lock(page)
    page.goto(idea.get_absolute_url())
    expect(state_on(page)).to_have_text("en test, prototype 1")
    log(page)
    expect(main(page)).to_contain_text("9 sur 12")
    page.goto(idea.get_absolute_url())
    assert timeline_titles(page) == ["Repérée", "Acceptée.", "Prototype 1.", ""]
    expect(page.locator("ol.idea-timeline .proto")).to_contain_text("non atteint : 9 sur 12")
    states = list(idea.events.order_by("position").values_list("state", flat=True))
    assert states == ["captured", "accepted", "prototyping", "testing"]
    assert Trial.objects.values_list("state", "result").get() == ("concluded", "not_met")


def test_result_against_the_threshold_asks_for_a_reason_and_keeps_the_typed_text(visit, member):
    member.user.language = "en"
    member.user.save()
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
