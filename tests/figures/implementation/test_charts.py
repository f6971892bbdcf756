"""The funnel as ECharts draws it."""

import json

from django.utils.translation import override

from figures.implementation.charts import funnel_chart
from figures.implementation.funnel import Funnel
from figures.outcomes.outcome_counts import CohortCount

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


def test_percentages_beside_the_funnel_follow_the_language():
    with override("fr"):
        option = funnel_chart(AT_AN_AGE, {1: "Rivage", 3: "Montagne"}).option
    assert option["yAxis"]["axisLabel"]["formatter"] == "{value}\N{NARROW NO-BREAK SPACE}%"
