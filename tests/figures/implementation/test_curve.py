"""The curve as the server draws it, its sentence for each month, and the table with the same numbers."""

import pytest
from django.utils.translation import override

from figures.implementation.curve import curve_chart, curve_rows, end_sentence, month_sentence, unfinished_month
from figures.outcomes.outcome_counts import Figures
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.figures.outcomes.test_outcome_counts import EXAMPLE, NOTHING, figures_of
from web.pages.step_charts import StepChart


def chart_of(figures: Figures) -> StepChart:
    with override("en"):
        chart = curve_chart(figures)
    assert chart is not None
    return chart


def test_there_is_no_curve_without_five_ideas_followed_for_a_month():
    assert [curve_chart(figures) for figures in (NOTHING, figures_of([(9, 1)] * 4), figures_of([(0, 0)] * 9))] == [
        None
    ] * 3


FIVE_UNTIL_TWO = [(0.5, 1), (1, 2), (1.25, 1), *[(2, 0)] * 5]


def test_steps_stand_where_events_happened():
    """Of eight ideas, one was implemented after half a month, one abandoned after one, one implemented after 1.25."""
    chart = chart_of(figures_of(FIVE_UNTIL_TWO))
    assert [(area.colour, area.path) for area in chart.areas] == [
        ("abandoned", "M0 100V0H100V100Z"),
        ("open", "M0 100V0H50V12.5H100V100Z"),
        ("implemented", "M0 100V100H25V87.5H62.5V75H100V100Z"),
    ]


def test_interval_is_two_dashed_lines_from_the_first_event_on():
    figures = figures_of(FIVE_UNTIL_TWO)
    low, high = chart_of(figures).lines
    ends = [figures.curve.at(months) for months in (0.5, 1.25)]
    for path, end in ((low, "low"), (high, "high")):
        first, second = (f"{100 - 100 * getattr(point, end):.4g}" for point in ends)
        assert path == f"M25 {first}H62.5V{second}H100"
    assert chart_of(figures_of([(2, 2), *[(9, 0)] * 6])).lines == []


def test_the_curve_stops_where_fewer_than_five_are_at_risk():
    chart = chart_of(EXAMPLE)
    assert [label.text for label in chart.rows[0].labels] == ["0", "6", "12", "18", "20"]
    assert [label.text for label in chart.rows[1].labels] == ["24", "21", "13", "7", "5"]
    assert [label.at for label in chart.rows[0].labels] == ["0", "30", "60", "90", "100"]
    assert len(chart.stops) == 21
    assert {area.path.split("H")[-1] for area in chart.areas} == {"100V100Z"}


ALL_OLD = [(3, 1)] * 4 + [(8, 2)] * 2 + [(12.5, 1)] * 2 + [(30, 0)] * 4


def test_the_curve_goes_on_where_the_outcome_of_every_idea_is_known():
    """From month 13 on four ideas are at risk, but none of the twelve was observed for less than 30 months."""
    chart = chart_of(figures_of(ALL_OLD))
    assert [label.text for label in chart.rows[0].labels] == ["0", "6", "12", "18", "24", "30"]
    assert [label.text for label in chart.rows[1].labels] == ["12", "8", "6", "4", "4", "4"]
    assert [point.months for point in curve_rows(figures_of(ALL_OLD))] == [0, 3, 8, 13, 30]


def test_the_curve_of_ideas_that_are_all_closed_ends_with_the_month_of_the_last_one():
    closed = figures_of(ALL_OLD[:8])
    assert (closed.last_displayed_month, unfinished_month(closed), closed.incidence_at(24).implemented) == (
        13,
        None,
        0.75,
    )


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            EXAMPLE,
            "The curve stops at month 20, the last whole month up to which at least five ideas were followed.",
        ),
        (
            figures_of(ALL_OLD),
            "The curve stops at month 30: until then, the outcome of every idea is known.",
        ),
        (NOTHING, ""),
    ],
    ids=["five at risk", "all known", "nothing"],
)
def test_sentence_gives_the_reason_why_the_curve_stops(figures: Figures, sentence: str):
    with override("en"):
        assert end_sentence(figures) == sentence


# Seven ideas are followed until 20.4 months, one of them until 20.5; one was implemented after 20.25 months.
IN_THE_LAST_MONTH = [*TWENTY_FOUR_IDEAS[:18], (20.25, 1), *[(20.4, 0)] * 6, (20.5, 1)]


