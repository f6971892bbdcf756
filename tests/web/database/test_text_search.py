"""Full-text search in French and English without accents, with functions that an index may use."""

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.sql import execute
from web.database.text_search import SearchWords, UnaccentedText, search_query, words_index

pytestmark = pytest.mark.django_db


def found(text: str, words: str) -> bool:
    UserFactory(full_name=text)
    return User.objects.annotate(words=SearchWords("full_name")).filter(words=search_query(words)).exists()


@pytest.mark.parametrize(
    ("text", "words", "is_found"),
    [
        ("Les élèves ont réussi", "eleve", True),
        ("Les eleves ont reussi", "ÉLÈVES", True),
        ("Une idée", "idées", True),
        ("Several policies", "policy", True),
        ("A tested policy", "testing policies", True),
        ("Un entretien", "interview", False),
        ("Le guide", "les", False),
        ("Le guide", "le guide", True),
        ("L’œuvre", "oeuvre", True),
        ("Un guide du guichet", "guide guichet", True),
        ("Un guide du guichet", "guide bureau", False),
        ("Un guide du guichet", "guide OR bureau", True),
        ("Un guide du guichet", "guide -guichet", False),
        ("Un guide du guichet", '"guichet guide"', False),
        ("Un guide du guichet", '"guide du guichet"', True),
        ("Un guide du guichet", "« guichet guide »", False),
        ("Un guide du guichet", "«\u202fguichet guide\u202f»", False),
        ("Un guide du guichet", "«guide du guichet»", True),
        ("Un guide du guichet", "“guichet guide”", False),
        ("Un guide du guichet", "“guide du guichet”", True),
        ("Une préfiguration", "préfig", True),
        ("Une préfiguration", "préf", False),
        ("Une salle ½", "salle½", True),
    ],
)
def test_words_are_found_in_their_forms_in_both_languages(text: str, words: str, is_found: bool):
    assert found(text, words) is is_found


# Letters and digits as Python sees them, that are something else without their accents.
ODD = ["salle½", "lieux⑴", "lieuxŉ", "ŉŉŉŉŉ", "lieuxʺ", "ʻʼʽˈʹ", "⒈⒉⒊⒋⒌", "un zzzzz🄊"]


@pytest.mark.parametrize("words", ["", " ", '"', "' OR 1=1", "a & | !", "-", "%", "\\", "(((", *ODD])
def test_invalid_input_is_no_error(words: str):
    assert found("Un guide", words) is False


HYPHENS = ["-" * 40, "accueil " + "-" * 40, "- " * 40, "–" * 40, "\u00ad" * 40, "-!" * 60, "-(" * 60]


@pytest.mark.parametrize("words", HYPHENS)
def test_any_number_of_hyphens_is_no_error(words: str):
    assert found("Un accueil", words) is ("accueil" in words)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        *(("accueil - guichet", True), ("- guichet accueil", True), ("accueil -bureau", True)),
        *(("accueil -guichet", False), ("accueil --guichet", False), ('accueil -"un guichet"', False)),
    ],
)
def test_a_hyphen_excludes_only_what_follows_it_at_once(words: str, is_found: bool):
    assert found("Un accueil, un guichet", words) is is_found


def test_the_unaccent_function_is_immutable():
    row = UserFactory(full_name="Éloïse Ça")
    assert User.objects.annotate(plain=UnaccentedText("full_name")).get(pk=row.pk).plain == "Eloise Ca"
    functions = execute("SELECT proname, provolatile FROM pg_proc WHERE proname ~ '^web_' ORDER BY 1")
    assert functions == [("web_plain", "i"), ("web_words", "i")]


@pytest.mark.parametrize("text", ["full_name", Concat("full_name", Value(" "), "language")])
def test_the_search_uses_the_words_index(text: str | Concat):
    with connection.schema_editor() as editor:
        editor.add_index(User, words_index(text, name="person_words"))
    execute("SET LOCAL enable_seqscan = off")
    plan = (
        User.objects.annotate(words=SearchWords(text))
        .filter(words=search_query("guichets éloïse"))
        .order_by()
        .explain()
    )
    assert "_words" in plan
