"""Slugs made from names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.slugs import MAX_LENGTH, slug_of
from web.errors import DomainError


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("La Transfo 2026–2028", "la-transfo-2026-2028"),
        ("Ville d'Évry", "ville-d-evry"),
        ("Châlons-en-Champagne", "chalons-en-champagne"),
        ("  Grand   Est  ", "grand-est"),
        ("Nord/Pas-de-Calais (ancienne)", "nord-pas-de-calais-ancienne"),
        ("new", "new-1"),
        ("New", "new-1"),
        ("Compare", "compare-1"),
        ("All", "all-1"),
        ("news", "news"),
    ],
)
def test_a_name_becomes_a_slug(name: str, slug: str):
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["", "   ", "…", "日本", "--", "/"])
def test_a_name_without_letters_or_digits_is_refused_next_to_its_field(name: str):
    with pytest.raises(DomainError, match="The name must contain at least one letter or digit") as refused:
        slug_of(name, field="name_fr")
    assert refused.value.field == "name_fr"


def test_a_long_name_is_cut_without_a_trailing_dash():
    assert slug_of("a" * (MAX_LENGTH - 1) + " bcd") == "a" * (MAX_LENGTH - 1)


@given(st.text(max_size=200))
def test_any_slug_is_plain_and_short(name: str):
    try:
        slug = slug_of(name)
    except DomainError:
        return
    assert 0 < len(slug) <= MAX_LENGTH
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
