"""Tests of the codes and slugs suggested for cohorts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.opening.codes import suggest_code, suggest_slug, words_of


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Pays de la Loire", "PDL"),
        ("Val-d'Oise", "VO"),
        ("Provence-Alpes-Côte d'Azur", "PACA"),
        ("Champagne-Ardenne", "CA"),
        ("Dunkerque", "DUN"),
        ("Île-de-France", "IDF"),
        ("Metz", "MET"),
        ("Œuvres universitaires", "OU"),
        ("Communauté d'agglomération du Pays de Saint-Malo et de Dinard", "CADPD"),
        ("Ay", "AY"),
        ("2027", "COH"),
    ],
)
def test_a_code_is_derived_from_the_name(name, code):
    assert suggest_code(name, set()) == code


def test_articles_and_accents_are_ignored():
    assert words_of("L'Île-d'Yeu & les Sables") == ["ILE", "YEU", "SABLES"]


def test_a_taken_code_is_replaced_by_the_first_letters_then_by_others():
    taken: set[str] = set()
    codes = []
    for _ in range(7):
        codes.append(suggest_code("Pays de la Loire", taken))
        taken.add(codes[-1])
    assert codes == ["PDL", "PAY", "PAYS", "PAYSD", "PA", "PDA", "PDB"]


@given(name=st.text(max_size=40), many=st.integers(0, 60))
def test_any_name_gets_a_free_code_of_two_to_five_capitals(name, many):
    taken: set[str] = set()
    for _ in range(many):
        code = suggest_code(name, taken)
        assert re.fullmatch("[A-Z]{2,5}", code)
        assert code not in taken
        taken.add(code)


def test_a_slug_is_plain_then_with_the_year_then_numbered():
    taken: set[str] = set()
    slugs = []
    for _ in range(4):
        slugs.append(suggest_slug("dunkerque", 2026, taken))
        taken.add(slugs[-1])
    assert slugs == ["dunkerque", "dunkerque-2026", "dunkerque-2026-2", "dunkerque-2026-3"]


def test_a_slug_fits_its_column():
    assert len(suggest_slug("a" * 90, 2026, {"a" * 70})) <= 80
