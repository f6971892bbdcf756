"""What allauth and Django say on our pages is in our French: an address is « électronique », a key « d’accès »."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from accounts.library_texts import LIBRARY_WORDS


def catalogue(root: Path) -> dict[str, str]:
    with (root / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if isinstance(message.id, str)}


def of_library(name: str, within: str = "locale") -> dict[str, str]:
    spec = find_spec(name)
    assert spec
    assert spec.origin
    return catalogue(Path(spec.origin).parent / within)


def test_each_is_a_word_of_allauth_or_of_django():
    assert set(LIBRARY_WORDS) - set(of_library("allauth")) - set(of_library("django", "conf/locale")) == set()


@pytest.mark.parametrize("word", LIBRARY_WORDS)
def test_ours_is_what_people_read(word: str):
    ours = catalogue(Path(settings.LOCALE_PATHS[0]))[word]
    with translation.override("fr"):
        assert (bool(ours), gettext(word)) == (True, ours)


UNLIKE = ("adresse e-mail", "courriel", "clé de sécurité", "deux facteurs", "double authentification")


def unlike(said: Iterable[str]) -> list[str]:
    return [words for words in said if any(word in words.lower() for word in UNLIKE)]


def test_no_page_has_another_word_for_an_address_or_a_passkey():
    assert unlike(catalogue(Path(settings.LOCALE_PATHS[0])).values()) == []


def test_no_form_has_either_where_django_says_what_is_wrong():
    with translation.override("fr"):
        assert unlike(gettext(word) for word in of_library("django", "conf/locale") if word) == []
