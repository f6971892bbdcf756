"""Whose ideas a page counts, in words."""

import pytest
from django.utils.translation import override

from figures.scope.sentences import whose
from figures.scope.visibility import reach_of
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory


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
