"""The funnel as ECharts draws it."""

import json

from django.utils.translation import override

from figures.implementation.charts import funnel_chart
from figures.implementation.funnel import Funnel
from figures.outcomes.figures import CohortCount

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


def test_outer_lines_of_the_funnel_are_dashed_and_inner_lines_solid():
    option = funnel_chart(AT_AN_AGE, {1: "Rivage", 3: "Montagne"}).option
    assert [line["lineStyle"]["type"] for line in option["series"][:4]] == ["dashed", "solid", "solid", "dashed"]
    assert [[ideas for ideas, _share in line["data"]] for line in option["series"][:4]] == [list(range(5, 21))] * 4
    assert option["series"][4]["data"] == [[0, 38.9], [23, 38.9]]
    assert json.loads(json.dumps(option)) == option


def test_percentages_beside_the_funnel_follow_the_language():
    with override("fr"):
        option = funnel_chart(AT_AN_AGE, {1: "Rivage", 3: "Montagne"}).option
    assert option["yAxis"]["axisLabel"]["formatter"] == "{value}\N{NARROW NO-BREAK SPACE}%"
