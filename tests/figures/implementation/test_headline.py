"""The headline of the rates: what was counted, what is estimated within a year, and why these figures differ."""

import re
from dataclasses import replace
from math import inf

import pytest
from django.utils.translation import override
from hypothesis import assume, given
from hypothesis import strategies as st

from figures.implementation.headline import (
    ENDS,
    SHARES,
    PublishedShare,
    difference_sentence,
    estimate_text,
    intervals_sentence,
    share_in_brackets,
    within_a_year,
)
from figures.outcomes.outcome_counts import Figures, pooled_shares
from figures.share_words import WORDS
from tests.figures.outcomes.test_outcome_counts import EXAMPLE, NOTHING, figures_of

WITHIN = "Within a year of acceptance:"
IN_TEN = [(6, 1)] * 3 + [(8, 2)] + [(20, 0)] * 6
BY_COHORT = pooled_shares([([6] * 3, [8], [20] * 6), ([], [5], [13] * 19)])


def of_cohorts(*groups: list[tuple[int, int]]) -> Figures:
    """Return figures of several cohorts, each given as (months, outcome): 1 implemented, 2 abandoned, 0 open."""
    pooled = pooled_shares([[[months for months, kind in rows if kind == at] for at in (1, 2, 0)] for rows in groups])
    return figures_of([row for rows in groups for row in rows], pooled=pooled)


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
            f"{WITHIN} about three in ten (30%; no confidence interval, because only one of the cohorts was observed"
            " that long).",
        ),
        (
            figures_of([(6, 1)] * 20 + [(11, 0)] * 9),
            f"{WITHIN} not known yet. Some open ideas were accepted less than a year ago, and of the older ones fewer"
            " than five were still open after a year.",
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
    assert {*SHARES, *ENDS} == {"none", *(word.slug for word in WORDS), "all"}
    with override("en"):
        assert [estimate_text(value) for value in (0, 0.01, 0.34, 0.99, 1)] == [
            "none",
            "hardly any",
            "about one in three",
            "almost all",
            "all",
        ]


# What each word may be said of, in percent.
COVERED = {"none": (0, 0), "all": (100, 100)} | {word.slug: (100 * word.low, 100 * word.high) for word in WORDS}
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
        words |= {"none": "none", "all": "all"}
    assume("not known yet" not in sentence)
    word, numbers = re.fullmatch(rf"{WITHIN} (.+) \((.+)\)\.", sentence).groups()
    number, *interval = [
        int(percent) for percent in re.findall(r"(\d+)%", numbers.replace("95% confidence interval", ""))
    ]
    low, high = COVERED[words[word]]
    assert low - 0.5 <= number <= high + 0.5  # a written number is rounded by half a point at most
    assert (interval or [-inf])[0] <= number <= (interval or [inf])[-1]
    assert len(interval) in {0, 2}


@pytest.mark.parametrize(("figures", "words"), [(EXAMPLE, " (42%)"), (figures_of([(3, 0)] * 6), "")])
def test_plain_share_follows_the_counts_in_brackets(figures: Figures, words: str):
    with override("en"):
        assert share_in_brackets(figures) == words


OF_THE_STUDY = PublishedShare("La Transfo", 0.5, is_defined=False)
UNKNOWN = "For La Transfo, publications give 50%; how it was counted is not known."
HIGHER = (
    "42% is higher than 31%: it also counts the ideas that were implemented more than a year after their acceptance."
)
LOWER = (
    "17% is lower than 33%: it counts as not implemented the open ideas that were accepted less than a year ago and"
    " have had less time, while 33% estimates from the older ideas how they will fare."
)


@pytest.mark.parametrize(
    ("figures", "published", "sentence"),
    [
        (EXAMPLE, [], HIGHER),
        (EXAMPLE, [OF_THE_STUDY, OF_THE_STUDY._replace(share=0.42), OF_THE_STUDY], f"{HIGHER} {UNKNOWN}"),
        (
            figures_of([(2, 1)] * 5 + [(7, 0)] * 7),
            [OF_THE_STUDY._replace(is_defined=True)],
            "42% is what is recorded here on 24 November 2026. For La Transfo, publications give 50%, counted in their"
            " own way.",
        ),
        (figures_of([(6, 1)] * 3 + [(3, 0)] * 9 + [(20, 0)] * 6), [], LOWER),
        (figures_of([(2, 1)] * 5 + [(7, 0)] * 7), [], ""),
        (figures_of([(2, 1)] * 5 + [(20, 0)] * 7), [OF_THE_STUDY._replace(share=0.42)], ""),
    ],
    ids=["higher", "three", "no year yet", "lower", "only one", "all alike"],
)
def test_sentences_say_why_figures_differ(figures: Figures, published: list[PublishedShare], sentence: str):
    with override("en"):
        assert difference_sentence(figures, published) == (sentence and f"Why these figures differ: {sentence}")


@given(COHORTS)
def test_the_reason_given_is_true_of_the_ideas(groups: list[list[tuple[int, int]]]):
    figures, ideas = of_cohorts(*groups), [idea for group in groups for idea in group]
    with override("en"):
        sentence = difference_sentence(figures)
    assert "lower" not in sentence or any(months < 12 and outcome == 0 for months, outcome in ideas)
    assert "higher" not in sentence or any(months > 12 and outcome == 1 for months, outcome in ideas)


ONE = "The 95% interval of “Implemented so far” is Wilson’s; those within 12 and 24 months are on the log-log scale."
SEVERAL = (
    "“Implemented so far” counts ideas of different ages and has no confidence interval. The 95% intervals of the"
    " shares within 12 and 24 months are by cohort: because ideas of one cohort may be more alike than ideas of"
    " different cohorts, they follow from how much the cohorts differ."
)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [(replace(EXAMPLE, pooled=BY_COHORT), SEVERAL), (EXAMPLE, ONE), (figures_of([(3, 1)] * 4), ""), (NOTHING, "")],
)
def test_the_intervals_of_the_page_are_named(figures: Figures, sentence: str):
    with override("en"):
        assert intervals_sentence(figures) == sentence
