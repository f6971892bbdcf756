"""Whole sentences: what is said of the next ideas, and whose ideas are meant."""

import pytest
from django.utils.translation import override

from prototypes.rates_queries import reach_of
from prototypes.rates_wording import ABOUT, AFTER, END, outlook_sentence, whose
from prototypes.words import LANDMARKS, SPOKEN_HORIZONS, Outlook
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory


@pytest.mark.parametrize(
    ("outlook", "sentence"),
    [
        (
            Outlook("share", 24, "half", "a_quarter", "two_thirds", few=True),
            "If the next ideas fare like these, about half would be in place two years after acceptance;"
            " with so few ideas, anything between a quarter and two thirds would not surprise.",
        ),
        (
            Outlook("share", 12, "a_third", "a_quarter", "two_in_five"),
            "If the next ideas fare like these, about a third would be in place a year after acceptance;"
            " anything between a quarter and two in five would not surprise.",
        ),
        (
            Outlook("share", 6, "almost_all"),
            "If the next ideas fare like these, almost all would be in place six months after acceptance.",
        ),
        (
            Outlook("none", 18),
            "None of them was in place a year and a half after acceptance; that says little yet about the next ones.",
        ),
        (Outlook("all", 6), "Those followed that long were all in place six months after acceptance."),
        (
            Outlook("too_early"),
            "It is too early to say how the next ones will fare: fewer than five were followed for six months.",
        ),
    ],
)
def test_what_is_said_of_the_next_ideas(outlook: Outlook, sentence: str):
    with override("en"):
        assert outlook_sentence(outlook) == sentence


def test_every_fraction_and_every_horizon_has_its_words():
    slugs = [slug for _, slug in LANDMARKS]
    assert (list(ABOUT), list(END), sorted(AFTER)) == (slugs, slugs, sorted(SPOKEN_HORIZONS))


def said(cast: Cast, letter: str, **chosen: object) -> str:
    reach = reach_of(cast[letter])
    with override("en"):
        return " · ".join(map(str, whose(reach, reach.scope(**chosen))))


@pytest.mark.parametrize(
    ("letter", "line"),
    [
        ("S", "All authorities · all editions"),
        ("A", "Ville de Rivage · all editions"),
        ("N", "Ville de Montagne · all editions"),
        ("X", "Your authorities · all editions"),
    ],
)
def test_without_a_choice_the_line_says_whose_they_are(letter: str, line: str, cast: Cast):
    assert said(cast, letter) == line


def test_with_several_authorities_they_are_ones_own(cast: Cast):
    CohortFactory(edition=cast.edition).memberships.create(user=cast["M"], role="ambassador", starts_on="2026-01-05")
    assert said(cast, "M") == "Your authorities · all editions"


def test_a_choice_is_named_from_the_widest_to_the_narrowest(cast: Cast):
    assert said(cast, "A", edition=cast.edition) == "All authorities of the edition · La Transfo 2026–2028"
    assert said(cast, "S", authority=cast.other.authority) == "Ville de Montagne · all editions"
    assert said(cast, "A", cohort=cast.cohort) == "Ville de Rivage · all editions · Rivage"
    both = {"edition": cast.edition, "cohort": cast.cohort}
    assert said(cast, "A", **both) == "Ville de Rivage · La Transfo 2026–2028 · Rivage"
