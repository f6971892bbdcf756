"""Pages of an edition: shown, changed, moved to the next state."""

from datetime import date

import pytest
from django.test import Client

from programmes.hooks import ProgrammeHooks, programme_hooks
from programmes.models import Edition
from tests.factories.programmes import ClaimFactory, EditionFactory
from tests.pages import elements, errors, links, messages, rows, texts
from web.pages.panels import Panel

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "La Transfo 2026",
    "starts_on": "2026-09-01",
    "ends_on": "2028-08-31",
    "funders": "",
    "planned_authorities": "",
}


class TestEdition:
    def test_the_page_shows_state_dates_format_and_figures(self, visitor: Client, django_assert_num_queries):
        edition = EditionFactory(slug="transfo", funders="Three regions", planned_authorities=10)
        ClaimFactory(edition=edition)
        with django_assert_num_queries(7):
            page = visitor.get("/editions/transfo/")
        assert texts(page, "span", "tag-open") == ["running"]
        named = f"Two years (v{edition.format.version})"
        assert [row[0] for row in rows(page)] == [named, "10", "Three regions", "Ideas implemented (%)"]
        assert texts(page, "span", "tag-waiting") == ["published, definition unknown"]

    def test_the_page_links_to_programme_and_format(self, visitor: Client):
        edition = EditionFactory(slug="transfo")
        there = links(visitor.get("/editions/transfo/"))
        assert there[str(edition.programme)] == f"/programmes/{edition.programme.slug}/"
        assert there[str(edition.format)] == f"/formats/{edition.format.pk}/"

    def test_dates_are_shown_with_their_precision(self, visitor: Client):
        EditionFactory(
            slug="first",
            retrospective=True,
            state="archived",
            starts_on=date(2011, 6, 1),
            starts_precision="month",
            ends_on=None,
        )
        page = visitor.get("/editions/first/")
        assert texts(page, "div", "lead-line") == ["archived published facts from June 2011"]

    def test_a_demonstration_is_marked(self, visitor: Client):
        EditionFactory(slug="demo", demonstration=True)
        assert texts(visitor.get("/editions/demo/"), "span", "tag-neutral") == ["demonstration"]

    def test_a_draft_is_visible_only_to_lab_staff_and_marked(self, lab: Client, visitor: Client):
        EditionFactory(slug="draft", state="draft")
        assert visitor.get("/editions/draft/").status_code == 404
        assert texts(lab.get("/editions/draft/"), "div", "note") == [
            "A draft. Only lab staff see it until registration opens."
        ]

    def test_other_apps_add_panels_in_order(self, visitor: Client, monkeypatch: pytest.MonkeyPatch):
        EditionFactory(slug="transfo", name="The edition")
        panels = {
            2: Panel("components/empty.html", lambda request, edition: {"title": f"Two: {edition}"}),
            1: Panel("components/empty.html", lambda request, edition: {"title": f"One: {edition}"}),
            3: Panel("components/empty.html", lambda request, edition: None),
        }
        monkeypatch.setattr(programme_hooks, "by_app", {"test": ProgrammeHooks(edition_panels=panels)})
        page = visitor.get("/editions/transfo/")
        assert texts(page, "p", "empty-title") == ["One: The edition", "Two: The edition"]

    @pytest.mark.parametrize(
        ("state", "button"),
        [
            ("draft", "Open registration"),
            ("open", "Start the edition"),
            ("running", "Close the edition"),
            ("closed", "Archive the edition"),
        ],
    )
    def test_lab_staff_are_offered_the_next_step(self, lab: Client, state: str, button: str):
        EditionFactory(slug="transfo", state=state)
        assert links(lab.get("/editions/transfo/"))[button] == "/editions/transfo/state/"

    @pytest.mark.parametrize(("state", "retrospective"), [("archived", False), ("closed", True)])
    def test_no_step_is_offered_at_the_end(self, lab: Client, state: str, retrospective: bool):
        EditionFactory(slug="transfo", state=state, retrospective=retrospective)
        assert "/editions/transfo/state/" not in links(lab.get("/editions/transfo/")).values()

    def test_readers_see_no_buttons(self, visitor: Client):
        EditionFactory(slug="transfo")
        offered = set(links(visitor.get("/editions/transfo/")).values())
        assert {"/editions/transfo/state/", "/editions/transfo/facts/"} & offered == set()


