"""Lists: select rows, act on them with a preview, undo; with and without JavaScript, on a desktop and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from prototypes.models import Idea
from tests.factories.cast import Cast, create_cast
from tests.factories.prototypes import IdeaFactory
from tests.full import only_in_full
from tests.journeys.conftest import DESKTOP, PHONE, Visit, main, press

ENGLISH_PHONE: dict[str, Any] = {**PHONE, "locale": "en-GB"}
SCREENS = [
    pytest.param(DESKTOP, id="desktop"),
    pytest.param(ENGLISH_PHONE, id="phone", marks=only_in_full),
    pytest.param({**ENGLISH_PHONE, "java_script_enabled": False}, id="phone without JavaScript"),
]


@pytest.fixture
def ideas(transactional_db: None) -> Cast:
    cast = create_cast()
    for number in range(3):
        IdeaFactory(cohort=cast.cohort, state="accepted", title=f"Idea {number}")
    return cast


def states() -> list[str]:
    return list(Idea.objects.order_by("pk").values_list("state", flat=True))


def choose(page: Page, *references: str) -> None:
    for reference in references:
        main(page).get_by_role("checkbox", name=f"Select {reference}", exact=True).check()


@pytest.mark.parametrize("screen", SCREENS)
def test_selected_ideas_are_parked_and_the_undo_brings_them_back(visit: Visit, ideas: Cast, screen: dict[str, Any]):
    page = visit(ideas["P"], **screen)
    page.goto("/ideas/")
    choose(page, "RIV-001", "RIV-003")
    if screen.get("java_script_enabled", True):
        expect(main(page).get_by_text("2 rows selected", exact=True)).to_be_visible()
    press(page, "Park")
    expect(main(page).get_by_role("heading", name="Park: 2 of 2")).to_be_visible()
    main(page).get_by_label("Reason").fill("Autumn break")
    press(page, "Park")
    expect(main(page).get_by_text("“Park” is done for 2 rows.")).to_be_visible()
    assert states() == ["parked", "accepted", "parked"]
    press(page, "Undo")
    expect(main(page).get_by_text("“Park” is undone for 2 rows.")).to_be_visible()
    assert states() == ["accepted"] * 3


def test_actions_appear_with_a_selection_and_filters_are_folded(visit: Visit, ideas: Cast):
    page = visit(ideas["P"], **ENGLISH_PHONE)
    page.goto("/ideas/")
    expect(main(page).get_by_role("button", name="Park", exact=True)).to_be_hidden()
    expect(main(page).get_by_role("combobox", name="State")).to_be_hidden()
    first = main(page).get_by_role("link", name="Idea 0", exact=True).bounding_box()
    assert first is not None
    assert first["y"] < 844, "the first screen shows rows"
    main(page).get_by_text("Filters and order", exact=True).click()
    main(page).get_by_role("combobox", name="State").select_option("parked")
    expect(main(page).get_by_text("Nothing fits these filters")).to_be_visible()
    main(page).get_by_role("link", name="Clear filters").click()
    choose(page, "RIV-002")
    expect(main(page).get_by_role("button", name="Park", exact=True)).to_be_visible()
