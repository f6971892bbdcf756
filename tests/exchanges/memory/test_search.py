"""Exchange memory: what is found by which words, for whom, and what it costs."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from exchanges.memory.search import Remembered, remembered, told, vector_of
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast, assemble
from tests.factories.contents import CommitmentFactory, ContributionFactory, MinutesFactory, QuestionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.programmes import EditionFactory
from tests.factories.remembered import remembered as scene_of
from tests.pages import elements, links, texts
from tests.sql import execute
from web.database.text_search import asked

ADDRESS = "/exchanges/memory/"


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@scene_of
def texts_of_each_kind() -> Cast:
    """Three of the cast's edition, minutes of another one, a published outcome."""
    cast = assemble()
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
    """The cast with the texts around it."""
    return texts_of_each_kind()


@pytest.fixture
def kept(cast: Cast) -> Exchange:
    """The exchange of the cast's edition that has a question and a contribution."""
    return Exchange.objects.get(edition=cast.edition)


cast_alone = scene_of(assemble)


@pytest.fixture
def alone(db: None, today: None) -> Cast:
    """The cast without a text."""
    return cast_alone()


def found(words: str = "", **more: str) -> list[str]:
    return [memory.said for memory in told(remembered(Exchange.objects.all(), words=words, **more))]


class TestWords:
    def test_french_words_are_found_in_every_form_without_their_accents(self, kept: Exchange):
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
        rows = {words: told(remembered(Exchange.objects.all(), words=words)) for words in kinds}
        assert {words: sorted(memory.kind for memory in found) for words, found in rows.items()} == kinds

    @pytest.mark.parametrize("text", ["Un designer est venu.", "Les designers sont là, un designer aussi."])
    def test_words_that_are_not_french_are_found_in_both_numbers(self, kept: Exchange, text: str):
        QuestionFactory(exchange=kept, text=text)
        asked_for = ("designer", "Designers", "un designer", "designer designers", "desig")
        assert {words: found(words) for words in asked_for} == {words: [text] for words in asked_for}

    def test_the_beginning_of_a_short_or_a_quoted_word_is_not_enough(self, kept: Exchange):
        text = "Le conditionnement des designers"
        QuestionFactory(exchange=kept, text=text)
        short = ("les", "cond", "scrutin designers", '"une condition"', "-designers")
        assert [words for words in short if text in found(words)] == []

    def test_english_words_too(self, kept: Exchange):
        text, asked_for = "Which policies were tested?", ("policy", "POLICIES", "tested policy", "tests")
        QuestionFactory(exchange=kept, text=text)
        assert {words: found(words) for words in asked_for} == {words: [text] for words in asked_for}

    def test_nonsense_is_no_error(self, kept: Exchange):
        odd = ('"', "' OR 1=1", "zzz & | !", "-", "%", "\\", "(((", "salle½", "lieux⑴", "ŉŉŉŉŉ", "⒈⒉⒊⒋⒌")
        assert {words: found(words) for words in odd} == {words: [] for words in odd}

    def test_an_exchange_is_found_by_its_name_and_number(self, kept: Exchange):
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
        rows = {words: told(remembered(Exchange.objects.all(), words=words)) for words in numbers}
        assert {words: sorted(memory.exchange.number for memory in found) for words, found in rows.items()} == numbers

    def test_the_best_comes_first(self, kept: Exchange):
        QuestionFactory(exchange=kept, text="Une condition, des conditions, encore une condition ?")
        QuestionFactory(
            exchange=kept, text="À quelle condition un service garde-t-il une équipe après la fin du cycle ?"
        )
        assert found("condition")[0] == "Une condition, des conditions, encore une condition ?"

    def test_without_words_the_latest_exchange_comes_first(self, kept: Exchange):
        kept.first_day, kept.version = date(2027, 11, 9), 2
        kept.save()
        assert [text[:10] for text in found()] == [
            "Un accueil",
            "Les élus c",
            "Qui décide",
            "Un guide d",
            "Une élue a",
            "Trois cond",
        ]


class TestAbout:
    @pytest.mark.parametrize(
        ("theme", "venue", "said"),
        [("Élus", "La Halle", "Élus · La Halle"), ("Élus", "", "Élus"), ("", "La Halle", "La Halle")],
    )
    def test_theme_and_place_are_one_memory(self, alone: Cast, theme: str, venue: str, said: str):
        exchange = ExchangeFactory(edition=alone.edition, host=alone.cohort, theme=theme, venue=venue)
        (memory,) = told(remembered(Exchange.objects.all(), words="halle OR élus"))
        assert (memory.said, memory.label, memory.route) == (said, "theme and venue", "exchanges:exchange")
        assert memory.exchange == exchange

    def test_without_either_there_is_none(self, alone: Cast):
        ExchangeFactory(edition=alone.edition, host=alone.cohort, theme="", venue="")
        assert found(kind="about") == []

    def test_a_commitment_is_read_with_the_minutes(self, kept: Exchange):
        (memory,) = told(remembered(Exchange.objects.all(), words="guides"))
        assert (memory.said, memory.cohort, memory.label) == (
            "Un guide du guichet",
            Commitment.objects.get().cohort.name,
            "commitment",
        )
        assert memory.route == "exchanges:minutes"


class TestFilters:
    def test_by_kind(self, kept: Exchange):
        rows = {kind: told(remembered(Exchange.objects.all(), kind=kind)) for kind in Remembered}
        assert {kind: [memory.kind for memory in found] for kind, found in rows.items()} == {
            kind: [kind] for kind in Remembered
        }

    def test_by_edition(self, kept: Exchange):
        counts = {"first": 1, "elsewhere": 2, "transfo-2026": 3, "none": 0}
        assert {edition: len(found(edition=edition)) for edition in counts} == counts

    def test_an_unknown_kind_narrows_nothing(self, kept: Exchange):
        assert len(found(kind="song")) == 6


