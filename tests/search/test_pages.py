"""The search over everything: matches, visibility, the page, and the number of statements."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from prototypes.models import Idea
from search.queries import MAX_ROWS_PER_KIND, PER_PAGE, search
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory
from tests.factories.cast import Cast, create_cast
from tests.factories.contents import ContributionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.factories.snapshots import built_once
from tests.pages import elements, errors, links, texts
from tests.sql import execute
from web.database.text_search import search_query
from web.search_sources import search_sources

ADDRESS = "/search/"
ALL_KINDS = ["canvas", "challenge", "exchange", "idea", "prototype", "test"]


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


HYPHENS = ["-" * 40, "accueil " + "-" * 40, "- " * 40, "-!" * 60, "-(" * 60]


@pytest.mark.parametrize(
    "address", [ADDRESS, "/ideas/", "/lists/ideas/file/csv/", "/exchanges/archive/", "/public/fr/"]
)
def test_any_number_of_hyphens_can_be_searched_for(address: str, cast: Cast):
    client = signed_in(cast["S"])
    assert [client.get(address, {"q": words}).status_code for words in HYPHENS] == [200] * len(HYPHENS)


def put_to_work(cast: Cast, times: int = 1) -> Idea:
    """Create one object of each kind in Rivage with the word “médiathèque” in its text; return the idea."""
    exchange = ExchangeFactory(
        edition=cast.edition, host=cast.cohort, number=4, theme="Le seuil", venue="", state="registration_open"
    )
    for number in range(times):
        ChallengeFactory(cohort=cast.cohort, title="Ouvrir la MEDIATHEQUE")
        idea = IdeaFactory(cohort=cast.cohort, title="Une borne", summary="À la médiathèque, le soir", state="accepted")
        prototype = PrototypeFactory(idea=idea, title="Une porte", question="", description="Celle des médiathèques")
        TrialFactory(prototype=prototype, hypothesis="Huit sur dix entrent.", method="À la médiathèque")
        canvas = CanvasFactory(cohort=cast.cohort, kind="persona", title="Marc")
        CanvasCellFactory(step=CanvasStepFactory(canvas=canvas), lane="trait", text="Dort à la médiathèque")
        ContributionFactory(exchange=exchange, kind="success", text=f"La médiathèque ouvre {number} fois")
    return idea


@built_once
def at_work() -> Cast:
    cast = create_cast()
    put_to_work(cast)
    return cast


@pytest.fixture
def busy(db: None, today: None) -> Cast:
    """The cast with one of each kind in Rivage."""
    return at_work()


def found(person: User, words: str, **more: Any) -> list[str]:
    """Return the matches by their URL without the number."""
    return sorted(hit.href.strip("/").split("/")[0] for hit in search(person, words, **more).page)


def counts(person: User, words: str) -> dict[str, int]:
    return {kind.slug: kind.count for kind in search(person, words).kinds if kind.count}


class TestWords:
    def test_words_are_found_in_any_form_in_every_kind(self, busy: Cast):
        forms = ("médiathèque", "MEDIATHEQUES", "mediatheque", "mediath")
        assert {words: counts(busy["M"], words) for words in forms} == {
            words: dict.fromkeys(sorted(ALL_KINDS), 1) for words in forms
        }

    def test_references_names_and_several_words_are_found(self, busy: Cast):
        ChallengeFactory(cohort=busy.cohort, title="Tested policies")
        where = {
            "RIV-001": ["ideas"],
            "riv 001": ["ideas"],
            "RIV": ["cohorts", "ideas"],
            "Intertransfo 4": ["exchanges"],
            "seuil": ["exchanges"],
            "Rivages": ["cohorts"],
            "marc": ["canvases"],
            "dort": ["canvases"],
            "borne soir": ["ideas"],
            "borne OR porte": ["ideas", "prototypes"],
            "médiathèque -soir -ouvrir -porte -dix -fois": ["canvases"],
            "policy": ["challenges"],
            "zzz": [],
        }
        assert {words: sorted(set(found(busy["M"], words)) - {"members"}) for words in where} == where

    def test_people_are_found_by_name_with_a_link_to_their_cohort(self, cast: Cast):
        (hit,) = search(cast["M"], "ambassador").page
        assert (hit.title, hit.kind, hit.belongs_to) == ("<mark>Ambassador</mark> Rivage", "ambassador", "Rivage")
        assert hit.href == "/cohorts/rivage/members/"

    def test_a_match_in_the_title_ranks_above_matches_in_the_text(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, title="Un seau")
        IdeaFactory(cohort=cast.cohort, title="Autre", summary="Un seau, deux seaux, trois seaux, encore un seau")
        assert [hit.reference for hit in search(cast["M"], "seau").page] == ["RIV-001", "RIV-002"]

    def test_stored_words_follow_every_change_of_the_text(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Un seau", summary="Une borne")
        execute("UPDATE prototypes_idea SET title = 'Une porte' WHERE id = %s", idea.pk)
        assert {words: counts(cast["M"], words) for words in ("seau", "borne", "porte")} == {
            "seau": {},
            "borne": {"idea": 1},
            "porte": {"idea": 1},
        }

    def test_a_later_page_of_one_kind_has_the_other_matches(self, cast: Cast):
        IdeaFactory.create_batch(PER_PAGE + 2, cohort=cast.cohort, title="Un seau")
        pages = [[hit.reference for hit in search(cast["M"], "seau", page=number).page] for number in ("1", "2")]
        assert [page[0] for page in pages] == ["RIV-022", "RIV-002"], "the latest first"
        assert len({*pages[0], *pages[1]}) == PER_PAGE + 2


class TestVisibility:
    """Objects that someone may not see are neither listed nor counted nor quoted."""

    @pytest.mark.parametrize(
        ("shared", "kinds"),
        [
            (False, {**dict.fromkeys("SMA", ALL_KINDS), "N": ["exchange"]}),
            (True, {"N": ["exchange", "idea", "prototype", "test"], "X": []}),
        ],
    )
    def test_each_person_finds_what_they_may_see(self, busy: Cast, shared: bool, kinds: dict[str, list[str]]):
        Idea.objects.update(shared_with_edition=shared)
        answers = {role: search(busy[role], "médiathèque") for role in kinds}
        assert {
            role: sorted(kind.slug for kind in answer.kinds if kind.count) for role, answer in answers.items()
        } == kinds
        assert {role: (len(answer.page), answer.page.count) for role, answer in answers.items()} == {
            role: (len(found), len(found)) for role, found in kinds.items()
        }

    def test_hidden_objects_are_not_on_the_page(self, busy: Cast):
        ChallengeFactory(cohort=busy.other_cohort, title="Une médiathèque à Montagne")
        page = signed_in(busy["N"]).get(ADDRESS, {"q": "médiathèque", "kind": "challenge"})
        assert texts(page, "ul", "kinds") == ["Everything Intertransfos 1 Challenges 1"]
        assert [element["text"] for element in elements(page, "article")] == [
            "Challenge Montagne active Une médiathèque à Montagne"
        ]
        assert "Rivage" not in texts(page, "main")[0]

    def test_people_of_other_cohorts_are_not_found(self, cast: Cast):
        assert counts(cast["N"], "ambassador") == {}
        assert counts(cast["X"], "Rivage") == {}


class TestPage:
    def test_a_result_shows_kind_reference_cohort_state_and_excerpt(self, busy: Cast):
        page = signed_in(busy["M"]).get(ADDRESS, {"q": "mediatheques", "kind": "idea"})
        assert texts(page, "article") == ["Idea RIV-001 Rivage accepted Une borne À la médiathèque, le soir"]
        assert texts(page, "mark") == ["médiathèque"]
        assert links(page)["Une borne"] == Idea.objects.get().get_absolute_url()
        assert texts(page, "title") == ["mediatheques · Search · labplatform"]

    def test_a_match_in_a_related_text_is_quoted(self, busy: Cast):
        hits = {hit.href.split("/")[1]: hit for hit in search(busy["M"], "médiathèque").page}
        assert (hits["canvases"].kind, hits["canvases"].title, hits["canvases"].excerpt) == (
            *("persona", "Marc"),
            "Dort à la <mark>médiathèque</mark>",
        )
        assert hits["exchanges"].title == "Intertransfo 4"
        assert hits["exchanges"].excerpt == "La <mark>médiathèque</mark> ouvre 0 fois"

    def test_texts_of_people_are_escaped(self, cast: Cast):
        hostile = '<script>alert(1)</script> seau <img src=x onerror="alert(2)">'
        IdeaFactory(cohort=cast.cohort, title=hostile, summary=f"{hostile} \x02 \x03")
        ExchangeFactory(edition=cast.edition, host=cast.cohort, kind_label="<b>Seau</b>", theme=hostile)
        page = signed_in(cast["M"]).get(ADDRESS, {"q": "seau"})
        assert len(texts(page, "article")) == 2
        found = [element for tag in ("script", "img", "b") for element in elements(page, tag)]
        assert [one["attrs"] for one in found if not one["attrs"].get("src", "").startswith("/static/")] == []
        assert texts(page, "mark") == ["seau"] * len(texts(page, "mark"))

    def test_kinds_have_counts_and_links_with_the_words(self, busy: Cast):
        page = signed_in(busy["M"]).get(ADDRESS, {"q": "médiathèque", "page": "1"})
        assert texts(page, "ul", "kinds") == [
            "Everything Ideas 1 Prototypes 1 Tests 1 Personas, journeys, blueprints 1 Intertransfos 1 Challenges 1"
        ]
        assert links(page)["Tests 1"] == "?q=m%C3%A9diath%C3%A8que&kind=test"
        assert links(page)["Search for the same words in the Intertransfo archive, text by text"] == (
            "/exchanges/archive/?q=m%C3%A9diath%C3%A8que"
        )

    def test_results_are_paginated(self, cast: Cast):
        IdeaFactory.create_batch(PER_PAGE + 1, cohort=cast.cohort, title="Un seau", state="")
        client = signed_in(cast["M"])
        pages = [client.get(ADDRESS, {"q": "seau", "kind": "idea", "page": number}) for number in ("1", "2", "9")]
        assert [len(texts(page, "article")) for page in pages] == [PER_PAGE, 1, 1]
        assert links(pages[0])["Next"] == "?q=seau&kind=idea&page=2"

    def test_unusual_input_gets_a_page(self, busy: Cast):
        nothing = ("le la", "ŉŉŉŉŉ", "a", '"', "½", "& | !", "((", "-", "%", "\0\0", "a\0b", "x" * 201, "seau " * 2000)
        titles = {
            **dict.fromkeys(("", "   "), "What are you looking for?"),
            **dict.fromkeys(nothing, "No search yet"),
            **{words: f"Nothing found for “{words}”" for words in ("zzz", "½½", "⒈⒉⒊", "' OR 1=1", "zz & | !zz:*")},
        }
        client = signed_in(busy["M"])
        pages = {words: client.get(ADDRESS, {"q": words}) for words in titles}
        assert {
            words: (page.status_code, texts(page, "p", "empty-title"), texts(page, "article"))
            for words, page in pages.items()
        } == {words: (200, [title], []) for words, title in titles.items()}

    def test_the_error_is_next_to_the_field(self, cast: Cast):
        client = signed_in(cast["M"])
        assert errors(client.get(ADDRESS, {"q": "a"})) == ["Write at least two letters or digits."]
        assert errors(client.get(ADDRESS, {"q": "x" * 201})) == [
            "Your search is too long: 200 characters at most. Use fewer words."
        ]

    def test_invalid_input_in_the_url_is_ignored(self, busy: Cast):
        client = signed_in(busy["M"])
        for more in ({"kind": "song"}, {"kind": "\0"}, {"page": "minus"}, {"page": "9" * 30}):
            page = client.get(ADDRESS, {"q": "médiathèque", **more})
            assert (more, len(texts(page, "article"))) == (more, len(ALL_KINDS))

    def test_a_swap_returns_the_results_only(self, busy: Cast):
        page = signed_in(busy["M"]).get(ADDRESS, {"q": "médiathèque"}, headers={"HX-Request": "true"})
        assert (len(texts(page, "article")), texts(page, "h1")) == (len(ALL_KINDS), [])

    def test_every_page_links_to_the_search(self, cast: Cast):
        home = signed_in(cast["X"]).get("/")
        (form,) = elements(home, "form", "search")
        (field,) = [field["attrs"] for field in elements(home, "input") if field["attrs"].get("name") == "q"]
        assert (form["attrs"]["action"], form["attrs"]["role"], field["maxlength"]) == (ADDRESS, "search", "200")
        assert [link["attrs"]["href"] for link in elements(home, "a", "icon-button")] == [ADDRESS]
        assert elements(signed_in(cast["X"]).get(ADDRESS), "form", "search") == []


class TestCosts:
    @pytest.mark.parametrize("times", [1, 3])
    def test_the_search_takes_five_statements(self, cast: Cast, times: int, django_assert_num_queries: Any):
        put_to_work(cast, times)
        client = signed_in(cast["M"])
        with django_assert_num_queries(5):
            page = client.get(ADDRESS, {"q": "médiathèque"})
        assert len(texts(page, "article")) == 5 * times + 1

    @pytest.mark.parametrize("slug", search_sources.slugs())
    def test_each_text_has_an_index_that_is_used(self, cast: Cast, slug: str):
        source, query = search_sources[slug], search_query("guichets accueil")
        for other in ("seqscan", "indexscan", "nestloop"):  # whatever the planner knows of so few rows
            execute(f"SET LOCAL enable_{other} = off")
        searched = source.texts or [source]
        assert [text for text in searched if "_words" not in text.matching(cast["S"], query).explain()] == []

    def test_words_are_read_and_counted_up_to_a_limit_among_thousands_of_ideas(self, cast: Cast):
        execute(
            "INSERT INTO prototypes_idea (cohort_id, title, summary, idempotency_key, reference, number, state,"
            " state_precision, state_label, source, shared_with_edition, retrospective)"
            " SELECT %s, 'Un guichet ' || md5(n::text), '', gen_random_uuid(), '', 0, '',"
            " 'day', '', '', false, false FROM generate_series(1, 2000) n",
            cast.cohort.pk,
        )
        IdeaFactory(cohort=cast.cohort, title="Un seau")
        execute("ANALYZE prototypes_idea")
        rows = search_sources["idea"].matching(cast["M"], search_query("seaux"))
        assert "web_words" not in rows.explain(), "the words are stored"
        assert found(cast["M"], "seaux") == ["ideas"]
        answer = search(cast["M"], "guichet")
        assert (answer.page.count, answer.page.capped, len(answer.page)) == (MAX_ROWS_PER_KIND, True, PER_PAGE)
