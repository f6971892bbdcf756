"""Charts of steps: paths in percent of the drawing, with a sentence for each place that readers can choose."""

import json
import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from tests.pages import HOSTILE, not_escaped
from web.pages.step_charts import Area, AxisLabel, LabelRow, Scale, StepChart, Stop, labelled_months

SCALE = Scale(last=8, top=4)


def test_places_are_percentages_from_the_left_and_from_the_upper_end():
    assert [SCALE.x(position) for position in (0, 3, 8)] == ["0", "37.5", "100"]
    assert [SCALE.y(value) for value in (0, 1, 4)] == ["100", "75", "0"]


def test_a_value_is_drawn_until_the_next_position_and_the_last_one_to_the_end():
    assert SCALE.line([(2, 1), (4, 3)], until=6) == "M25 75H50V25H75"
    assert SCALE.area([(2, 1), (4, 3)], until=6) == "M25 100V75H50V25H75V100Z"


def test_equal_values_in_a_row_are_one_step():
    assert SCALE.line([(0, 2), (2, 2), (4, 2), (6, 1)], until=8) == SCALE.line([(0, 2), (6, 1)], until=8)


def test_a_position_after_the_last_one_is_drawn_right_of_the_frame():
    assert SCALE.line([(0, 1)], until=10) == "M0 75H125"


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
def test_months_are_labelled_at_equal_distances(last: int, months: list[int]):
    assert labelled_months(last) == months


def test_last_month_is_always_labelled_with_at_most_twelve_labels():
    months = {last: labelled_months(last) for last in range(1, 121)}
    assert {last: (found[0], found[-1]) for last, found in months.items()} == {last: (0, last) for last in months}
    assert {last: found for last, found in months.items() if len(found) > 12} == {}
    assert {last: found for last, found in months.items() if found != sorted(set(found))} == {}


CHART = StepChart(
    id="curve",
    label="Share of ideas",
    slider_label="Months",
    areas=[Area("open", "M0 100V0H100V100Z")],
    levels=[AxisLabel("100", "0%"), AxisLabel("0", "100%")],
    rows=[LabelRow("months", [AxisLabel("50", "1")]), LabelRow("followed", [AxisLabel("50", "9")])],
    stops=[Stop("0", "100", "At first </script>."), Stop("50", "40", "Then “more”."), Stop("100", "20", "At last.")],
    first=1,
    lines=["M0 50H100"],
)


@pytest.fixture
def html() -> str:
    return render_to_string("components/step_chart.html", {"chart": CHART})


def test_drawing_has_areas_dashed_lines_levels_and_labels(html: str):
    assert re.findall(r'class="([\w -]+)"\s+d="([^"]*)"', html) == [
        ("chart-open", "M0 100V0H100V100Z"),
        ("step-grid", "M0 100H100M0 0H100"),
        ("step-halo", "M0 50H100"),
        ("step-line", "M0 50H100"),
    ]
    assert re.findall(r">([^<>]+)</text>", html) == ["0%", "100%", "months", "1", "followed", "9"]
    assert 'role="img" aria-label="Share of ideas"' in html


def test_names_and_labels_along_the_axes_are_escaped():
    level, row, label = texts = [f"{name}{HOSTILE}" for name in ("level", "row", "label")]
    chart = replace(CHART, levels=[AxisLabel("0", level)], rows=[LabelRow(row, [AxisLabel("50", label)])])
    assert not_escaped(chart.axes, texts) == []


def test_slider_stands_at_the_first_stop_and_says_its_sentence(html: str):
    slider = dict(re.findall(r'([\w-]+)="([^"]*)"', html[html.index("<input") :].partition(">")[0]))
    assert slider == {
        "class": "step-slider no-print",
        "type": "range",
        "max": "2",
        "value": "1",
        "aria-label": "Months",
        "aria-valuetext": "Then “more”.",
    }
    assert html.count(">Then “more”.<") == 1
    assert re.findall(r'class="step-cursor" x="(\d+)%"', html) == ["50"]
    assert re.findall(r'<circle cy="(\d+)%"', html) == ["40"]


def test_script_finds_all_stops_in_the_page(html: str):
    (stops,) = re.findall(r'<script id="curve" type="application/json">(.*?)</script>', html)
    assert json.loads(stops) == [list(stop) for stop in CHART.stops]
    assert 'data-step-chart="curve"' in html


def test_third_row_of_labels_is_refused():
    row = LabelRow("months", [])
    with pytest.raises(ValueError, match="shorter"):
        _ = replace(CHART, rows=[row] * 3).axes
