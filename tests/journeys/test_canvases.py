"""Design by keyboard alone: a blueprint from its first step to its print, while someone else edits it too."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import now
from playwright.sync_api import Locator, Page, expect

from canvases import actions
from canvases.models import Canvas, CanvasCell
from cohorts.models import Membership
from tests.factories.canvases import drawn
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.journeys.conftest import PHONE, main, press
from tests.journeys.test_keyboard import focused, tab_to

A3, A4 = (1191, 842), (842, 595)  # points, on the side


@pytest.fixture
def member(transactional_db: None) -> Membership:
    user = MembershipFactory(cohort=CohortFactory(name="Rivage", slug="rivage"))
    user.user.language = "en"
    user.user.save()
    return user


def link(page: Page, name: str) -> Locator:
    return main(page).get_by_role("link", name=name, exact=True).first


def button(page: Page, name: str) -> Locator:
    return main(page).get_by_role("button", name=name, exact=True).first


def enter(page: Page, wanted: Locator) -> None:
    tab_to(page, wanted, within=120)
    page.keyboard.press("Enter")


def begin(page: Page) -> Canvas:
    """Go from the cohort's list to the page of a new blueprint."""
    page.goto("/cohorts/rivage/canvases/")
    enter(page, link(page, "Add canvas"))
    tab_to(page, page.locator("[name=kind]:checked"))
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("[name=title]"))
    page.keyboard.type("Trouver son guichet")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/canvases/\d+/$"))
    return Canvas.objects.get(kind="service_blueprint")


def add_step(page: Page, name: str) -> None:
    tab_to(page, page.locator(".add-step [name=name]"), within=120)
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("thead")).to_contain_text(name)
    page.wait_for_load_state()  # scripts set the focus


def write(page: Page, text: str) -> None:
    """Write into the cell whose link has the focus."""
    page.keyboard.press("Enter")
    expect(page.locator(".cell-form textarea")).to_be_focused()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(text)


def save(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cell-form")).to_have_count(0)


def someone_else(cell: CanvasCell, text: str) -> None:
    pilot = MembershipFactory(cohort=cell.canvas.cohort, role="pilot").user
    location: dict[str, Any] = {"canvas": cell.canvas, "step": cell.step, "lane": cell.lane}
    actions.write_cell(**location, text=text, assumption=True, by=pilot, at=now())


def test_blueprint_is_filled_by_keyboard_only(visit, member):
    page = visit(member.user)
    canvas = begin(page)
    for name in ("Attendre", "Arriver"):
        add_step(page, name)
    enter(page, button(page, "Move “Arriver” earlier"))
    expect(page.locator("thead th").first).to_contain_text("Arriver")
    page.wait_for_load_state()

    tab_to(page, page.locator(".lane-evidence .cell-edit").first, within=120)
    write(page, "Un panneau")
    save(page)
    expect(page.locator("#announcer")).to_have_text("Saved.")
    expect(focused(page)).to_have_text(re.compile("Edit"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    write(page, "Il attend debout")
    save(page)
    texts = {(cell.step.name, cell.lane): cell.text for cell in canvas.cells.select_related("step")}
    assert texts == {("Arriver", "evidence"): "Un panneau", ("Attendre", "user"): "Il attend debout"}
    assert Axe().run(page).violations_count == 0


@pytest.fixture
def cell(member: Membership) -> CanvasCell:
    return drawn(2, cohort=member.cohort, made_by=member.user).cells.order_by("pk")[2]


def test_second_editor_sees_both_texts_and_merges_them(visit, member, cell):
    page = visit(member.user)
    page.goto(cell.canvas.get_absolute_url())
    field = page.locator(f"#text-{cell.step_id}-{cell.lane}")
    field.locator(".cell-edit").focus()
    write(page, " Vraiment.")
    someone_else(cell, "Elle reste assise.")
    page.keyboard.press("Control+Enter")
    expect(field).to_contain_text("Elle reste assise.")
    expect(field.locator("textarea")).to_have_value("L'agente se lève et accompagne. Vraiment.")
    assert Axe().run(page).violations_count == 0
    field.locator("textarea").focus()
    page.keyboard.type("Elle reste assise, ou : ")
    save(page)
    cell.refresh_from_db()
    assert (cell.version, "Elle reste assise, ou" in cell.text, "Vraiment." in cell.text) == (3, True, True)


def test_escape_closes_the_field_and_asks_before_text_is_lost(visit, member, cell):
    page = visit(member.user)
    page.goto(cell.canvas.get_absolute_url())
    field = page.locator(f"#text-{cell.step_id}-{cell.lane}")
    field.locator(".cell-edit").focus()
    page.keyboard.press("Enter")
    expect(field.locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(field.locator(".cell-edit")).to_be_focused()
    write(page, "x")
    dialogs: list[str] = []
    page.once("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.keyboard.press("Escape")
    expect(field.locator("textarea")).to_have_value(f"{cell.text}x")
    assert dialogs == ["Leave without saving what you wrote?"]
    save(page)


def test_canvas_works_on_a_phone_without_javascript(visit, member, cell):
    page = visit(member.user, **PHONE, java_script_enabled=False)
    page.goto(cell.canvas.get_absolute_url())
    page.locator(f"#text-{cell.step_id}-{cell.lane} .cell-edit").click()
    page.fill("[name=text]", "Elle se lève.")
    press(page, "Save")
    expect(page.locator(f"#text-{cell.step_id}-{cell.lane}")).to_contain_text("Elle se lève.")


def test_buttons_can_be_used_again_on_a_page_that_the_browser_restores(visit, member, cell):
    page = visit(member.user)
    page.goto(cell.canvas.get_absolute_url())
    later = main(page).get_by_role("button", name="later").first
    page.locator("#move-step").dispatch_event("submit")
    expect(later).to_have_attribute("aria-disabled", "true")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(later).not_to_have_attribute("aria-disabled", "true")


def sheets(page: Page) -> list[tuple[int, int]]:
    """Return the size of each printed page."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize(
    ("kind", "size"), [("service_blueprint", A3), ("journey_map", A3), ("persona", A4), ("service_model", A4)]
)
def test_canvas_prints_on_one_landscape_sheet(kind, size, visit, member):
    page = visit(member.user)
    page.goto(drawn(6, kind=kind, cohort=member.cohort).get_absolute_url())
    assert sheets(page) == [size]
