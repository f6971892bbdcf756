"""Whose ideas a page counts, in words."""

import pytest
from django.utils.translation import override

from figures.scope import sentences
from figures.scope.sentences import coverage, scope_labels
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
        ("A", "Ville de Rivage only · all editions"),
        ("N", "Ville de Montagne only · all editions"),
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


def test_coverage_names_each_authority_once_and_in_both_lists_where_only_a_part_shares(cast: Cast):
    annex = CohortFactory(edition=cast.edition, authority=cast.other_cohort.authority, site="Annexe")
    CohortFactory(edition=cast.edition, authority=cast.cohort.authority, site="Port")
    share_with_edition(annex)
    visible = visible_cohorts(cast["A"])
    assert coverage(visible, visible.scope(edition=cast.edition)) == (
        ["Ville de Montagne", "Ville de Rivage"],
        ["Ville de Montagne"],
    )


@pytest.mark.parametrize(("limit", "named"), [(1, ([], [])), (2, (["Ville de Rivage"], ["Ville de Montagne"]))])
def test_coverage_of_too_many_cohorts_names_none(
    limit: int, named: tuple[list[str], list[str]], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sentences, "MAX_COHORTS", limit)
    visible = visible_cohorts(cast["A"])
    assert coverage(visible, visible.scope(edition=cast.edition)) == named


def test_coverage_is_of_whole_measured_editions_only(cast: Cast):
    published = CohortFactory(edition__retrospective=True, retrospective=True, state="alumni")
    visible = visible_cohorts(cast["A"])
    for chosen in (
        {},
        {"cohort": cast.cohort},
        {"edition": cast.edition, "cohort": cast.cohort},
        {"edition": cast.edition, "authority": cast.cohort.authority},
        {"edition": published.edition},
    ):
        assert coverage(visible, visible.scope(**chosen)) == ([], []), chosen
