"""Pictures of prototypes in the story of their idea and where two versions are compared, within consent."""

import pytest

from prototypes.models import Idea, Prototype
from tests.factories.cast import Cast
from tests.factories.files import AttachmentFactory, withdrawn_now
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.pages import elements, links
from tests.prototypes.pages import signed_in, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True)


def of(prototype: Prototype, alt: str, **more: object) -> object:
    return AttachmentFactory(about="prototype", of=prototype, alt_text=alt, **more)


def shown(cast: Cast, letter: str, idea: Idea) -> list[list[str]]:
    """What the pictures of the story, and those of the comparison, say they show."""
    pages = [signed_in(cast[letter]).get(f"/ideas/{idea.pk}/{part}") for part in ("", "compare/")]
    return [[image["attrs"]["alt"] for image in elements(page, "img")] for page in pages]


def test_each_is_at_its_prototype_in_the_story_and_all_are_side_by_side(cast: Cast, idea: Idea):
    cards, kiosk = (PrototypeFactory(idea=idea, title=title) for title in ("Cards", "Kiosk"))
    TrialFactory(prototype=cards, state="concluded")
    first = of(cards, "Cartes")
    of(cards, "Cartes vues de près"), of(kiosk, "Borne")
    AttachmentFactory(about="idea", of=cards, alt_text="Of an idea that has the prototype's number")
    AttachmentFactory(about="prototype", of=kiosk, file="notes.pdf")
    assert shown(cast, "M", idea) == [["Cartes", "Borne"], ["Cartes", "Cartes vues de près", "Borne"]]
    page = signed_in(cast["M"]).get(idea.get_absolute_url())
    assert elements(page, "img")[0]["attrs"]["src"] == f"/files/{first.pk}/small/"
    assert links(page)["See all pictures"] == f"/prototypes/{cards.pk}/#files"


def test_nobody_sees_one_beyond_its_consent(cast: Cast, idea: Idea):
    one, _two = PrototypeFactory(idea=idea), PrototypeFactory(idea=idea)
    of(one, "Cohort", consent="cohort")
    of(one, "Edition", consent="edition")
    of(one, "Over", consent="edition", consent_until="2026-11-23")
    gone = of(one, "Withdrawn")
    withdrawn_now(gone)
    assert [shown(cast, letter, idea) for letter in "MN"] == [[["Cohort"], ["Cohort", "Edition"]], [["Edition"]] * 2]


@pytest.mark.parametrize("rows", [1, 3])
def test_they_cost_no_statement(cast: Cast, idea: Idea, rows: int):
    for _ in range(2):
        prototype = PrototypeFactory(idea=idea)
        for number in range(rows):
            of(prototype, f"n{number}")
    assert [statements(cast["M"], f"/ideas/{idea.pk}/{part}") for part in ("", "compare/")] == [9, 5]
