"""Pages of programmes: the list, one programme, and creating one."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from programmes.models import Programme
from tests.factories.programmes import ClaimFactory, EditionFactory, FormatFactory, ProgrammeFactory
from tests.pages import elements, errors, links, messages, rows, texts

pytestmark = pytest.mark.django_db
TYPED = {
    "family": "residency",
    "name_fr": "Territoires en résidences",
    "name_en": "The Residencies",
    "summary_fr": "",
    "summary_en": "Three weeks on site.",
    "source": "",
}


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_statements_for_any_number_of_rows(
        self, lab: Client, count: int, django_assert_num_queries
    ):
        for version in [FormatFactory() for _ in range(count)]:
            EditionFactory(format=version)
        with django_assert_num_queries(5):
            page = lab.get("/programmes/")
        assert len(texts(page, "article")) == count

    def test_a_programme_shows_its_family_and_its_editions(self, visitor: Client):
        version = FormatFactory(programme__name_en="The Transfo", programme__slug="transfo")
        EditionFactory(format=version, name="La Transfo 2026", starts_on=date(2026, 9, 1), ends_on=date(2028, 8, 31))
        page = visitor.get("/programmes/")
        assert texts(page, "span", "tag-transfo") == ["Transfo"]
        assert rows(page) == [["La Transfo 2026", "1 Sep 2026", "31 Aug 2028", "running"]]
        assert links(page)["The Transfo"] == "/programmes/transfo/"

    def test_draft_editions_are_visible_only_to_lab_staff(self, lab: Client, visitor: Client):
        EditionFactory(state="draft", name="Secret edition")
        assert [row[0] for row in rows(lab.get("/programmes/"))] == ["Secret edition"]
        assert rows(visitor.get("/programmes/")) == []

    def test_the_list_can_be_filtered_by_family(self, visitor: Client):
        ProgrammeFactory(family="residency", name_en="The Residencies")
        ProgrammeFactory(family="transfo")
        assert texts(visitor.get("/programmes/?family=residency"), "h2") == ["The Residencies"]

    def test_invalid_parameters_show_everything(self, visitor: Client):
        ProgrammeFactory(name_en="The Transfo")
        for query in ("family=club", "page=x", "page=-1", "page=99999999999", "family=%00"):
            assert texts(visitor.get(f"/programmes/?{query}"), "h2") == ["The Transfo"]

    def test_a_programme_shows_its_latest_five_editions_and_links_to_all(self, visitor: Client):
        version = FormatFactory(programme__slug="transfo")
        for year in range(2001, 2007):
            EditionFactory(format=version, name=str(year), starts_on=date(year, 1, 1), ends_on=date(year, 12, 1))
        page = visitor.get("/programmes/")
        assert [row[0] for row in rows(page)] == ["2006", "2005", "2004", "2003", "2002"]
        assert "/programmes/transfo/" in [href for name, href in links(page).items() if name.startswith("All editions")]

    def test_a_page_lists_fifty_programmes(self, visitor: Client):
        Programme.objects.bulk_create(ProgrammeFactory.build_batch(51))
        assert len(texts(visitor.get("/programmes/"), "article")) == 50
        assert len(texts(visitor.get("/programmes/?page=2"), "article")) == 1

    def test_an_htmx_request_gets_only_the_list(self, visitor: Client):
        ProgrammeFactory()
        page = visitor.get("/programmes/", headers={"HX-Request": "true"})
        assert (len(texts(page, "article")), texts(page, "h1")) == (1, [])

    def test_an_empty_list_explains_what_will_be_listed(self, lab: Client, visitor: Client):
        assert texts(lab.get("/programmes/"), "p", "empty-title") == ["No programme yet"]
        assert links(lab.get("/programmes/"))["Start from a known format"] == "/programmes/known-formats/"
        assert "Start from a known format" not in links(visitor.get("/programmes/"))

    def test_a_filter_without_matches_links_to_all(self, visitor: Client):
        page = visitor.get("/programmes/?family=other")
        assert texts(page, "p", "empty-title") == ["No programme of this family"]
        assert links(page)["Show all"] == "/programmes/"

    def test_only_lab_staff_see_the_button_for_a_new_programme(self, lab: Client, visitor: Client):
        assert links(lab.get("/programmes/"))["Add programme"] == "/programmes/new/"
        assert "Add programme" not in links(visitor.get("/programmes/"))

    def test_the_menu_links_to_programmes_and_for_lab_staff_to_authorities(self, lab: Client, visitor: Client):
        menu = {"Programmes": "/programmes/", "Authorities": "/authorities/"}
        assert menu.items() <= links(lab.get("/programmes/")).items()
        assert "Authorities" not in links(visitor.get("/programmes/"))


class TestProgramme:
    def test_the_page_shows_summary_editions_and_formats(self, visitor: Client, django_assert_num_queries):
        version = FormatFactory(programme__slug="transfo", programme__summary_en="Learning by doing.", version=2)
        EditionFactory(format=version, name="La Transfo 2026")
        with django_assert_num_queries(7):
            page = visitor.get("/programmes/transfo/")
        assert texts(page, "h2") == ["Editions", "Formats"]
        assert texts(page, "div", "prose") == ["Learning by doing."]
        assert rows(page) == [
            ["La Transfo 2026", "5 Jan 2026", "4 Jan 2028", "running"],
            ["2", "Two years", "24", "18", "15", "published"],
        ]

    def test_the_page_takes_the_same_statements_for_three_of_each(self, visitor: Client, django_assert_num_queries):
        programme = ProgrammeFactory(slug="transfo")
        for version in range(1, 4):
            ClaimFactory(
                programme=programme, edition=EditionFactory(format=FormatFactory(programme=programme, version=version))
            )
        with django_assert_num_queries(7):
            page = visitor.get("/programmes/transfo/")
        assert len(rows(page)) == 9

    def test_editions_have_pages_of_ten_here_and_on_the_page_of_their_format(self, visitor: Client):
        version = FormatFactory(programme__slug="transfo")
        for year in range(2001, 2012):
            EditionFactory(format=version, name=str(year), starts_on=date(year, 1, 1), ends_on=date(year, 12, 1))
        for address in ("/programmes/transfo/", version.get_absolute_url()):
            first = [row[0] for row in rows(visitor.get(address)) if row[0].startswith("20")]
            second = [row[0] for row in rows(visitor.get(f"{address}?page=2")) if row[0].startswith("20")]
            assert (first, second) == ([str(year) for year in range(2011, 2001, -1)], ["2001"])

    def test_draft_versions_are_visible_only_to_lab_staff(self, lab: Client, visitor: Client):
        FormatFactory(programme__slug="transfo", published_at=None)
        assert [row[-1] for row in rows(lab.get("/programmes/transfo/"))] == ["draft"]
        assert rows(visitor.get("/programmes/transfo/")) == []

    def test_a_published_figure_without_a_definition_is_marked(self, visitor: Client):
        programme = ProgrammeFactory(slug="transfo")
        ClaimFactory(programme=programme, edition=None, value=50, source="A case study", verified=False)
        ClaimFactory(
            programme=programme,
            edition=None,
            metric="ambassadors",
            value=80,
            approximate=True,
            as_of=date(2017, 4, 1),
            as_of_precision="month",
            definition="Agents in four Transfos",
            scope="transfo-2",
        )
        page = visitor.get("/programmes/transfo/")
        assert rows(page) == [
            ["Ambassadors transfo-2", "about 80", "April 2017", "Agents in four Transfos", "A page read in 2026"],
            [
                "Ideas implemented (%)",
                "50",
                "—not known",
                "published, definition unknown",
                "A case study (not found in a public page)",
            ],
        ]
        assert texts(page, "span", "tag-waiting") == ["published, definition unknown"]

    def test_texts_of_published_figures_are_escaped(self, visitor: Client):
        hostile = "<b>bold</b>"
        programme = ProgrammeFactory(slug="transfo")
        ClaimFactory(programme=programme, edition=None, scope=hostile, definition=hostile, source=hostile)
        [row] = rows(visitor.get("/programmes/transfo/"))
        assert (row[0].endswith(hostile), row[3:]) == (True, [hostile, hostile])

    def test_an_unknown_one_answers_404(self, visitor: Client):
        assert visitor.get("/programmes/none/").status_code == 404


class TestCreate:
    def test_a_new_one_is_created_and_shown(self, lab: Client):
        page = lab.post("/programmes/new/", TYPED, follow=True)
        assert page.redirect_chain == [("/programmes/territoires-en-residences/", 302)]
        assert messages(page) == ["The programme is created. Give it a format, then open an edition."]
        assert texts(page, "h1") == ["The Residencies"]

    def test_a_form_sent_twice_creates_one(self, lab: Client):
        lab.post("/programmes/new/", TYPED)
        page = lab.post("/programmes/new/", TYPED)
        assert errors(page) == ["Another programme already has this name. Choose another name."]
        assert Programme.objects.count() == 1

    def test_refused_input_comes_back_with_the_reasons(self, lab: Client):
        page = lab.post("/programmes/new/", {**TYPED, "name_fr": ""})
        assert errors(page) == ["This field is required."]
        [name] = [field for field in elements(page, "input") if field["attrs"].get("name") == "name_en"]
        assert name["attrs"]["value"] == "The Residencies"

    def test_one_can_leave_without_doing_anything(self, lab: Client):
        assert links(lab.get("/programmes/new/"))["Cancel"] == "/programmes/"

    def test_other_people_see_the_reason_for_the_refusal(self, visitor: Client, reader: User):
        page = visitor.post("/programmes/new/", TYPED)
        assert page.status_code == 403
        assert "Only lab staff can do this." in page.content.decode()
        assert Programme.objects.count() == 0
