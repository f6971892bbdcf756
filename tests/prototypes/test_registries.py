"""What other parts bring to the pages of ideas, prototypes and challenges."""

from collections.abc import Callable, Iterator

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from prototypes import registries
from tests.factories.cast import Cast
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.prototypes.pages import page
from web.panels import Panel
from web.registries import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, object], None]]:
    """Puts one thing in a registry for this test alone."""

    def bring(name: str, item: object) -> None:
        registry: Registry[object] = Registry(name)
        registry.register("tried", item)
        monkeypatch.setattr(getattr(registries, name), "_items", registry._items)

    return bring


def shown(_request: object, row: object) -> dict[str, object]:
    return {"source": f"Brought to {row}"}


@pytest.mark.parametrize("name", ["idea", "prototype", "challenge"])
def test_a_panel_is_on_the_page_of_what_it_belongs_to(cast: Cast, brought: Callable[[str, object], None], name: str):
    brought(f"{name}_panels", Panel("components/source.html", shown))
    idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
    row = {"idea": idea, "prototype": PrototypeFactory(idea=idea), "challenge": ChallengeFactory(cohort=cast.cohort)}
    assert f"Brought to {row[name]}" in page(cast["M"], row[name].get_absolute_url())


def test_pictures_are_asked_for_once_and_stand_in_the_story_and_where_versions_are_compared(
    cast: Cast, brought: Callable[[str, object], None]
):
    asked: list[int] = []

    def draw(_request: object, prototypes: list[object]) -> dict[int, SafeString]:
        asked.append(len(prototypes))
        return {row.pk: format_html('<img alt="{}">', row.title) for row in prototypes}

    brought("prototype_pictures", draw)
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    for title in ("Cards", "Kiosk"):
        TrialFactory(prototype=PrototypeFactory(idea=idea, title=title), state="concluded")
    story, beside = (page(cast["M"], f"{idea.get_absolute_url()}{part}") for part in ("", "compare/"))
    assert asked == [2, 2]
    assert [text.count('<img alt="Cards">') for text in (story, beside)] == [1, 1]
