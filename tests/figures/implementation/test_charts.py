"""The curve as ECharts draws it, and the table with the same numbers."""

import json
from itertools import pairwise

import pytest
from django.utils.translation import override

from figures.implementation.charts import curve_chart, curve_rows, funnel_chart, labelled_months
from figures.implementation.funnel import Funnel
from figures.outcomes.figures import CohortCount
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.figures.outcomes.test_figures import EXAMPLE, NOTHING, figures_of


@pytest.mark.parametrize(
    ("last", "months"),
    [
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (10, [0, 3, 6, 9, 10]),
        (12, [0, 3, 6, 9, 12]),
        (19, [0, 6, 12, 19]),
        (20, [0, 6, 12, 18, 20]),
        (61, [0, 12, 24, 36, 48, 61]),
    ],
)
def test_months_are_labelled_below_the_curve(last: int, months: list[int]):
    assert labelled_months(last) == months


@pytest.mark.parametrize("last", range(1, 121))
def test_last_month_is_always_labelled_with_at_most_twelve_labels(last: int):
    months = labelled_months(last)
    assert (months[0], months[-1]) == (0, last)
    assert len(months) <= 12
    assert all(before < after for before, after in pairwise(months))


def test_there_is_no_curve_without_five_ideas_followed_for_a_month():
    assert [curve_chart(figures) for figures in (NOTHING, figures_of([(9, 1)] * 4), figures_of([(0, 0)] * 9))] == [
        None
    ] * 3


def test_the_curve_stops_where_fewer_than_five_are_at_risk():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    last = EXAMPLE.curve.at(20)
    assert [series["data"][-1] for series in chart.option["series"][:5]] == [
        round(100 * (share or 0), 1) for share in (last.implemented, last.open, last.abandoned, last.low, last.high)
    ]
    assert {len(series["data"]) for series in chart.option["series"]} == {21}


def test_areas_add_up_to_all_ideas_at_every_month():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    for shares in zip(*[series["data"] for series in chart.option["series"][:3]], strict=True):
        assert sum(shares) == pytest.approx(100, abs=0.15)


def test_areas_are_stacked_steps_in_the_colours_of_their_states():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    drawn = [(row["stack"], row["step"], row["areaStyle"]["color"]) for row in chart.option["series"][:3]]
    assert drawn == [("ideas", "end", colour) for colour in ("implemented", "open", "abandoned")]


def test_interval_is_two_dashed_lines_from_the_first_event_on():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    dashed, ground = chart.option["series"][3:5], chart.option["series"][5:]
    assert [row["lineStyle"] for row in dashed] == [{"color": "ink", "width": 2, "type": [5, 4]}] * 2
    assert [row["lineStyle"] for row in ground] == [{"color": "surface", "width": 4}] * 2
    assert [row["data"] for row in dashed] == [row["data"] for row in ground]
    assert [row["data"][2:4] for row in dashed] == [[None, 0.3], [None, 17.6]]


def test_numbers_at_risk_are_shown_below_the_months():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    months, at_risk = chart.option["xAxis"]
    named = months["axisLabel"]["customValues"]
    assert named == at_risk["axisLabel"]["customValues"] == [0, 6, 12, 18, 20]
    assert [at_risk["data"][month] for month in named] == ["24", "21", "13", "7", "5"]


def test_long_name_of_the_second_axis_does_not_narrow_the_curve():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    placed = [
        (axis["nameTextStyle"]["align"], axis["nameTextStyle"]["verticalAlign"]) for axis in chart.option["xAxis"]
    ]
    assert placed == [("right", "top"), ("left", "bottom")]


def test_chart_option_is_plain_json():
    chart = curve_chart(EXAMPLE)
    assert chart is not None
    assert json.loads(json.dumps(chart.option)) == chart.option


@pytest.mark.parametrize(("language", "label"), [("en", "{value}%"), ("fr", "{value}\N{NARROW NO-BREAK SPACE}%")])
def test_percentages_follow_the_reader_s_language(language: str, label: str):
    with override(language):
        chart = curve_chart(EXAMPLE)
    assert chart is not None
    assert chart.option["yAxis"]["axisLabel"]["formatter"] == label


def test_the_tooltip_names_the_month_and_each_share():
    with override("en"):
        chart = curve_chart(EXAMPLE)
    assert chart is not None
    assert chart.option["tooltip"]["formatter"] == (
        "month {b0}\n{a0} {c0}%\n{a1} {c1}%\n{a2} {c2}%\nbetween {c3}% and {c4}%"
    )


def test_table_has_the_start_each_month_with_an_event_and_the_last_month():
    assert [row.months for row in curve_rows(EXAMPLE)] == [0, 3, 4, 5, 6, 8, 9, 11, 12, 14, 15, 18, 20]
    assert curve_rows(EXAMPLE)[-1] == EXAMPLE.curve.at(20)


def test_table_of_few_ideas_has_only_the_start():
    assert [row.months for row in curve_rows(figures_of(TWENTY_FOUR_IDEAS[:3]))] == [0]


AT_AN_AGE = Funnel((CohortCount(1, 9, 6, True, 8, 2), CohortCount(3, 30, 9, True, 7, 4)), 18, 7)


def test_funnel_labels_each_cohort_at_its_number_of_ideas_and_share():
    with override("en"):
        option = funnel_chart(AT_AN_AGE, {1: "Rivage", 3: "Montagne", 4: "Elsewhere"}).option
    dots = option["series"][-1]["data"]
    assert [(dot["name"], dot["value"]) for dot in dots] == [
        ("Rivage\n2 of 8", [8, 25.0]),
        ("Montagne\n4 of 7", [7, 57.1]),
    ]
    assert {dot["label"]["position"] for dot in dots} == {"right"}
    assert option["xAxis"]["name"] == "ideas followed that long"


def test_each_cohort_of_the_funnel_has_a_dashed_outer_and_a_solid_inner_line():
    option = funnel_chart(AT_AN_AGE, {1: "Rivage", 3: "Montagne"}).option
    outer, inner = option["series"][:2]
    assert (outer["lineStyle"]["type"], inner["lineStyle"]["type"]) == ("dashed", "solid")
    limits = [AT_AN_AGE.limits_for(dot) for dot in AT_AN_AGE.dots]
    for line, ends in ((outer, ("lowest", "highest")), (inner, ("low", "high"))):
        expected = [[round(100 * getattr(limit, end), 1) for end in ends] for limit in limits]
        assert line["data"] == [
            *([8, expected[0][0]], [8, expected[0][1]], [8, None]),
            *([7, expected[1][0]], [7, expected[1][1]], [7, None]),
        ]
    assert option["xAxis"]["max"] == 23
    assert json.loads(json.dumps(option)) == option