INDEXES = {
    Remembered.QUESTION: (Question, "question_words"),
    Remembered.CONTRIBUTION: (Contribution, "contribution_words"),
    Remembered.MINUTES: (Minutes, "minutes_words"),
    Remembered.COMMITMENT: (Commitment, "commitment_words"),
    Remembered.OUTCOME: (Exchange, "exchange_outcome_words"),
    Remembered.ABOUT: (Exchange, "exchange_about_words"),
}


class TestIndexes:
    """Each kind of text has its own, and the search reads it."""

    @pytest.mark.parametrize("kind", list(Remembered))
    def test_each_kind_of_text_has_one(self, db: None, kind: Remembered):
        model, index = INDEXES[kind]
        execute("SET LOCAL enable_seqscan = off")
        rows = model.objects.annotate(vector=vector_of(kind)).filter(vector=asked("guichets accueil"))
        assert index in rows.order_by().explain()

    def test_the_search_reads_it_among_thousands_of_texts(self, kept: Exchange):
        author = UserFactory()
        execute(
            "INSERT INTO exchanges_contribution (exchange_id, cohort_id, kind, text, author_id)"
            " SELECT %s, %s, 'success', 'Le guichet ' || md5(n::text), %s FROM generate_series(1, 3000) n",
            *(kept.pk, kept.host_id, author.pk),
        )
        execute("ANALYZE exchanges_contribution")
        seen = Exchange.objects.visible_to(author)
        assert "contribution_words" in remembered(seen, words="scrutins").explain()
        assert "contribution_words" in remembered(Exchange.objects.all(), words="élues abandon").explain()
        assert found("scrutins") == ["Les élus changent après chaque scrutin."]


class TestPage:
    def test_a_kind_looks_as_on_the_page_it_comes_from(self, cast: Cast):
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

    def test_what_a_memory_says(self, cast: Cast, kept: Exchange):
        page = signed_in(cast["M"]).get(ADDRESS, {"q": "scrutin"})
        assert texts(page, "article") == [
            "difficulty Intertransfo 4 La Transfo 2026–2028 Rivage Les élus changent après chaque scrutin."
        ]
        assert links(page)["Intertransfo 4"] == f"/exchanges/{kept.pk}/contributions/"

    def test_of_exchanges_one_may_read(self, cast: Cast):
        counts = {"S": 6, "M": 4, "N": 4, "A": 4, "X": 1}
        assert {letter: len(texts(signed_in(cast[letter]).get(ADDRESS), "article")) for letter in counts} == counts

    def test_only_their_editions_can_be_chosen(self, cast: Cast):
        page = signed_in(cast["M"]).get(ADDRESS)
        choices = [name for _slug, name in page.context["form"].fields["edition"].choices]
        assert choices == ["All editions", "La Transfo 2026–2028", "Édition 1"]

    def test_nonsense_in_the_address_is_answered(self, cast: Cast):
        client = signed_in(cast["M"])
        queries = ("?edition=elsewhere", "?kind=song", "?page=minus", "?q=%00", f"?q={'x' * 300}")
        assert {query: client.get(ADDRESS + query).status_code for query in queries} == dict.fromkeys(queries, 200)

    def test_what_is_too_long_is_not_looked_for_and_said(self, cast: Cast):
        page = signed_in(cast["M"]).get(ADDRESS, {"q": "x" * 3000})
        assert texts(page, "article") == []
        assert "Ensure this value has at most 200 characters (it has 3000)." in texts(page, "main")[0]
        field = next(field for field in elements(page, "input") if field["attrs"].get("name") == "q")
        assert field["attrs"]["maxlength"] == "200"

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_however_much_is_found(self, alone: Cast, count: int, django_assert_num_queries: Any):
        exchange = ExchangeFactory(
            edition=alone.edition, host=alone.cohort, theme="", venue="", state="registration_open"
        )
        ContributionFactory.create_batch(count, exchange=exchange)
        for letter, query in (("S", ""), ("M", ""), ("M", "?q=guichet")):
            client = signed_in(alone[letter])
            client.get(ADDRESS + query)
            with django_assert_num_queries(6):
                page = client.get(ADDRESS + query)
            assert (letter, query, len(texts(page, "article"))) == (letter, query, count)

    def test_page_by_page(self, alone: Cast):
        exchange = ExchangeFactory(
            edition=alone.edition, host=alone.cohort, theme="", venue="", state="registration_open"
        )
        ContributionFactory.create_batch(21, exchange=exchange)
        client = signed_in(alone["M"])
        first, second = client.get(ADDRESS, {"kind": "contribution"}), client.get(ADDRESS, {"page": 2})
        assert [len(texts(page, "article")) for page in (first, second)] == [20, 1]
        assert links(first)["Next"] == "?kind=contribution&page=2"

    def test_a_swap_brings_the_results_only(self, cast: Cast):
        page = signed_in(cast["M"]).get(ADDRESS, headers={"HX-Request": "true"})
        assert (len(texts(page, "article")), texts(page, "h1")) == (4, [])

    def test_empty_it_says_what_goes_there(self, alone: Cast):
        client = signed_in(alone["X"])
        said = {"": "The archive is still empty", "?q=zzz": "Nothing found", "?kind=minutes": "Nothing found"}
        pages = {query: client.get(ADDRESS + query) for query in said}
        assert {query: texts(page, "p", "empty-title") for query, page in pages.items()} == {
            query: [title] for query, title in said.items()
        }

    def test_the_list_leads_there(self, cast: Cast):
        assert links(signed_in(cast["M"]).get("/exchanges/"))["Intertransfo archive"] == ADDRESS