def test_events_of_the_unfinished_month_are_drawn_and_have_a_sentence():
    figures = figures_of(IN_THE_LAST_MONTH)
    chart = chart_of(figures)
    assert figures.last_displayed_month == 20
    assert unfinished_month(figures) == curve_rows(figures)[-1] == figures.curve.at(20.4)
    drawn = [area.path for area in chart.areas]
    assert "H96.43V" in drawn[2], "20.25 of 21 months"
    assert {path.split("H")[-1] for path in drawn} == {f"{100 * (20.25 + 21 / 50) / 21:.4g}V100Z"}
    assert len(chart.stops) == 22
    assert chart.stops[-1].sentence.startswith("Month 21, not complete: ")
    assert chart.stops[-2].sentence.startswith("20 months after acceptance: ")


def test_event_that_ends_the_follow_up_is_wide_enough_to_be_visible():
    figures = figures_of([*[(3.5, 1)] * 2, *[(1, 2)] * 3, *[(3.4, 0)] * 1, *[(3.5, 0)] * 3])
    chart = chart_of(figures)
    assert unfinished_month(figures) == figures.curve.at(3.5)
    assert chart.areas[2].path.endswith(f"H{100 * (3.5 + 4 / 50) / 4:.4g}V100Z")


def test_event_on_the_last_day_of_the_curve_is_drawn():
    """Of twelve ideas, two were abandoned on the very day when the curve ends."""
    chart = chart_of(figures_of([*[(2, 2)] * 2, *[(1, 1)] * 2, *[(2, 0)] * 3, *[(9, 0)] * 5]))
    at_the_end = chart_of(figures_of([*[(1, 1)] * 2, *[(2, 2)] * 2, *[(2, 0)] * 8]))
    assert {area.path.split("H")[-1] for area in chart.areas} == {"100V100Z"}
    assert at_the_end.areas[1].path == f"M0 100V0H{100 * 2 / 3:.4g}V16.67H{100 * (2 + 3 / 50) / 3:.4g}V100Z"


def test_nothing_is_drawn_after_fewer_than_five_are_at_risk():
    """The last idea of the list was implemented after 20.5 months, when it was the only one."""
    paths = "".join(area.path for area in chart_of(figures_of(IN_THE_LAST_MONTH)).areas)
    assert f"H{100 * 20.5 / 21:.4g}V" not in paths
    assert unfinished_month(EXAMPLE) is None
    assert unfinished_month(NOTHING) is None


TWENTY_FOUR = "24 ideas were followed up to that age"


@pytest.mark.parametrize(
    ("months", "sentence"),
    [
        (
            0,
            f"At acceptance: none implemented, 0% abandoned, 100% open; {TWENTY_FOUR}.",
        ),
        (
            1,
            f"1 month after acceptance: none implemented, 0% abandoned, 100% open; {TWENTY_FOUR}.",
        ),
        (
            12,
            "12 months after acceptance: 31% implemented (95% confidence interval 14% to 50%), 17% abandoned,"
            " 52% open; 13 ideas were followed up to that age.",
        ),
    ],
)
def test_each_month_has_a_sentence(months: int, sentence: str):
    with override("en"):
        assert month_sentence(EXAMPLE.curve.at(months)) == sentence
    assert chart_of(EXAMPLE).stops[months].sentence == sentence


def test_sentence_is_french_for_french_readers():
    with override("fr"):
        assert month_sentence(EXAMPLE.curve.at(9)) == (
            "9 mois après l’acceptation\u00a0: 21\u202f% mises en œuvre (intervalle de confiance à 95\u202f%\u00a0: de"
            " 8\u202f% à 39\u202f%), 13\u202f% abandonnées, 66\u202f% ouvertes\u202f; 17 idées ont été"
            " suivies jusqu’à cet âge."
        )


def test_a_year_is_chosen_at_first_or_the_last_month_of_a_shorter_curve():
    assert chart_of(EXAMPLE).stop == chart_of(EXAMPLE).stops[12]
    assert chart_of(figures_of(FIVE_UNTIL_TWO)).stop.sentence.startswith("2 months after acceptance")


@pytest.mark.parametrize(("language", "label"), [("en", "75%"), ("fr", "75\N{NARROW NO-BREAK SPACE}%")])
def test_percentages_follow_the_reader_s_language(language: str, label: str):
    with override(language):
        chart = curve_chart(EXAMPLE)
    assert chart is not None
    assert (chart.levels[3].at, chart.levels[3].text) == ("25", label)


def test_table_has_the_start_each_month_with_an_event_and_the_last_month():
    assert [row.months for row in curve_rows(EXAMPLE)] == [0, 3, 4, 5, 6, 8, 9, 11, 12, 14, 15, 18, 20]
    assert curve_rows(EXAMPLE)[-1] == EXAMPLE.curve.at(20)


def test_table_of_few_ideas_has_only_the_start():
    assert [row.months for row in curve_rows(figures_of(TWENTY_FOUR_IDEAS[:3]))] == [0]
