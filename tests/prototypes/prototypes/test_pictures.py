"""Pictures of prototypes and their tests in the timeline, and of prototypes in the comparison, within consent."""

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


def pictures_seen_by(cast: Cast, role: str, idea: Idea) -> list[list[str]]:
    """Return the descriptions of the pictures in the timeline and in the comparison."""
    pages = [signed_in(cast[role]).get(f"/ideas/{idea.pk}/{part}") for part in ("", "compare/")]
    return [[image["attrs"]["alt"] for image in elements(page, "img")] for page in pages]


def test_pictures_appear_in_the_timeline_and_in_the_comparison(cast: Cast, idea: Idea):
    cards = PrototypeFactory(idea=idea, title="Cards", pk=idea.pk + 1_000)  # another number than the idea's
    kiosk = PrototypeFactory(idea=idea, title="Kiosk")
    TrialFactory(prototype=cards, state="concluded")
    first = of(cards, "Cartes")
    of(cards, "Cartes vues de près"), of(kiosk, "Borne")
    AttachmentFactory(about="idea", of=cards, alt_text="Of an idea that has the prototype's number")
    AttachmentFactory(about="prototype", of=kiosk, file="notes.pdf")
    assert pictures_seen_by(cast, "M", idea) == [["Cartes", "Borne"], ["Cartes", "Cartes vues de près", "Borne"]]
    page = signed_in(cast["M"]).get(idea.get_absolute_url())
    assert elements(page, "img")[0]["attrs"]["src"] == f"/files/{first.pk}/small/"
    assert links(page)["See all pictures"] == f"/prototypes/{cards.pk}/#files"


def test_pictures_are_shown_only_within_their_consent(cast: Cast, idea: Idea):
    one, _two = PrototypeFactory(idea=idea), PrototypeFactory(idea=idea)
    of(one, "Cohort", consent="cohort")
    of(one, "Edition", consent="edition")
    of(one, "Over", consent="edition", consent_until="2026-11-23")
    gone = of(one, "Withdrawn")
    withdrawn_now(gone)
    assert [pictures_seen_by(cast, role, idea) for role in "MN"] == [
        [["Cohort"], ["Cohort", "Edition"]],
        [["Edition"]] * 2,
    ]


def test_first_picture_of_each_test_appears_in_the_timeline_within_its_consent(cast: Cast, idea: Idea):
    prototype = PrototypeFactory(idea=idea)
    # No test has the id of the idea, whose pictures would then look like those of the test.
    one, two, three = (
        TrialFactory(prototype=prototype, state="concluded", pk=idea.pk + number) for number in (1, 2, 3)
    )
    of(prototype, "Prototype", consent="edition")
    for trial, alt, consent in ((one, "First", "edition"), (one, "Second", "edition"), (three, "Cohort", "cohort")):
        AttachmentFactory(about="trial", of=trial, alt_text=alt, consent=consent)
    AttachmentFactory(about="idea", of=two, alt_text="Of an idea, with the number of a test")
    seen = [pictures_seen_by(cast, role, idea)[0] for role in "MN"]
    assert seen == [["Prototype", "First", "Cohort"], ["Prototype", "First"]]


@pytest.mark.parametrize("rows", [1, 3])
def test_pictures_need_no_additional_statement(cast: Cast, idea: Idea, rows: int):
    for _ in range(2):
        prototype = PrototypeFactory(idea=idea)
        trial = TrialFactory(prototype=prototype, state="concluded")
        for number in range(rows):
            of(prototype, f"n{number}")
            AttachmentFactory(about="trial", of=trial, alt_text=f"t{number}")
    assert [statements(cast["M"], f"/ideas/{idea.pk}/{part}") for part in ("", "compare/")] == [8, 5]
