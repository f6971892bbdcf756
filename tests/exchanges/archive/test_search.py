"""Search in the Intertransfo archive: results by words, visibility, and statement counts."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from exchanges.archive.search import ArchiveKind, archive_texts, search_archive, search_vector
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast, create_cast
from tests.factories.contents import CommitmentFactory, ContributionFactory, MinutesFactory, QuestionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.programmes import EditionFactory
from tests.factories.snapshots import built_once as scene_of
from tests.pages import elements, links, texts
from tests.sql import execute
from web.database.text_search import search_query

ADDRESS = "/exchanges/archive/"


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


@scene_of
def texts_of_each_kind() -> Cast:
    """Build the cast with three texts in its edition, minutes in another one, and a published outcome."""
    cast = create_cast()
    exchange = ExchangeFactory(
        edition=cast.edition, host=cast.cohort, number=4, state="announced", theme="Un accueil", venue=""
    )
    QuestionFactory(exchange=exchange, text="Qui décide des élections à venir ?")
    ContributionFactory(exchange=exchange, kind="difficulty", text="Les élus changent après chaque scrutin.")
    elsewhere = ExchangeFactory(
        number=9, state="held", theme="", venue="", edition=EditionFactory(slug="elsewhere"), first_day=date(2026, 6, 9)
    )
    MinutesFactory(exchange=elsewhere, text="Une élue a raconté l’abandon.")
    CommitmentFactory(exchange=elsewhere, what="Un guide du guichet")
    ExchangeFactory(
        edition=EditionFactory(retrospective=True, state="closed", slug="first", name="Édition 1"),
        retrospective=True,
        state="held",
        number=2,
        theme="",
        first_day=date(2012, 6, 26),
        days=1,
        outcome="Trois conditions de réussite.",
    )
    return cast


@pytest.fixture
def cast(db: None, today: None) -> Cast:
    """Return the cast with these texts."""
    return texts_of_each_kind()


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Return the exchange of the cast's edition that has a question and a contribution."""
    return Exchange.objects.get(edition=cast.edition)


assembled_cast = scene_of(create_cast)


@pytest.fixture
def empty_cast(db: None, today: None) -> Cast:
    """Return the cast without a text."""
    return assembled_cast()


def search(words: str = "", **more: str) -> list[str]:
    return [row.text for row in archive_texts(search_archive(Exchange.objects.all(), words=words, **more))]


class TestWords:
    def test_french_words_are_found_in_every_form_without_their_accents(self, exchange: Exchange):
        kinds = {
            "conditions": ["outcome"],
            "condition": ["outcome"],
            "REUSSITE": ["outcome"],
            "réussites": ["outcome"],
            "scrutins": ["contribution"],
            "electeur": [],
            "abandon": ["minutes"],
            "élection": ["question"],
            "abandon conditions": [],
            "abandon OR conditions": ["minutes", "outcome"],
            "élue -scrutin": ["minutes"],
            "zzz": [],
        }
        rows = {words: archive_texts(search_archive(Exchange.objects.all(), words=words)) for words in kinds}
        assert {words: sorted(row.kind for row in found) for words, found in rows.items()} == kinds

    @pytest.mark.parametrize("text", ["Un designer est venu.", "Les designers sont là, un designer aussi."])
    def test_words_that_are_not_french_are_found_in_both_numbers(self, exchange: Exchange, text: str):
        QuestionFactory(exchange=exchange, text=text)
        queries = ("designer", "Designers", "un designer", "designer designers", "desig")
        assert {words: search(words) for words in queries} == {words: [text] for words in queries}

    def test_the_beginning_of_a_short_or_a_quoted_word_is_not_enough(self, exchange: Exchange):
        text = "Le conditionnement des designers"
        QuestionFactory(exchange=exchange, text=text)
        short = ("les", "cond", "scrutin designers", '"une condition"', "-designers")
        assert [words for words in short if text in search(words)] == []

    def test_english_words_too(self, exchange: Exchange):
        text, queries = "Which policies were tested?", ("policy", "POLICIES", "tested policy", "tests")
        QuestionFactory(exchange=exchange, text=text)
        assert {words: search(words) for words in queries} == {words: [text] for words in queries}

    def test_invalid_input_is_no_error(self, exchange: Exchange):
        invalid_queries = ('"', "' OR 1=1", "zzz & | !", "-", "%", "\\", "(((", "salle½", "lieux⑴", "ŉŉŉŉŉ", "⒈⒉⒊⒋⒌")
        assert {words: search(words) for words in invalid_queries} == {words: [] for words in invalid_queries}

    def test_an_exchange_is_found_by_its_name_and_number(self, exchange: Exchange):
        numbers = {
            "Intertransfo 4": [4, 4, 4],
            "InterTransfo n° 9": [9, 9],
            "inter-transfo 2": [2],
            "9": [9, 9],
            "Intertransfo 4 scrutin": [4],
            "abandon à l’intertransfo 9": [9],
            "Intertransfo 7": [],
            "Intertransfo": [2, 4, 4, 4, 9, 9],
            "intertransfos scrutin": [4],
        }
        rows = {words: archive_texts(search_archive(Exchange.objects.all(), words=words)) for words in numbers}
        assert {words: sorted(row.exchange.number for row in found) for words, found in rows.items()} == numbers

    def test_best_match_comes_first(self, exchange: Exchange):
        QuestionFactory(exchange=exchange, text="Une condition, des conditions, encore une condition ?")
        QuestionFactory(
            exchange=exchange, text="À quelle condition un service garde-t-il une équipe après la fin du cycle ?"
        )
        assert search("condition")[0] == "Une condition, des conditions, encore une condition ?"

    def test_without_words_the_latest_exchange_comes_first(self, exchange: Exchange):
        exchange.first_day, exchange.version = date(2027, 11, 9), 2
        exchange.save()
        assert [text[:10] for text in search()] == [
            "Un accueil",
            "Les élus c",
            "Qui décide",
            "Un guide d",
            "Une élue a",
            "Trois cond",
        ]


