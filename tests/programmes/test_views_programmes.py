"""Pages of programmes: the list, one, and making one."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from programmes.models import Programme
from tests.factories.programmes import ClaimFactory, EditionFactory, FormatFactory, ProgrammeFactory
from tests.pages import elements, errors, links, rows, said, texts

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
    def test_it_costs_the_same_whatever_it_holds(self, lab: Client, count: int, django_assert_num_queries):
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

    def test_drafts_are_for_lab_staff(self, lab: Client, visitor: Client):
        EditionFactory(state="draft", name="Secret edition")
        assert [row[0] for row in rows(lab.get("/programmes/"))] == ["Secret edition"]
        assert rows(visitor.get("/programmes/")) == []

    def test_a_family_can_be_chosen(self, visitor: Client):
        ProgrammeFactory(family="residency", name_en="The Residencies")
        ProgrammeFactory(family="transfo")
        assert texts(visitor.get("/programmes/?family=residency"), "h2") == ["The Residencies"]

    def test_nonsense_in_the_address_shows_everything(self, visitor: Client):
        ProgrammeFactory(name_en="The Transfo")
        for query in ("family=club", "page=x", "page=-1", "page=99999999999", "family=%00"):
            assert texts(visitor.get(f"/programmes/?{query}"), "h2") == ["The Transfo"]

    def test_fifty_a_page(self, visitor: Client):
        Programme.objects.bulk_create(ProgrammeFactory.build_batch(51))
        assert len(texts(visitor.get("/programmes/"), "article")) == 50
        assert len(texts(visitor.get("/programmes/?page=2"), "article")) == 1

    def test_htmx_gets_the_list_alone(self, visitor: Client):
        ProgrammeFactory()
        page = visitor.get("/programmes/", headers={"HX-Request": "true"})
        assert (len(texts(page, "article")), texts(page, "h1")) == (1, [])

    def test_an_empty_list_says_what_goes_there(self, lab: Client, visitor: Client):
        assert texts(lab.get("/programmes/"), "p", "empty-title") == ["No programme yet"]
        assert links(lab.get("/programmes/"))["Create the first programme"] == "/programmes/new/"
        assert "Create the first programme" not in links(visitor.get("/programmes/"))

    def test_a_family_without_a_programme_leads_back_to_all(self, visitor: Client):
        page = visitor.get("/programmes/?family=other")
        assert texts(page, "p", "empty-title") == ["No programme of this family"]
        assert links(page)["Show all"] == "/programmes/"

    def test_only_lab_staff_are_offered_a_new_one(self, lab: Client, visitor: Client):
        assert links(lab.get("/programmes/"))["Add programme"] == "/programmes/new/"
        assert "Add programme" not in links(visitor.get("/programmes/"))

    def test_the_menu_leads_there_and_authorities_only_for_lab_staff(self, lab: Client, visitor: Client):
        menu = {"Programmes": "/programmes/", "Authorities": "/authorities/"}
        assert menu.items() <= links(lab.get("/programmes/")).items()
        assert "Authorities" not in links(visitor.get("/programmes/"))


class TestProgramme:
    def test_it_shows_what_it_is_its_editions_and_its_formats(self, visitor: Client, django_assert_num_queries):
        version = FormatFactory(programme__slug="transfo", programme__summary_en="Learning by doing.", version=2)
        EditionFactory(format=version, name="La Transfo 2026")
        with django_assert_num_queries(6):
            page = visitor.get("/programmes/transfo/")
        assert texts(page, "h2") == ["Editions", "Formats"]
        assert texts(page, "div", "prose") == ["Learning by doing."]
        assert rows(page) == [
            ["La Transfo 2026", "5 Jan 2026", "4 Jan 2028", "running"],
            ["2", "Two years", "24", "18", "15", "published"],
        ]

    def test_it_costs_the_same_with_three_of_each(self, visitor: Client, django_assert_num_queries):
        programme = ProgrammeFactory(slug="transfo")
        for version in range(1, 4):
            ClaimFactory(
                programme=programme, edition=EditionFactory(format=FormatFactory(programme=programme, version=version))
            )
        with django_assert_num_queries(6):
            page = visitor.get("/programmes/transfo/")
        assert len(rows(page)) == 9

    def test_draft_versions_are_for_lab_staff(self, lab: Client, visitor: Client):
        FormatFactory(programme__slug="transfo", published_at=None)
        assert [row[-1] for row in rows(lab.get("/programmes/transfo/"))] == ["draft"]
        assert rows(visitor.get("/programmes/transfo/")) == []

    def test_a_published_figure_without_a_definition_says_so(self, visitor: Client):
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

    def test_one_that_does_not_exist_is_not_found(self, visitor: Client):
        assert visitor.get("/programmes/none/").status_code == 404


class TestCreate:
    def test_it_is_made_and_shown(self, lab: Client):
        page = lab.post("/programmes/new/", TYPED, follow=True)
        assert page.redirect_chain == [("/programmes/territoires-en-residences/", 302)]
        assert said(page) == ["The programme is created. Give it a format, then open an edition."]
        assert texts(page, "h1") == ["The Residencies"]

    def test_sent_twice_there_is_one(self, lab: Client):
        lab.post("/programmes/new/", TYPED)
        page = lab.post("/programmes/new/", TYPED)
        assert errors(page) == ["Another programme already has this name. Choose another name."]
        assert Programme.objects.count() == 1

    def test_what_was_typed_comes_back_with_its_reasons(self, lab: Client):
        page = lab.post("/programmes/new/", {**TYPED, "name_fr": ""})
        assert errors(page) == ["This field is required."]
        [name] = [field for field in elements(page, "input") if field["attrs"].get("name") == "name_en"]
        assert name["attrs"]["value"] == "The Residencies"

    def test_one_can_leave_without_doing_anything(self, lab: Client):
        assert links(lab.get("/programmes/new/"))["Cancel"] == "/programmes/"

    def test_others_read_why_they_may_not(self, visitor: Client, reader: User):
        page = visitor.post("/programmes/new/", TYPED)
        assert page.status_code == 403
        assert "Only lab staff can do this." in page.content.decode()
        assert Programme.objects.count() == 0
