"""Texts of allauth and Django appear in our French on our pages: an address is « électronique », a key « d’accès »."""

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


def library_text(name: str, within: str = "locale") -> dict[str, str]:
    spec = find_spec(name)
    assert spec
    assert spec.origin
    return catalogue(Path(spec.origin).parent / within)


def test_each_text_is_one_of_allauth_or_django():
    assert set(LIBRARY_WORDS) - set(library_text("allauth")) - set(library_text("django", "conf/locale")) == set()


@pytest.mark.parametrize("word", LIBRARY_WORDS)
def test_our_translation_is_used(word: str):
    ours = catalogue(Path(settings.LOCALE_PATHS[0]))[word]
    with translation.override("fr"):
        assert (bool(ours), gettext(word)) == (True, ours)


UNLIKE = ("adresse e-mail", "courriel", "clé de sécurité", "deux facteurs", "double authentification")


def wrong_words(texts: Iterable[str]) -> list[str]:
    return [words for words in texts if any(word in words.lower() for word in UNLIKE)]


def test_library_texts_use_our_words_for_address_and_passkey():
    assert wrong_words(catalogue(Path(settings.LOCALE_PATHS[0])).values()) == []


def test_django_form_errors_use_our_words():
    with translation.override("fr"):
        assert wrong_words(gettext(word) for word in library_text("django", "conf/locale") if word) == []
