"""allauth's own words on our pages are in our French: an address is « électronique », a key « d’accès »."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from accounts.library_words import LIBRARY_WORDS


def catalogue(root: Path) -> dict[str, str]:
    with (root / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if isinstance(message.id, str)}


def test_each_is_a_word_of_allauth():
    spec = find_spec("allauth")
    assert spec
    assert spec.origin
    assert set(LIBRARY_WORDS) - set(catalogue(Path(spec.origin).parent / "locale")) == set()


@pytest.mark.parametrize("word", LIBRARY_WORDS)
def test_ours_is_what_people_read(word: str):
    ours = catalogue(Path(settings.LOCALE_PATHS[0]))[word]
    with translation.override("fr"):
        assert (bool(ours), gettext(word)) == (True, ours)


def test_no_page_has_another_word_for_an_address_or_a_passkey():
    unlike = ("e-mail", "courriel", "clé de sécurité", "deux facteurs", "double authentification")
    ours = catalogue(Path(settings.LOCALE_PATHS[0])).values()
    assert [said for said in ours if any(word in said.lower() for word in unlike)] == []