class TestAbout:
    @pytest.mark.parametrize(
        ("theme", "venue", "text"),
        [("Élus", "La Halle", "Élus · La Halle"), ("Élus", "", "Élus"), ("", "La Halle", "La Halle")],
    )
    def test_theme_and_venue_are_one_text(self, empty_cast: Cast, theme: str, venue: str, text: str):
        exchange = ExchangeFactory(edition=empty_cast.edition, host=empty_cast.cohort, theme=theme, venue=venue)
        (row,) = archive_texts(search_archive(Exchange.objects.all(), words="halle OR élus"))
        assert (row.text, row.label, row.route) == (text, "theme and venue", "exchanges:exchange")
        assert row.exchange == exchange

    def test_exchange_without_theme_and_venue_has_no_such_text(self, empty_cast: Cast):
        ExchangeFactory(edition=empty_cast.edition, host=empty_cast.cohort, theme="", venue="")
        assert search(kind="about") == []

    def test_commitment_links_to_the_minutes_page(self, exchange: Exchange):
        (row,) = archive_texts(search_archive(Exchange.objects.all(), words="guides"))
        assert (row.text, row.cohort, row.label) == (
            "Un guide du guichet",
            Commitment.objects.get().cohort.name,
            "commitment",
        )
        assert row.route == "exchanges:minutes"


class TestFilters:
    def test_filter_by_kind(self, exchange: Exchange):
        rows = {kind: archive_texts(search_archive(Exchange.objects.all(), kind=kind)) for kind in ArchiveKind}
        assert {kind: [row.kind for row in found] for kind, found in rows.items()} == {
            kind: [kind] for kind in ArchiveKind
        }

    def test_filter_by_edition(self, exchange: Exchange):
        counts = {"first": 1, "elsewhere": 2, "transfo-2026": 3, "none": 0}
        assert {edition: len(search(edition=edition)) for edition in counts} == counts

    def test_unknown_kind_is_ignored(self, exchange: Exchange):
        assert len(search(kind="song")) == 6


INDEXES = {
    ArchiveKind.QUESTION: (Question, "question_words"),
    ArchiveKind.CONTRIBUTION: (Contribution, "contribution_words"),
    ArchiveKind.MINUTES: (Minutes, "minutes_words"),
    ArchiveKind.COMMITMENT: (Commitment, "commitment_words"),
    ArchiveKind.OUTCOME: (Exchange, "exchange_outcome_words"),
    ArchiveKind.ABOUT: (Exchange, "exchange_about_words"),
}


class TestIndexes:
    """Each kind of text has its own index, and the search uses it."""

    @pytest.mark.parametrize("kind", list(ArchiveKind))
    def test_each_kind_of_text_has_an_index(self, db: None, kind: ArchiveKind):
        model, index = INDEXES[kind]
        execute("SET LOCAL enable_seqscan = off")
        rows = model.objects.annotate(vector=search_vector(kind)).filter(vector=search_query("guichets accueil"))
        assert index in rows.order_by().explain()

    def test_search_uses_the_index_among_thousands_of_texts(self, exchange: Exchange):
        author = UserFactory()
        execute(
            "INSERT INTO exchanges_contribution (exchange_id, cohort_id, kind, text, author_id)"
            " SELECT %s, %s, 'success', 'Le guichet ' || md5(n::text), %s FROM generate_series(1, 3000) n",
            *(exchange.pk, exchange.host_id, author.pk),
        )
        execute("ANALYZE exchanges_contribution")
        visible = Exchange.objects.visible_to(author)
        assert "contribution_words" in search_archive(visible, words="scrutins").explain()
        assert "contribution_words" in search_archive(Exchange.objects.all(), words="élues abandon").explain()
        assert search("scrutins") == ["Les élus changent après chaque scrutin."]


