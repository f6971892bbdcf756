"""Every displayed text has a French version in French typography."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from labplatform.demo.facts.records import read, section

SECTIONS = [name for name, content in read().items() if isinstance(content, list)]
TRANSLATED = {"notes", "note", "period", "source", "official_name"}
FRENCH = ("title_fr", "label_fr", "name_fr", "theme_fr", "place_fr", "place", "town")
STRAIGHT_APOSTROPHE = "'"
LOOSE_SIGN = re.compile(r" [;!?:»](?=\s|$)|« |\w[;!?»]|«\w")  # an ordinary space, or none
ENGLISH = re.compile(r"\b(the|of|and|with|undated|read|shown)\b")
QUOTED = re.compile(r"«[^»]*»")


def texts(name: str) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Yield section and field, then the English and the French of every translated text."""

    def walk(value: Any) -> Iterator[tuple[str, str, str | None, str | None]]:
        if isinstance(value, list):
            for item in value:
                yield from walk(item)
        if isinstance(value, dict):
            for field, item in value.items():
                if field.endswith("_en") or field in TRANSLATED:
                    yield name, field, item, value[f"{field.removesuffix('_en')}_fr"]
                yield from walk(item)

    yield from walk(section(name))


@pytest.mark.parametrize("name", SECTIONS)
def test_every_displayed_text_has_a_french_version(name: str):
    assert [(field, english) for _, field, english, french in texts(name) if bool(english) != bool(french)] == []


def french_texts() -> list[str]:
    """Return every French string of the file, including published titles."""

    def walk(value: Any, field: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from walk(item, name)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item, field)
        elif isinstance(value, str) and (field.endswith("_fr") or field in FRENCH):
            yield value

    return [text for name in SECTIONS for text in walk(section(name))]


def test_apostrophes_are_typographic():
    assert [text for text in french_texts() if STRAIGHT_APOSTROPHE in text] == []


def test_french_punctuation_uses_no_break_spaces():
    assert [text for text in french_texts() if LOOSE_SIGN.search(text)] == []


def test_french_versions_are_french_outside_published_titles():
    item = [french for name in SECTIONS for _, _, _, french in texts(name) if french]
    assert [text for text in item if ENGLISH.search(QUOTED.sub("", text))] == []


def test_no_label_uses_a_mid_dot_but_one_published_title():
    assert [text for text in french_texts() if "·" in text] == ["Communauté de pratiques des assistant·es"]
