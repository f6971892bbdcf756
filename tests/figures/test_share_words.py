"""Words for shares contain the numbers they stand for."""

from fractions import Fraction
from itertools import pairwise
from math import nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from figures.share_words import ENDS, FRACTIONS, WORDS, ShareWord, share_word, words_for_range

shares = st.floats(0, 1) | st.sampled_from([*map(float, ENDS)]) | st.fractions(0, 1, max_denominator=40).map(float)
ranges = st.tuples(shares, shares).map(lambda ends: (min(ends), max(ends)))


@given(ranges)
@example((0.0, 0.0))
@example((1.0, 1.0))
def test_range_in_words_contains_the_range_in_numbers(ends: tuple[float, float]):
    low, high = ends
    below, above = map(float, words_for_range(low, high))
    assert below <= low <= high <= above


@given(ranges)
def test_no_narrower_range_in_words_contains_the_range_in_numbers(ends: tuple[float, float]):
    low, high = ends
    below, above = map(float, words_for_range(low, high))
    fractions = [some / total for total in range(1, 11) for some in range(total + 1)]
    assert [value for value in fractions if below < value <= low or high <= value < above] == []
    assert max(low - below, above - high) < 0.056


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (0.135890, 0.497631, "1/8 1/2"),
        (0.17, 0.49, "1/6 1/2"),
        (0.256978, 0.691057, "1/4 7/10"),
        (0.0, 0.0, "0 0"),
        (0.0, 0.04, "0 1/20"),
        (0.02, 0.98, "0 1"),
        (1 / 3, 1 / 3, "1/3 1/3"),
        (0.3333, 0.3334, "3/10 3/8"),
        (0.14, 0.15, "1/8 1/6"),
        (0.96, 1.0, "19/20 1"),
        (1.0, 1.0, "1 1"),
    ],
)
def test_range_in_words(low: float, high: float, ends: str):
    assert " ".join(map(str, words_for_range(low, high))) == ends


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.4), (-0.1, 0.4), (0.4, 1.1), (nan, 0.4), (0.4, nan)])
def test_impossible_range_is_refused(low: float, high: float):
    with pytest.raises(ValueError, match=rf"^A range of shares goes upwards from 0 to 1 at most: {low} to {high} "):
        words_for_range(low, high)


@given(shares)
@example(29 / 40)
def test_word_for_a_share_covers_the_share(share: float):
    word = share_word(share)
    assert word.low <= share <= word.high


@given(shares)
def test_word_for_a_share_is_the_nearest_fraction(share: float):
    word = share_word(share)
    if "/" in word.slug:
        distances = [abs(value - share) for value in map(float, FRACTIONS)]
        assert abs(float(Fraction(word.slug)) - share) <= min(distances) + 1e-12


def test_words_for_shares_join_without_a_gap():
    assert [one.high for one in WORDS[:-1]] == [other.low for other in WORDS[1:]]
    assert (WORDS[0].low, WORDS[-1].high) == (0, 1)


def test_fraction_lies_within_the_shares_it_is_said_of_and_within_a_twentieth_of_them():
    fractions = [(word.low, float(Fraction(word.slug)), word.high) for word in WORDS if "/" in word.slug]
    assert [value for low, value, high in fractions if not low < value < high] == []
    assert max(max(value - low, high - value) for low, value, high in fractions) < 0.05 + 1e-9


def test_fractions_ascend():
    assert all(one < other for values in (ENDS, FRACTIONS) for one, other in pairwise(values))


@pytest.mark.parametrize(
    ("share", "slug"),
    [
        (0.0, "0"),
        (0.001, "hardly_any"),
        (0.025, "hardly_any"),
        (0.026, "1/20"),
        (0.14, "1/7"),
        (0.275, "1/4"),
        (0.307209, "3/10"),
        (0.33, "1/3"),
        (0.492335, "1/2"),
        (0.974, "19/20"),
        (0.976, "almost_all"),
        (1.0, "1"),
    ],
)
def test_word_for_a_share(share: float, slug: str):
    assert share_word(share).slug == slug


def test_none_and_all_are_said_of_nothing_else():
    assert (share_word(0), share_word(1)) == (ShareWord("0", 0, 0), ShareWord("1", 1, 1))


@pytest.mark.parametrize("share", [-0.01, 1.01, 33, nan])
def test_impossible_share_is_refused(share: float):
    with pytest.raises(ValueError, match=rf"^A share lies between 0 and 1: {share} does not\.$"):
        share_word(share)