class TestPage:
    def test_kind_has_the_same_label_and_tone_as_on_its_own_page(self, cast: Cast):
        looks = {
            "scrutin": ["tag tag-risk shape-triangle"],
            "élections": ["tag tag-neutral shape-dot"],
            "conditions": ["tag tag-neutral shape-dot"],
        }
        client = signed_in(cast["S"])
        pages = {words: client.get(ADDRESS, {"q": words}) for words in looks}
        assert {
            words: [tag["attrs"]["class"] for tag in elements(page, "span", "tag")] for words, page in pages.items()
        } == looks

    def test_result_shows_text_kind_exchange_and_cohort(self, cast: Cast, exchange: Exchange):
        page = signed_in(cast["M"]).get(ADDRESS, {"q": "scrutin"})
        assert texts(page, "article") == [
            "difficulty Intertransfo 4 La Transfo 2026–2028 Rivage Les élus changent après chaque scrutin."
        ]
        assert links(page)["Intertransfo 4"] == f"/exchanges/{exchange.pk}/contributions/"

    def test_results_are_limited_to_visible_exchanges(self, cast: Cast):
        counts = {"S": 6, "M": 4, "N": 4, "A": 4, "X": 1}
        assert {role: len(texts(signed_in(cast[role]).get(ADDRESS), "article")) for role in counts} == counts

    def test_only_editions_of_visible_exchanges_can_be_chosen(self, cast: Cast):
        page = signed_in(cast["M"]).get(ADDRESS)
        choices = [name for _slug, name in page.context["form"].fields["edition"].choices]
        assert choices == ["All editions", "La Transfo 2026–2028", "Édition 1"]

    def test_invalid_query_parameters_are_ignored(self, cast: Cast):
        client = signed_in(cast["M"])
        queries = ("?edition=elsewhere", "?kind=song", "?page=minus", "?q=%00", f"?q={'x' * 300}")
        assert {query: client.get(ADDRESS + query).status_code for query in queries} == dict.fromkeys(queries, 200)

    def test_too_long_query_shows_an_error(self, cast: Cast):
        page = signed_in(cast["M"]).get(ADDRESS, {"q": "x" * 3000})
        assert texts(page, "article") == []
        assert "Ensure this value has at most 200 characters (it has 3000)." in texts(page, "main")[0]
        field = next(field for field in elements(page, "input") if field["attrs"].get("name") == "q")
        assert field["attrs"]["maxlength"] == "200"

    @pytest.mark.parametrize("count", [1, 3])
    def test_statement_count_does_not_depend_on_the_number_of_results(
        self, empty_cast: Cast, count: int, django_assert_num_queries: Any
    ):
        exchange = ExchangeFactory(
            edition=empty_cast.edition, host=empty_cast.cohort, theme="", venue="", state="registration_open"
        )
        ContributionFactory.create_batch(count, exchange=exchange)
        for role, query in (("S", ""), ("M", ""), ("M", "?q=guichet")):
            client = signed_in(empty_cast[role])
            client.get(ADDRESS + query)
            with django_assert_num_queries(6):
                page = client.get(ADDRESS + query)
            assert (role, query, len(texts(page, "article"))) == (role, query, count)

    def test_results_are_paginated(self, empty_cast: Cast):
        exchange = ExchangeFactory(
            edition=empty_cast.edition, host=empty_cast.cohort, theme="", venue="", state="registration_open"
        )
        ContributionFactory.create_batch(21, exchange=exchange)
        client = signed_in(empty_cast["M"])
        first, second = client.get(ADDRESS, {"kind": "contribution"}), client.get(ADDRESS, {"page": 2})
        assert [len(texts(page, "article")) for page in (first, second)] == [20, 1]
        assert links(first)["Next"] == "?kind=contribution&page=2"

    def test_htmx_request_returns_only_the_results(self, cast: Cast):
        page = signed_in(cast["M"]).get(ADDRESS, headers={"HX-Request": "true"})
        assert (len(texts(page, "article")), texts(page, "h1")) == (4, [])

    def test_empty_archive_states_what_it_will_hold(self, empty_cast: Cast):
        client = signed_in(empty_cast["X"])
        text = {"": "The archive is still empty", "?q=zzz": "Nothing found", "?kind=minutes": "Nothing found"}
        pages = {query: client.get(ADDRESS + query) for query in text}
        assert {query: texts(page, "p", "empty-title") for query, page in pages.items()} == {
            query: [title] for query, title in text.items()
        }

    def test_list_of_exchanges_links_to_the_archive(self, cast: Cast):
        assert links(signed_in(cast["M"]).get("/exchanges/"))["Intertransfo archive"] == ADDRESS
