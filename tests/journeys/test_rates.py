"""A regional admin keeps the rates correct and answers an elected official: sentence, curve, ideas behind a figure."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from accounts.models import User
from cohorts.models import Cohort
from programmes.models import Claim
from prototypes.models import Idea
from tests.factories.cast import TODAY
from tests.factories.cohorts import MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import PATH, IdeaFactory
from tests.factories.rates import OPEN, early_cohort, idea_after, worked_example
from tests.factories.snapshots import built_once
from tests.full import only_in_full
from tests.journeys.conftest import DESKTOP, follow, go, main, press
from tests.journeys.test_pages import axe_result, unfold


@built_once
def build_admin() -> User:
    start = TODAY - relativedelta(months=25)
    cohort = early_cohort(actual_start=start, planned_start=start, planned_end=TODAY + relativedelta(years=1))
    worked_example(cohort, as_of=TODAY)
    Claim.objects.create(
        programme=cohort.edition.programme, metric="ideas_implemented_percent", value=50, source="Étude de cas"
    )
    return AuthorityAdminFactory(authority=cohort.authority, since=start).user


@pytest.fixture
def admin(clock: object, transactional_db: None) -> User:
    """Return the admin of an authority whose ideas are those of the worked example, as of the day of the clock."""
    return build_admin()


def drawn(page: Page) -> None:
    expect(page.locator(".step-plot > svg")).to_be_visible()


def accessibility(page: Page) -> dict[str, list[str]]:
    """Return the findings of axe with everything unfolded, in both colour schemes."""
    found = {}
    unfold(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[scheme] = axe_result(page)
    return found


def test_elected_official_reads_the_rate_of_their_authority(visit, admin):
    """Journey 8: home, sentence, curve, another date, the ideas behind a figure, and all of it in print."""
    page = visit(admin)
    page.context.add_init_script(Axe().axe_script)
    page.goto("/")
    expect(page.get_by_text("10 are implemented")).to_be_visible()
    go(page.get_by_role("link", name="All figures"))
    drawn(page)
    page.get_by_text("Change what is counted").first.click()
    year_ago = (localdate() - relativedelta(years=1)).isoformat()
    page.fill("input[name=as_of]", year_ago)
    go(page.get_by_role("button", name="Show"))
    expect(page.get_by_text("7 are implemented")).to_be_visible()
    assert f"as_of={year_ago}" in page.url
    drawn(page)
    main(page).locator("summary", has_text="Implemented so far").click()
    expect(page.locator("details[open]").get_by_text("Ideas implemented, out of ideas accepted")).to_be_visible()
    go(main(page).get_by_role("link", name=re.compile(r"^7 of \d+ accepted$")))
    expect(page.locator("#ideas tbody tr")).to_have_count(7)
    assert {"#ideas", f"as_of={year_ago}", "outcome=implemented"} <= set(re.split(r"[?&]|(?=#)", page.url))
    assert accessibility(page) == {"light": [], "dark": []}
    page.locator("#ideas .tag", has_text="remove").click()
    expect(page.locator("#ideas tbody tr")).not_to_have_count(7)


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type /Page\b", page.pdf(format="A4")))


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_printed_worked_example_fills_three_pages(visit, admin, locale):
    page = visit(admin, **DESKTOP | {"locale": locale}, color_scheme="dark")
    page.goto("/rates/")
    drawn(page)
    assert sheets(page) == 3


def test_menus_of_the_heading_open_over_the_page_and_close(visit, admin):
    page = visit(admin, **DESKTOP)
    page.goto("/rates/")
    download, more = (main(page).locator(".menu > summary", has_text=label) for label in ("Download", "More"))
    files, prints = main(page).get_by_text("Permanent address of these figures"), main(page).locator("[data-print]")
    before = main(page).locator(".say").bounding_box()
    download.click()
    expect(files).to_be_visible()
    assert main(page).locator(".say").bounding_box() == before
    more.click()
    expect(prints).to_be_visible()
    expect(files).to_be_hidden()
    page.keyboard.press("Escape")
    expect(prints).to_be_hidden()
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(prints).to_be_visible()
    main(page).locator("h1").click()
    expect(prints).to_be_hidden()
    more.press("Enter")
    prints.focus()
    page.keyboard.press("Tab")
    expect(prints).to_be_hidden()


@pytest.fixture
def almost_there(admin: User) -> Idea:
    """Return an idea accepted ten months ago and in implementation; four more have been open for two years."""
    cohort, today = Cohort.objects.get(), localdate()
    for _ in range(4):
        idea_after(24, OPEN, cohort=cohort, as_of=today)
    accepted = today - relativedelta(months=10)
    return IdeaFactory(cohort=cohort, state="implementing", days=dict.fromkeys(PATH, accepted))


def figures(page: Page) -> dict[str, str]:
    """Return the displayed count and the rates within 12 and 24 months, by label."""
    page.goto("/rates/")
    labels = ("Implemented so far", "Implemented within 12 months", "Implemented within 24 months")
    figure_cards = {label: main(page).locator(".figure", has=page.get_by_text(label, exact=True)) for label in labels}
    values = {label: figure.locator(".figure-value").inner_text().strip() for label, figure in figure_cards.items()}
    return values | {"share": figure_cards["Implemented so far"].locator(".fig").inner_text()}


def mark_as_implemented(page: Page, idea: Idea) -> None:
    page.goto(idea.get_absolute_url())
    follow(page, "Mark as implemented")
    page.get_by_text("full", exact=True).click()
    page.get_by_label("Evidence").fill("Délibération n° 12 du conseil")
    press(page, "Mark as implemented")
    expect(main(page).locator(".lead-line .tag").first).to_have_text("implemented")
    expect(main(page)).to_contain_text("Délibération n° 12 du conseil")


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["script", "no-script"])
def test_idea_marked_as_implemented_changes_every_figure(visit, admin, almost_there, script):
    page = visit(admin, **DESKTOP, java_script_enabled=script)
    assert figures(page) == {
        "Implemented so far": "10 of 29 accepted",
        "share": "34%",
        "Implemented within 12 months": "26%",
        "Implemented within 24 months": "40%",
    }
    mark_as_implemented(page, almost_there)
    assert figures(page) == {
        "Implemented so far": "11 of 29 accepted",
        "share": "38%",
        "Implemented within 12 months": "29%",
        "Implemented within 24 months": "42%",
    }
    page.get_by_text("How this is computed, and what is not counted").click()
    for definition in ("Ideas implemented, out of ideas accepted", "the cumulative incidence of Aalen and Johansen"):
        expect(main(page).get_by_text(definition)).to_be_visible()


def test_rows_of_another_authority_are_not_shown(visit, admin):
    foreign = IdeaFactory(title="Une idée d'ailleurs", state="accepted")
    page = visit(admin)
    foreign_paths = [
        foreign.get_absolute_url(),
        f"{foreign.get_absolute_url()}implemented/",
        foreign.cohort.get_absolute_url(),
    ]
    assert {path: page.request.get(path).status for path in foreign_paths} == dict.fromkeys(foreign_paths, 404)
    own, place = Idea.objects.exclude(pk=foreign.pk).earliest("number"), foreign.cohort
    for listing in ("/rates/?page=1", "/ideas/"):
        page.goto(listing)
        expect(main(page).locator("tbody tr", has_text=own.reference)).to_have_count(1)
        expect(main(page)).not_to_contain_text(foreign.title)
    for choice in (f"authority={place.authority.slug}", f"cohort={place.slug}"):
        page.goto(f"/rates/?{choice}&page=1")
        expect(main(page)).not_to_contain_text(foreign.title)


def test_future_day_is_refused_and_stays_in_its_field(visit, admin):
    page = visit(admin)
    tomorrow = (localdate() + relativedelta(days=1)).isoformat()
    page.goto(f"/rates/?as_of={tomorrow}")
    expect(page.get_by_text("This date is in the future")).to_be_visible()
    expect(page.locator("input[name=as_of]")).to_have_value(tomorrow)


def expect_month(page: Page, text: str) -> None:
    """Check which month the sentence next to the curve is about; the slider says the same to screen readers."""
    sentence = page.locator(".step-sentence")
    expect(sentence).to_have_text(re.compile(f"^{text}:"))
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", sentence.inner_text())


def test_month_is_chosen_on_the_curve_by_keyboard_and_by_pointing(visit, admin):
    page = visit(admin, **DESKTOP)
    page.goto("/rates/")
    expect_month(page, "12 months after acceptance")
    slider = page.get_by_role("slider", name="Months since acceptance")
    slider.focus()
    for key, months in (("ArrowLeft", 11), ("ArrowUp", 12), ("End", 20), ("Home", 0)):
        slider.press(key)
        expect_month(page, f"{months} months after acceptance" if months else "At acceptance")
    page.locator(".step-plot").hover()  # waits until the page has scrolled
    drawing = page.locator(".step-plot > svg").bounding_box()
    assert drawing is not None
    for share, months in ((0.44, 9), (0.47, 9), (0.48, 10), (0.999, 20)):
        page.mouse.move(drawing["x"] + share * drawing["width"], drawing["y"] + drawing["height"] / 3)
        expect_month(page, f"{months} months after acceptance")
        line = page.locator(".step-cursor line").bounding_box()
        assert line is not None
        assert abs(line["x"] + line["width"] / 2 - drawing["x"] - months / 20 * drawing["width"]) < 2


def test_line_on_the_curve_stands_above_the_slider_s_thumb(visit, admin):
    page = visit(admin, **DESKTOP)
    page.goto("/rates/")
    drawing, slider = (page.locator(place).bounding_box() for place in (".step-plot > svg", ".step-slider"))
    assert drawing is not None
    assert slider is not None
    assert (slider["x"], slider["width"]) == (drawing["x"] - 8, drawing["width"] + 16)


def test_without_javascript_the_curve_is_drawn_and_its_table_has_the_data(visit, admin):
    page = visit(admin, **DESKTOP, java_script_enabled=False)
    page.goto("/rates/")
    drawn(page)
    expect(page.locator(".step-sentence")).to_contain_text("12 months after acceptance: 31% implemented")
    expect(page.locator(".step-slider")).to_be_hidden()
    page.get_by_text("Show curve as table").click()
    expect(page.locator("#curve-table tbody tr")).to_have_count(13)
    expect(page.locator("#curve-table tbody tr").last).to_contain_text("20")


def test_without_javascript_form_and_ideas_are_pages(visit, admin):
    page = visit(admin, **DESKTOP, java_script_enabled=False)
    page.goto("/rates/")
    follow(page, "Change what is counted")
    expect(main(page).locator("h1")).to_have_text("Change what is counted")
    page.fill("input[name=as_of]", (localdate() - relativedelta(years=1)).isoformat())
    press(page, "Show")
    expect(page.get_by_text("7 are implemented")).to_be_visible()
    go(main(page).get_by_role("link", name=re.compile("^Show these ideas")))
    expect(page.get_by_text("7 are implemented")).to_be_visible()
    expect(page.locator("#ideas tbody tr")).to_have_count(10)


def test_printed_chart_of_the_network_names_its_last_month_in_full(visit, admin):
    MembershipFactory(cohort=Cohort.objects.get(), starts_on=TODAY - relativedelta(months=24))
    page = visit(admin, viewport={"width": 680, "height": 900})
    page.goto("/network/")
    page.emulate_media(media="print")
    label = page.locator("[data-step-chart=network] .step-labels text").last
    assert label.evaluate("text => text.getBoundingClientRect().right") <= 680


def test_printed_page_shows_the_table_and_no_buttons(visit, admin):
    page = visit(admin)
    page.goto("/rates/")
    drawn(page)
    page.emulate_media(media="print")
    expect(page.locator("#curve-table")).to_be_visible()
    expect(page.locator("#if-wrong-table")).to_be_visible()
    expect(page.locator("#choose")).to_be_hidden()
    expect(page.locator(".say")).to_be_visible()
