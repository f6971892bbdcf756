"""The headline of the rates: what was counted, what is estimated within a year, and why these figures differ."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from django.utils.translation import override
from django_stubs_ext import StrOrPromise
from hypothesis import assume, given
from hypothesis import strategies as st

from figures.implementation.headline import (
    BY_COHORT as COHORTS_DIFFER,
)
from figures.implementation.headline import (
    COVERAGE,
    ENDS,
    difference_sentence,
    estimate_text,
    fraction_text,
    intervals_sentence,
    share_in_brackets,
    within_a_year,
)
from figures.outcomes.outcome_counts import Figures
from figures.share_words import ENDS as RANGE_ENDS
from figures.share_words import WORDS
from tests.figures.outcomes.test_outcome_counts import EXAMPLE, NOTHING, figures_of

WITHIN = "Within a year of acceptance:"
IN_TEN = [(6, 1)] * 3 + [(8, 2)] + [(20, 0)] * 6
TWO_COHORTS = (([6] * 3, [8], [20] * 6), ([], [5], [13] * 19))


def of_cohorts(*groups: list[tuple[int, int]]) -> Figures:
    """Return figures of several cohorts, each given as (months, outcome): 1 implemented, 2 abandoned, 0 open."""
    months = tuple([[months for months, kind in rows if kind == at] for at in (1, 2, 0)] for rows in groups)
    return figures_of([row for rows in groups for row in rows], cohort_months=months)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (EXAMPLE, f"{WITHIN} about three in ten (31%; 95% confidence interval 14% to 50%)."),
        (figures_of([(20, 0)] * 9), f"{WITHIN} none (0%; 95% confidence interval 0% to 30%)."),
        (
            of_cohorts(IN_TEN, [(5, 2)] + [(13, 0)] * 19),
            f"{WITHIN} about one in ten (10%; 95% confidence interval 0% to 100%).",
        ),
        (
            of_cohorts(IN_TEN, [(3, 0)] * 9),
            f"{WITHIN} too early to say for several cohorts together. All ideas followed for a full year are of one"
            " cohort.",
        ),
        (
            figures_of([(6, 1)] * 20 + [(11, 0)] * 9),
            f"{WITHIN} not known yet, too few ideas have been followed that long.",
        ),
        (
            figures_of([(6, 1)] * 12 + [(9, 2)] * 9 + [(30, 0)] * 3),
            f"{WITHIN} about half (50%; 95% confidence interval 29% to 68%).",
        ),
    ],
    ids=["worked example", "none", "two cohorts", "one cohort followed", "too early", "all known"],
)
def test_estimate_within_a_year_in_words_and_numbers(figures: Figures, sentence: str):
    with override("en"):
        assert within_a_year(figures) == sentence


def test_every_word_for_a_share_has_a_text():
    assert [slug for slug in (word.slug for word in WORDS) if "/" not in slug and slug not in ENDS] == []
    with override("en"):
        texts = [fraction_text(end) for end in RANGE_ENDS]
        assert len({*texts}) == len([text for text in texts if not set(text.split()) & {"", "%"}])
        assert [text for text in texts if " in " not in text] == ["none", "half", "all"]
        assert (fraction_text(Fraction(3, 8)), fraction_text(Fraction(19, 20))) == (
            "three in eight",
            "nineteen in twenty",
        )
        assert [estimate_text(value) for value in (0, 0.01, 0.34, 0.99, 1)] == [
            "none",
            "hardly any",
            "about one in three",
            "almost all",
            "all",
        ]


# What each word may be said of, in percent.
COVERED = {"0": (0, 0), "1": (100, 100)} | {word.slug: (100 * word.low, 100 * word.high) for word in WORDS}
COHORTS = st.lists(
    st.lists(st.tuples(st.integers(0, 24), st.sampled_from([0, 0, 1, 2])), min_size=3, max_size=25),
    min_size=1,
    max_size=4,
)


@given(COHORTS)
def test_word_of_the_sentence_covers_its_number_and_the_number_lies_in_its_interval(
    groups: list[list[tuple[int, int]]],
):
    with override("en"):
        sentence = within_a_year(of_cohorts(*groups))
        words = {estimate_text((word.low + word.high) / 2): word.slug for word in WORDS}
        words |= {"none": "0", "all": "1"}
    assume("not known yet" not in sentence and "too early" not in sentence)
    word, numbers = re.fullmatch(rf"{WITHIN} (.+) \((.+)\)\.", sentence).groups()
    number, *interval = [
        int(percent) for percent in re.findall(r"(\d+)%", numbers.replace("95% confidence interval", ""))
    ]
    low, high = COVERED[words[word]]
    assert low - 0.5 <= number <= high + 0.5  # a written number is rounded by half a point at most
    assert interval[0] <= number <= interval[1]


@pytest.mark.parametrize(("figures", "words"), [(EXAMPLE, " (42%)"), (figures_of([(3, 0)] * 6), "")])
def test_plain_share_follows_the_counts_in_brackets(figures: Figures, words: str):
    with override("en"):
        assert share_in_brackets(figures) == words


WHY = "Why these figures differ:"
ESTIMATE = (
    "the share within a year is an estimate, which counts ideas followed for less than a year only as long as they were"
    " followed"
)
SHARE = f"T{ESTIMATE[1:]}."


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            EXAMPLE,
            f"{WHY} 42% also counts ideas implemented later. {SHARE} Implemented within a year: 7 of 24; later: 3. Open"
            " and younger than a year: 2.",
        ),
        (
            figures_of([(6, 1)] * 3 + [(3, 0)] * 9 + [(20, 0)] * 6),
            f"{WHY} {ESTIMATE}. 17% counts those that are open as not implemented. Implemented within a"
            " year: 3 of 18; later: 0. Open and younger than a year: 9.",
        ),
        (
            of_cohorts([*IN_TEN, (15, 1)], [(3, 0)] * 9),
            "Implemented within a year: 3 of 20; later: 1. Open and younger than a year: 9.",
        ),
        (figures_of([(2, 1)] * 5 + [(7, 0)] * 7), ""),
        (figures_of([(2, 1)] * 5 + [(20, 0)] * 7), ""),
    ],
    ids=["higher", "lower", "one cohort followed", "no year yet", "alike"],
)
def test_sentences_say_why_figures_differ(figures: Figures, sentence: str):
    with override("en"):
        assert difference_sentence(figures) == sentence


@given(COHORTS)
def test_the_reason_given_is_true_of_the_ideas(groups: list[list[tuple[int, int]]]):
    figures, ideas = of_cohorts(*groups), [idea for group in groups for idea in group]
    with override("en"):
        sentence = difference_sentence(figures)
    year, later, young = map(int, re.findall(r"(?:year|later): (\d+)", sentence)) if sentence else (0, 0, 0)
    assert "not implemented" not in sentence or young
    assert "implemented later" not in sentence or later
    assert not sentence or (year, later, young) == (
        sum(months <= 12 and outcome == 1 for months, outcome in ideas),
        sum(months > 12 and outcome == 1 for months, outcome in ideas),
        sum(months < 12 and outcome == 0 for months, outcome in ideas),
    )


@pytest.mark.parametrize(
    ("figures", "sentences"),
    [
        (replace(EXAMPLE, cohort_months=TWO_COHORTS), [COVERAGE, COHORTS_DIFFER]),
        (EXAMPLE, [COVERAGE]),
        (of_cohorts(IN_TEN, [(3, 0)] * 9), []),
        (figures_of([(3, 1)] * 4), []),
        (NOTHING, []),
    ],
    ids=["several cohorts", "one cohort", "no interval", "few ideas", "nothing"],
)
def test_intervals_are_explained_where_the_page_has_some(figures: Figures, sentences: list[StrOrPromise]):
    with override("en"):
        assert intervals_sentence(figures) == " ".join(map(str, sentences))
