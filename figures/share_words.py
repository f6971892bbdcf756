"""Plain words for shares that stay true: rounded outward for a range, and with the range that each word covers.

Pure: slugs, no sentences. Show the numbers next to the words: words of a range are wider than the range.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["ENDS", "VALUES", "WORDS", "ShareWord", "share_word", "words_for_range"]

# Fractions that people use when they talk.
FRACTIONS: Final = (
    (1 / 20, "one_in_twenty"),
    (1 / 10, "one_in_ten"),
    (1 / 7, "one_in_seven"),
    (1 / 5, "one_in_five"),
    (1 / 4, "a_quarter"),
    (3 / 10, "three_in_ten"),
    (1 / 3, "a_third"),
    (2 / 5, "two_in_five"),
    (1 / 2, "half"),
    (3 / 5, "three_in_five"),
    (2 / 3, "two_thirds"),
    (7 / 10, "seven_in_ten"),
    (3 / 4, "three_quarters"),
    (4 / 5, "four_in_five"),
    (6 / 7, "six_in_seven"),
    (9 / 10, "nine_in_ten"),
    (19 / 20, "nineteen_in_twenty"),
)
# The ends of a range: "between none and a third". What each slug means as a number.
ENDS: Final = ((0.0, "none"), *FRACTIONS, (1.0, "all"))
VALUES: Final = {slug: value for value, slug in ENDS}


class ShareWord(NamedTuple):
    """The word for one share, as in "about one in three": it may be said of shares from `low` to `high`."""

    slug: str
    low: float
    high: float


LIMITS: Final = (0.0, *((one + other) / 2 for (one, _), (other, _) in pairwise(ENDS)), 1.0)
SLUGS: Final = ("hardly_any", *(slug for _, slug in FRACTIONS), "almost_all")
# The words for shares between 0 and 1, ascending: each begins where the one before ends.
WORDS: Final = tuple(ShareWord(slug, *limits) for slug, limits in zip(SLUGS, pairwise(LIMITS), strict=True))


def words_for_range(low: float, high: float) -> tuple[str, str]:
    """Return the slugs of the narrowest range in words that contains the range from `low` to `high`.

    `VALUES` holds what each slug means: never above `low`, never below `high`. Raises ValueError unless
    0 ≤ low ≤ high ≤ 1.
    """
    if not 0 <= low <= high <= 1:
        raise ValueError(f"A range of shares goes upwards from 0 to 1 at most: {low} to {high} does not.")
    below = bisect_right(ENDS, low, key=lambda end: end[0]) - 1
    above = bisect_left(ENDS, high, key=lambda end: end[0])
    return ENDS[below][1], ENDS[above][1]


def share_word(share: float) -> ShareWord:
    """Return the word for a share, whose range contains it: the nearest fraction, the lower of two equally near ones.

    "None" and "all" are used only where they are exact; next to them come "hardly any" and "almost all". Raises
    ValueError unless 0 ≤ share ≤ 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1: {share} does not.")
    if share in {0, 1}:
        return ShareWord("all" if share else "none", share, share)
    return next(word for word in WORDS if share <= word.high)