class TestFacts:
    def test_facts_can_be_changed(self, lab: Client):
        EditionFactory(slug="transfo")
        page = lab.post("/editions/transfo/facts/", {**TYPED, "planned_authorities": "10"}, follow=True)
        assert messages(page) == ["Saved."]
        edition = Edition.objects.get()
        assert (edition.name, edition.planned_authorities, edition.slug) == ("La Transfo 2026", 10, "transfo")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"ends_on": "2026-08-31"}, "The edition ends before it starts: check both dates."),
            ({"ends_on": ""}, "Give the edition a start and an end."),
            ({"ends_on": "2028-02-30"}, "Enter a valid date."),
            ({"planned_authorities": "-2"}, "Ensure this value is greater than or equal to 0."),
            (
                {"planned_authorities": "0"},
                "The number of authorities must be at least one. Enter a number, or leave this field empty.",
            ),
            ({"name": ""}, "This field is required."),
        ],
        ids=str,
    )
    def test_invalid_input_is_refused_next_to_its_field_and_nothing_is_saved(
        self, lab: Client, change: dict[str, str], reason: str
    ):
        EditionFactory(slug="transfo", name="Before")
        page = lab.post("/editions/transfo/facts/", {**TYPED, **change})
        assert (errors(page), texts(page, "p", "crumb")) == ([reason], ["Before"])
        assert Edition.objects.get().name == "Before"

    def test_published_facts_cannot_be_changed(self, lab: Client):
        EditionFactory(slug="transfo", retrospective=True)
        page = lab.post("/editions/transfo/facts/", TYPED)
        assert page.status_code == 403
        assert "Published facts come from their sources and cannot be changed here." in page.content.decode()


class TestState:
    def test_the_consequences_are_shown_first(self, lab: Client):
        EditionFactory(slug="transfo", state="draft")
        page = lab.get("/editions/transfo/state/")
        assert texts(page, "h1") == ["Open registration"]
        assert {"Everyone who is signed in can see the edition.", "The edition cannot become a draft again."} <= set(
            texts(page, "li")
        )
        [state] = [field for field in elements(page, "input") if field["attrs"].get("name") == "state"]
        assert (state["attrs"]["value"], Edition.objects.get().state) == ("open", "draft")

    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            ("draft", "open", "Registration is open."),
            ("open", "running", "The edition is running."),
            ("running", "closed", "The edition is closed."),
            ("closed", "archived", "The edition is archived."),
        ],
    )
    def test_the_edition_moves_one_state(self, lab: Client, before: str, after: str, sentence: str):
        EditionFactory(slug="transfo", state=before)
        page = lab.post("/editions/transfo/state/", {"state": after}, follow=True)
        assert (Edition.objects.get().state, messages(page)) == (after, [sentence])

    def test_a_form_sent_twice_moves_once(self, lab: Client):
        EditionFactory(slug="transfo", state="draft")
        for _ in range(2):
            page = lab.post("/editions/transfo/state/", {"state": "open"}, follow=True)
        assert (Edition.objects.get().state, messages(page)) == ("open", ["Registration is open."])

    def test_a_state_that_is_not_the_next_is_refused(self, lab: Client):
        EditionFactory(slug="transfo", state="draft")
        page = lab.post("/editions/transfo/state/", {"state": "closed"})
        assert texts(page, "div", "error-summary") == [
            ("This needs correcting: The edition cannot move from its current state to the one you chose.")
        ]
        assert Edition.objects.get().state == "draft"

    @pytest.mark.parametrize("state", ["", "draft", "lost"])
    def test_invalid_input_moves_nothing(self, lab: Client, state: str):
        EditionFactory(slug="transfo", state="draft")
        assert lab.post("/editions/transfo/state/", {"state": state}).status_code == 200
        assert Edition.objects.get().state == "draft"

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            ({"state": "archived"}, "The edition is archived: no further state is possible."),
            (
                {"state": "closed", "retrospective": True},
                "The state of published facts comes from their sources and cannot be changed here.",
            ),
        ],
        ids=str,
    )
    def test_at_the_end_the_page_says_why(self, lab: Client, facts: dict[str, object], reason: str):
        EditionFactory(slug="transfo", **facts)
        page = lab.post("/editions/transfo/state/", {"state": "archived"})
        assert page.status_code == 403
        assert reason in page.content.decode()
