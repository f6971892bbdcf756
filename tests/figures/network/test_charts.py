"""The charts of the network: people by circle month after month, and people per cohort since it began."""

from datetime import date

import pytest
from django.utils.translation import override

from figures.network.charts import growth_chart, labelled_positions, network_chart, network_key, round_levels
from figures.network.growth import GrowthPoint
from figures.network.people import CircleChange, network

AS_OF = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_a_circle_that_never_had_anyone_is_not_drawn():
    """Circles are stacked: the upper one reaches from below the lower one, which covers it."""
    changes = [CircleChange(date(2026, 10, 31), "first", 6), CircleChange(AS_OF, "second", 4)]
    grown = network(changes, as_of=AS_OF)
    chart = network_chart(grown)
    assert chart is not None
    assert [label.text for label in chart.levels] == ["0", "2", "4", "6", "8", "10"]
    assert [(area.colour, area.path) for area in chart.areas] == [
        ("residency", "M0 100V40H100V0H100V100Z"),
        ("implemented", "M0 100V40H100V100Z"),
    ]
    assert network_key(grown) == [("implemented", "first circle"), ("residency", "second circle")]


def test_each_month_has_a_sentence_with_the_circles_of_that_day():
    changes = [CircleChange(date(2026, 9, 30), "first", 1), CircleChange(AS_OF, "second", 4)]
    chart = network_chart(network(changes, as_of=AS_OF))
    assert chart is not None
    assert [(stop.x, stop.sentence) for stop in chart.stops] == [
        ("0", "30 September 2026: 1 person active (first circle 1)."),
        ("50", "31 October 2026: 1 person active (first circle 1)."),
        ("100", "25 November 2026: 5 people active (first circle 1, second circle 4)."),
    ]
    assert chart.stop == chart.stops[-1]


@pytest.mark.parametrize(
    ("months", "named"),
    [(2, [0, 1]), (4, [0, 1, 2, 3]), (5, [0, 2, 4]), (24, [5, 11, 17, 23]), (25, [3, 10, 17, 24])],
)
def test_few_months_are_labelled_and_always_the_last(months: int, named: list[int]):
    assert labelled_positions(months) == named


@pytest.mark.parametrize(
    ("most", "levels"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (7, [0, 2, 4, 6, 8]),
        (95, [0, 20, 40, 60, 80, 100]),
        (101, [0, 50, 100, 150]),
    ],
)
def test_levels_are_round_numbers_up_to_the_most(most: int, levels: list[int]):
    assert round_levels(most) == levels


def test_levels_are_few_and_reach_the_most():
    levels = {most: round_levels(most) for most in (*range(1, 1200, 7), 123_456)}
    assert {most: found for most, found in levels.items() if len(found) > 6} == {}
    assert {most: found for most, found in levels.items() if not found[-2] < most <= found[-1]} == {}


def test_growth_is_drawn_beside_the_number_with_which_the_same_cohorts_began():
    """The younger of two cohorts, with 2 people, was followed for a month; the older grew from 4 to 6 in two."""
    chart = growth_chart([GrowthPoint(0, 2, 6, 6), GrowthPoint(1, 2, 7, 6), GrowthPoint(2, 1, 6, 4)])
    assert chart is not None
    assert [label.text for label in chart.levels] == ["0", "2", "4", "6"]
    assert [area.path for area in chart.areas] == ["M0 100V50H50V41.67H100V0H100V100Z"]
    assert chart.lines == ["M0 50H100V33.33H100"]
    assert [[label.text for label in row.labels] for row in chart.rows] == [["0", "1", "2"], ["2", "2", "1"]]
    assert [stop.sentence for stop in chart.stops[1:]] == [
        "1 month after they began: 3.5 people per cohort, 3 when the same cohorts began; 2 cohorts followed that long.",
        "2 months after they began: 6 people per cohort, 4 when the same cohorts began; 1 cohort followed that long.",
    ]


def test_there_is_no_curve_before_a_cohort_was_followed_for_a_month():
    assert [growth_chart(points) for points in ([], [GrowthPoint(0, 2, 6, 6)])] == [None, None]
