"""Whose ideas a page counts, in words."""

import pytest
from django.utils.translation import override

from figures.scope.sentences import scope_labels
from figures.scope.visibility import visible_cohorts
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import share_with_edition


def labels(cast: Cast, role: str, **chosen: object) -> str:
    visible = visible_cohorts(cast[role])
    with override("en"):
        return " · ".join(map(str, scope_labels(visible, visible.scope(**chosen))))


@pytest.mark.parametrize(
    ("role", "line"),
    [
        ("S", "All authorities · all editions"),
        ("A", "Ville de Rivage · all editions"),
        ("N", "Ville de Montagne · all editions"),
        ("X", "Your authorities · all editions"),
    ],
)
def test_labels_without_a_choice_name_the_authorities(role: str, line: str, cast: Cast):
    assert labels(cast, role) == line


def test_labels_with_several_authorities_say_your_authorities(cast: Cast):
    CohortFactory(edition=cast.edition).memberships.create(user=cast["M"], role="ambassador", starts_on="2026-01-05")
    assert labels(cast, "M") == "Your authorities · all editions"


def test_labels_go_from_the_widest_to_the_narrowest(cast: Cast):
    assert labels(cast, "A", edition=cast.edition) == "Some authorities of the edition · La Transfo 2026–2028"
    share_with_edition(cast.other_cohort)
    assert labels(cast, "A", edition=cast.edition) == "All authorities of the edition · La Transfo 2026–2028"
    assert labels(cast, "S", edition=cast.edition) == "All authorities of the edition · La Transfo 2026–2028"
    assert labels(cast, "S", authority=cast.other_cohort.authority) == "Ville de Montagne · all editions"
    assert labels(cast, "A", cohort=cast.cohort) == "Ville de Rivage · all editions · Rivage"
    both = {"edition": cast.edition, "cohort": cast.cohort}
    assert labels(cast, "A", **both) == "Ville de Rivage · La Transfo 2026–2028 · Rivage"
