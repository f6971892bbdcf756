"""Groups side by side: their order, the group that the others are compared with, and the notes."""

import pytest
from django.utils.translation import override

from cohorts.models import Cohort
from figures.groups.comparison import Comparison, compare
from figures.groups.groupings import Group

OLD = [3] * 9, [30] * 2, [30] * 14
OTHER = [5] * 2, [5] * 3, [14] * 20
YOUNG = [3] * 4, [], [3] * 6


def group(slug: str, *cohorts: int) -> Group:
    return Group(slug, slug.title(), "", tuple(Cohort(pk=number) for number in cohorts), ())


GROUPS = [group("north", 3), group("south", 2, 5), group("east", 1, 4)]
MONTHS = {1: OLD, 2: OTHER, 3: YOUNG, 4: OLD, 5: OTHER}


def differences(comparison: Comparison) -> list[list[str]]:
    """Return, by horizon, the groups that have a difference."""
    return [[row.group.slug for row in table.rows if row.difference] for table in comparison.horizons]


def test_groups_stay_in_their_order_at_each_horizon():
    comparison = compare(GROUPS, MONTHS)
    assert [table.months for table in comparison.horizons] == [12, 24]
    assert [[row.group.slug for row in table.rows] for table in comparison.horizons] == [["north", "south", "east"]] * 2
    assert [(row.group.slug, row.accepted, row.implemented) for row in comparison.groups] == [
        ("north", 10, 4),
        ("south", 50, 4),
        ("east", 50, 18),
    ]


def test_number_at_risk_of_a_horizon_adds_up_all_groups():
    assert [table.followed for table in compare(GROUPS, MONTHS).horizons] == [2 * (20 + 16), 2 * 16]


@pytest.mark.parametrize(
    ("chosen", "reference", "compared"),
    [
        ("", "south", [["east"], []]),  # the first that can be compared
        ("east", "east", [["south"], []]),
        ("north", "north", [[], []]),
        ("nowhere", "south", [["east"], []]),
    ],
)
def test_others_are_compared_with_the_chosen_group(chosen: str, reference: str, compared: list[list[str]]):
    comparison = compare(GROUPS, MONTHS, chosen)
    assert comparison.reference is not None
    assert (comparison.reference.slug, differences(comparison)) == (reference, compared)


def test_difference_is_the_share_minus_that_of_the_chosen_group():
    [north, south, east] = compare(GROUPS, MONTHS, "east").horizons[0].rows
    assert (north.difference, east.difference) == (None, None)
    assert south.difference is not None
    assert south.difference.difference == pytest.approx((south.at.share or 0) - (east.at.share or 0))
    with override("en"):
        assert south.difference_texts == ("−28 points", "−42 points", "−12 points")


def test_group_of_one_cohort_has_an_interval_but_no_difference():
    """Its interval says nothing of how far the cohorts of such a group may differ."""
    comparison = compare([group("alone", 1), *GROUPS], MONTHS)
    [alone, _north, _south, east] = comparison.horizons[0].rows
    assert (alone.at.interval, alone.difference, east.at.interval) == ("log-log", None, "by cohort")
    assert comparison.reference is not None
    assert (comparison.reference.slug, differences(comparison)) == ("south", [["east"], []])
    assert differences(compare([group("alone", 1), *GROUPS], MONTHS, "alone")) == [[], []]


def test_without_any_share_the_first_group_is_the_one_compared_with():
    comparison = compare([group("north", 3), group("west")], MONTHS)
    assert comparison.reference is not None
    assert comparison.reference.slug == "north"


def test_without_groups_there_is_nothing_to_compare_with():
    comparison = compare([], {})
    assert (comparison.groups, comparison.reference, [table.rows for table in comparison.horizons]) == (
        [],
        None,
        [[], []],
    )


def test_a_note_says_why_there_is_no_share_or_no_interval():
    few, alone, full = group("few", 3), group("alone", 2, 3), group("full", 1)
    with override("en"):
        assert [row.note for row in compare([few, alone, full], MONTHS).horizons[0].rows] == [
            "too few ideas have been followed that long",
            "no confidence interval: fewer than two of its cohorts were observed that long",
            "",
        ]
