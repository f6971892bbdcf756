"""The headline of the rates: what was counted, what is estimated within a year, and why these figures differ."""

import re
from dataclasses import replace
from math import inf

import pytest
from django.utils.translation import override
from hypothesis import assume, given
from hypothesis import strategies as st

from figures.implementation.headline import (
    ABOUT,
    PublishedShare,
    difference_sentence,
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
            f"{WITHIN} about three in ten (30%; no confidence interval, because all ideas followed that long are"
            " of one cohort).",
        ),
        (
            figures_of([(6, 1)] * 20 + [(11, 0)] * 9),
            f"{WITHIN} not known yet, because fewer than five ideas were followed that long.",
        ),
    ],
    ids=["worked example", "none", "two cohorts", "one cohort followed", "too early"],
)
def test_estimate_within_a_year_in_words_and_numbers(figures: Figures, sentence: str):
    with override("en"):
        assert within_a_year(figures) == sentence


def test_every_word_for_a_share_has_a_text():
    assert list(ABOUT) == ["none", *(word.slug for word in WORDS), "all"]


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
        words = {str(text): slug for slug, text in ABOUT.items()}
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


UNTIL = "counts every implementation until 24 November 2026,"
LATER = f"42% {UNTIL} also those later than a year after acceptance, of all ideas, however recent."
YEAR = "31% counts the first year only; for ideas not a year old yet it is estimated from the older ones."
OF_THE_STUDY = PublishedShare("La Transfo", 0.5, is_defined=False)
UNKNOWN = "For La Transfo, publications give 50%; how it was counted is not known."


@pytest.mark.parametrize(
    ("figures", "published", "sentence"),
    [
        (EXAMPLE, [], f"{LATER} {YEAR}"),
        (EXAMPLE, [OF_THE_STUDY, OF_THE_STUDY._replace(share=0.42), OF_THE_STUDY], f"{LATER} {YEAR} {UNKNOWN}"),
        (
            figures_of([(2, 1)] * 5 + [(7, 0)] * 7),
            [OF_THE_STUDY._replace(is_defined=True)],
            f"42% {UNTIL} of all ideas, however recent. For La Transfo, publications give 50%, counted in their own"
            " way.",
        ),
        (
            figures_of([(6, 1)] * 3 + [(3, 0)] * 9 + [(20, 0)] * 6),
            [],
            f"17% {UNTIL} of all ideas, however recent. {YEAR.replace('31', '33')}",
        ),
        (
            figures_of([(2, 1)] * 5 + [(14, 1)] + [(20, 0)] * 5),
            [],
            f"{LATER.replace('42', '55')} 45% counts the first year only.",
        ),
        (figures_of([(2, 1)] * 5 + [(7, 0)] * 7), [], ""),
        (figures_of([(2, 1)] * 5 + [(20, 0)] * 7), [OF_THE_STUDY._replace(share=0.42)], ""),
    ],
    ids=["two", "three", "no year yet", "none later", "none recent", "only one", "all alike"],
)
def test_sentences_say_why_figures_differ(figures: Figures, published: list[PublishedShare], sentence: str):
    with override("en"):
        assert difference_sentence(figures, published) == (sentence and f"Why these figures differ: {sentence}")


WILSON = "The 95% interval of the plain count is Wilson’s"
SEVERAL = (
    "The 95% intervals are by cohort: because ideas of one cohort may be more alike than ideas of different cohorts,"
    " they follow from how much the cohorts differ."
)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (replace(EXAMPLE, pooled=BY_COHORT), SEVERAL),
        (EXAMPLE, f"{WILSON}; that within 12 months is on the log-log scale."),
        (
            figures_of([(3, 1)] * 5 + [(30, 0)] * 5),
            f"{WILSON}; those within 12 and 24 months are on the log-log scale.",
        ),
        (figures_of([(3, 1)] * 5 + [(9, 0)] * 5), f"{WILSON}."),
        (figures_of([(3, 1)] * 4), ""),
        (NOTHING, ""),
    ],
)
def test_the_intervals_of_the_page_are_named(figures: Figures, sentence: str):
    with override("en"):
        assert intervals_sentence(figures) == sentence
