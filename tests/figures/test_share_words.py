"""Words for shares contain the numbers they stand for."""

from itertools import pairwise
from math import nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from figures.share_words import ENDS, VALUES, WORDS, ShareWord, share_word, words_for_range

shares = (
    st.floats(0, 1) | st.sampled_from([value for value, _ in ENDS]) | st.fractions(0, 1, max_denominator=40).map(float)
)
ranges = st.tuples(shares, shares).map(lambda ends: (min(ends), max(ends)))


@given(ranges)
@example((0.0, 0.0))
@example((1.0, 1.0))
def test_range_in_words_contains_the_range_in_numbers(ends: tuple[float, float]):
    low, high = ends
    slug_low, slug_high = words_for_range(low, high)
    assert VALUES[slug_low] <= low <= high <= VALUES[slug_high]


@given(ranges)
def test_no_narrower_range_in_words_contains_the_range_in_numbers(ends: tuple[float, float]):
    low, high = ends
    slug_low, slug_high = words_for_range(low, high)
    assert [slug for value, slug in ENDS if VALUES[slug_low] < value <= low] == []
    assert [slug for value, slug in ENDS if high <= value < VALUES[slug_high]] == []


@pytest.mark.parametrize(
    ("low", "high", "slugs"),
    [
        (0.17, 0.49, ("one_in_seven", "half")),
        (0.256978, 0.691057, ("a_quarter", "seven_in_ten")),
        (0.0, 0.0, ("none", "none")),
        (0.0, 0.04, ("none", "one_in_twenty")),
        (0.02, 0.98, ("none", "all")),
        (1 / 3, 1 / 3, ("a_third", "a_third")),
        (0.3333, 0.3334, ("three_in_ten", "two_in_five")),
        (0.14, 0.15, ("one_in_ten", "one_in_five")),
        (0.96, 1.0, ("nineteen_in_twenty", "all")),
        (1.0, 1.0, ("all", "all")),
    ],
)
def test_range_in_words(low: float, high: float, slugs: tuple[str, str]):
    assert words_for_range(low, high) == slugs


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
    if word.slug in VALUES:
        distances = {slug: abs(value - share) for value, slug in ENDS if 0 < value < 1 or share in {0, 1}}
        assert distances[word.slug] <= min(distances.values()) + 1e-12


def test_words_for_shares_join_without_a_gap():
    assert [one.high for one in WORDS[:-1]] == [other.low for other in WORDS[1:]]
    assert (WORDS[0].low, WORDS[-1].high) == (0, 1)


def test_fraction_lies_within_the_shares_it_is_said_of_and_within_a_twentieth_of_them():
    fractions = [word for word in WORDS if word.slug in VALUES]
    assert [word.slug for word in fractions if not word.low < VALUES[word.slug] < word.high] == []
    assert max(max(VALUES[word.slug] - word.low, word.high - VALUES[word.slug]) for word in fractions) < 0.05 + 1e-9


def test_fractions_ascend():
    assert [value for value, _ in ENDS] == sorted(VALUES.values())
    assert all(one < other for one, other in pairwise(value for value, _ in ENDS))


@pytest.mark.parametrize(
    ("share", "slug"),
    [
        (0.0, "none"),
        (0.001, "hardly_any"),
        (0.025, "hardly_any"),
        (0.026, "one_in_twenty"),
        (0.14, "one_in_seven"),
        (0.275, "a_quarter"),
        (0.307209, "three_in_ten"),
        (0.33, "a_third"),
        (0.492335, "half"),
        (0.974, "nineteen_in_twenty"),
        (0.976, "almost_all"),
        (1.0, "all"),
    ],
)
def test_word_for_a_share(share: float, slug: str):
    assert share_word(share).slug == slug


def test_none_and_all_are_said_of_nothing_else():
    assert (share_word(0), share_word(1)) == (ShareWord("none", 0, 0), ShareWord("all", 1, 1))


@pytest.mark.parametrize("share", [-0.01, 1.01, 33, nan])
def test_impossible_share_is_refused(share: float):
    with pytest.raises(ValueError, match=rf"^A share lies between 0 and 1: {share} does not\.$"):
        share_word(share)
