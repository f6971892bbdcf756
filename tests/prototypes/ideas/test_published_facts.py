"""Published ideas: published states, unknown facts, and claimed shares."""

from datetime import date

import pytest

from prototypes.ideas.views.published_facts import published_facts
from prototypes.models import Idea, IdeaEvent, Implementation
from tests.factories.cast import Cast
from tests.factories.programmes import ClaimFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory
from tests.prototypes.pages import page, statements

CLOCK = "When the idea was accepted. Without this date, the idea is in no rate and no curve."
SINCE = "Since when the idea has been in the last published state."


def unknown_facts_of(idea: Idea, *events: IdeaEvent, at_work: list[Implementation] | None = None) -> list[str]:
    facts = published_facts(idea, events, at_work or [])
    assert facts is not None
    return list(facts.unknown_facts)


def published_event(state: str, day: date | None = date(2013, 12, 10)) -> IdeaEvent:
    return IdeaEvent(state=state, effective_on=day, is_reported_state=True)


def test_each_unpublished_fact_is_named(cast: Cast):
    idea = Idea(cohort=cast.cohort, retrospective=True)
    whether = "Whether the idea was implemented, by whom, since when, and with what evidence."
    assert unknown_facts_of(idea) == [CLOCK, "What became of the idea.", whether]
    assert unknown_facts_of(idea, published_event("testing")) == [CLOCK, whether]
    idea.state = "implemented"
    assert unknown_facts_of(idea, published_event("implemented", None)) == [
        CLOCK,
        SINCE,
        "Who implemented the idea, since when, and with what evidence.",
    ]
    half = Implementation(live_on=date(2016, 1, 1), scope="", evidence="")
    assert unknown_facts_of(idea, published_event("implemented"), at_work=[half]) == [
        CLOCK,
        "Whether the idea was implemented in full or in part.",
        "What evidence there is that the idea was implemented.",
    ]
    full = Implementation(live_on=None, scope="full", evidence="A page")
    assert unknown_facts_of(idea, published_event("implemented"), at_work=[full]) == [
        CLOCK,
        "Since when the idea has been implemented.",
    ]
    idea.state = "abandoned"
    assert unknown_facts_of(idea, published_event("abandoned")) == [CLOCK]


def test_idea_from_the_platform_has_no_published_facts(cast: Cast):
    assert published_facts(IdeaFactory(cohort=cast.cohort), [], []) is None
    assert "What is known, and what is not" not in page(cast["M"], IdeaFactory(cohort=cast.cohort).get_absolute_url())


@pytest.mark.parametrize("claims", [0, 2])
def test_page_shows_published_and_unknown_facts_and_claims_in_nine_statements(claims: int, cast: Cast):
    for number in range(claims):
        ClaimFactory(edition=cast.edition, scope=f"Cohort {number}")
    idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="implemented", source="A page of 2013")
    ImplementationFactory(idea=idea, retrospective=True, scope="")
    text = page(cast["M"], idea.get_absolute_url())
    expected = ("As published: implemented,", "Whether the idea was implemented in full or in part.")
    assert [part in text for part in expected] == [True, True]
    assert text.count("Publications also say that 50% of the ideas were implemented") == claims
    assert statements(cast["M"], idea.get_absolute_url()) == 9
