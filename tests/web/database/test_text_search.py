"""Words in French and English, without their accents, by functions an index may use."""

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.sql import execute
from web.database.text_search import Plain, Words, asked, words_index

pytestmark = pytest.mark.django_db


def found(text: str, words: str) -> bool:
    UserFactory(full_name=text)
    return User.objects.annotate(words=Words("full_name")).filter(words=asked(words)).exists()


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
def test_nonsense_is_no_error(words: str):
    assert found("Un guide", words) is False


def test_the_text_without_accents_is_by_a_function_that_never_changes():
    row = UserFactory(full_name="Éloïse Ça")
    assert User.objects.annotate(plain=Plain("full_name")).get(pk=row.pk).plain == "Eloise Ca"
    kept = execute("SELECT proname, provolatile FROM pg_proc WHERE proname ~ '^web_' ORDER BY 1")
    assert kept == [("web_plain", "i"), ("web_words", "i")]


@pytest.mark.parametrize("text", ["full_name", Concat("full_name", Value(" "), "language")])
def test_an_index_over_the_words_is_read(text: str | Concat):
    with connection.schema_editor() as editor:
        editor.add_index(User, words_index(text, name="person_words"))
    execute("SET LOCAL enable_seqscan = off")
    plan = User.objects.annotate(words=Words(text)).filter(words=asked("guichets éloïse")).order_by().explain()
    assert "_words" in plan
