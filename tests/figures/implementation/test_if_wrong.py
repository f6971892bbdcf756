"""The panel “If we are wrong”: what chance allows, and what the rates would be under other assumptions."""

import re
from dataclasses import replace

import pytest
from django.utils.translation import override
from hypothesis import assume, given

from figures.implementation.headline import fraction_text
from figures.implementation.if_wrong import (
    ASSUMPTION_LABELS,
    column_titles,
    if_wrong_lines,
    if_wrong_rows,
    if_wrong_sentences,
)
from figures.outcomes.assumptions import ASSUMPTIONS
from figures.outcomes.outcome_counts import Figures
from figures.share_words import ENDS
from tests.figures.implementation.test_headline import COHORTS, of_cohorts
from tests.figures.outcomes.test_outcome_counts import EXAMPLE, NOTHING, figures_of

DOUBTED = replace(
    EXAMPLE,
    captured=6,
    days_to_acceptance=20,
    doubts={"unconfirmed": {10: 1, 16: 1}, "in_part": {5: 1}, "merged": {3: 2}},
)
FEW = figures_of([(3, 1)] * 4, doubts={"in_part": {3: 1}})


def test_every_assumption_has_a_text():
    assert list(ASSUMPTION_LABELS) == list(ASSUMPTIONS)


def test_rows_give_the_shares_as_counted_then_under_each_assumption():
    with override("en"):
        rows = [(str(row.label), row.ideas, list(map(str, row.shares))) for row in if_wrong_rows(DOUBTED)]
        titles = column_titles()
    assert titles == ["Implemented so far", "Implemented within 12 months", "Implemented within 24 months"]
    assert rows == [
        ("As recorded", "", ["42%", "31%", "not known yet"]),
        (
            "If open ideas not confirmed for six months count as abandoned",
            "2",
            ["cannot change", "30%", "not known yet"],
        ),
        ("If ideas merged after their acceptance count as not implemented", "2", ["38%", "28%", "not known yet"]),
        ("If split ideas with some parts abandoned count as abandoned", "1", ["38%", "27%", "not known yet"]),
    ]


def test_an_assumption_that_concerns_no_idea_has_no_row():
    with override("en"):
        assert if_wrong_rows(EXAMPLE) == []
        [_recorded, row] = if_wrong_rows(replace(EXAMPLE, doubts={"unconfirmed": {16: 1}}))
    assert row.shares == ["cannot change", "unchanged: 31%", "not known yet"]


@pytest.mark.parametrize("figures", [NOTHING, FEW], ids=["none", "few"])
def test_with_fewer_than_five_ideas_there_is_no_panel(figures: Figures):
    sentences = if_wrong_sentences(figures, has_rows=False)
    assert (if_wrong_rows(figures), sentences, list(if_wrong_lines(figures))) == ([], [], [])


def sentences(figures: Figures) -> list[str]:
    with override("en"):
        return if_wrong_sentences(figures, has_rows=bool(if_wrong_rows(figures)))


RANGE = "The share implemented within a year of acceptance may be as low as"
ASSUMED = (
    "The curve assumes that recent ideas will fare as older ones did at the same age; the figures cannot check this."
)
ACCEPTED = (
    "The rates are of accepted ideas only: 24 of 30 ideas captured were accepted so far (80%; merged ideas left out)."
)


def test_sentences_give_the_range_of_chance_and_the_share_and_delay_of_acceptance():
    assert sentences(DOUBTED) == [
        f"{RANGE} one in eight or as high as half (95% confidence interval 14% to 50%).",
        "The interval takes account of chance between the ideas of this cohort only; another cohort may differ by"
        " more.",
        ASSUMED,
        ACCEPTED,
        "Half of the accepted ideas were accepted within 20 days of their capture.",
        "The table does not show chance, which may matter more.",
    ]
    assert sentences(replace(DOUBTED, days_to_acceptance=1))[-2].endswith("within 1 day of their capture.")
    assert sentences(replace(DOUBTED, days_to_acceptance=None))[3:-1] == [ACCEPTED]
    assert len(sentences(replace(DOUBTED, of_period=True))) == 4


def test_where_nothing_is_implemented_yet_the_upper_bound_is_given():
    assert sentences(figures_of([(3, 0)] * 12, of_period=True)) == [
        "None of 12 ideas is implemented so far. With ideas of these ages, a share of up to 24% could still give none"
        " by chance. This does not say how many will be implemented later."
    ]


def test_where_one_of_several_cohorts_was_followed_long_enough_no_interval_is_given():
    assert sentences(of_cohorts([(6, 1)] * 3 + [(20, 0)] * 6, [(3, 0)] * 9))[:2] == [
        "Only one of the cohorts was observed for 12 months, so no confidence interval is given for all.",
        ASSUMED,
    ]


@given(COHORTS)
def test_range_in_words_contains_the_interval_and_its_written_numbers(groups: list[list[tuple[int, int]]]):
    figures = of_cohorts(*groups)
    with override("en"):
        sentence = next(iter(if_wrong_sentences(figures, has_rows=False)), "")
        values = {fraction_text(end): float(end) for end in ENDS}
    assume(sentence.startswith(RANGE))
    words = re.fullmatch(rf"{RANGE} (.+) or as high as (.+) \(95% confidence interval (\d+)% to (\d+)%\)\.", sentence)
    low, high, written_low, written_high = words.groups()
    interval = figures.share_within(12)
    assert 100 * values[low] <= min(int(written_low), 100 * interval.low)
    assert max(int(written_high), 100 * interval.high) <= 100 * values[high] + 1e-9


def test_files_have_the_ideas_concerned_and_the_shares():
    with override("en"):
        lines = {line.slug: line for line in if_wrong_lines(DOUBTED)}
    assert [slug for slug in lines if slug.startswith("if_merged")] == [
        f"if_merged_not_implemented{name}" for name in ("", "_rate", "_within_12", "_within_24")
    ]
    assert (lines["if_merged_not_implemented"].value, lines["if_merged_not_implemented"].note) == (2, "ideas concerned")
    line = lines["if_merged_not_implemented_rate"]
    assert (line.value, line.low, line.interval) == (10 / 26, None, "")
    assert line.label == "If ideas merged after their acceptance count as not implemented: Implemented so far"
    assert (lines["if_merged_not_implemented_within_24"].value, lines["if_merged_not_implemented_within_24"].note) == (
        None,
        "not known yet",
    )
    accepted = lines["if_accepted"]
    assert (accepted.value, accepted.numerator, accepted.denominator) == (0.8, 24, 30)
    assert lines["if_half_accepted_within"].value == 20
    assert "if_upper_bound" not in lines
    with override("en"):
        assert [line.slug for line in if_wrong_lines(figures_of([(3, 0)] * 12, of_period=True))][-1] == "if_upper_bound"
