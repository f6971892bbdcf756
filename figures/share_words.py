"""Plain words for shares that stay true: rounded outward for a range, and with the range that each word covers.

Pure: slugs, no sentences. Show the numbers next to the words: words of a range are wider than the range.
"""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["ENDS", "FRACTIONS", "WORDS", "ShareWord", "share_word", "words_for_range"]

# Fractions that people use when they talk: "about three in ten".
FRACTIONS: Final = tuple(
    Fraction(some, total)
    for some, total in (
        *((1, 20), (1, 10), (1, 7), (1, 5), (1, 4), (3, 10), (1, 3), (2, 5), (1, 2)),
        *((3, 5), (2, 3), (7, 10), (3, 4), (4, 5), (6, 7), (9, 10), (19, 20)),
    )
)
# The ends of a range, "between one in eight and half": these, and all with a denominator of ten or less.
ENDS: Final = tuple(
    sorted({*FRACTIONS, *(Fraction(some, total) for total in range(1, 11) for some in range(total + 1))})
)


class ShareWord(NamedTuple):
    """The word for one share, as in "about one in three": it may be said of shares from `low` to `high`.

    `slug` is a fraction written as “1/3”, “0”, “1”, “hardly_any” or “almost_all”.
    """

    slug: str
    low: float
    high: float


LIMITS: Final = (
    0.0,
    *(float((one + other) / 2) for one, other in pairwise((Fraction(0), *FRACTIONS, Fraction(1)))),
    1.0,
)
SLUGS: Final = ("hardly_any", *map(str, FRACTIONS), "almost_all")
# The words for shares between 0 and 1, ascending: each begins where the one before ends.
WORDS: Final = tuple(ShareWord(slug, *limits) for slug, limits in zip(SLUGS, pairwise(LIMITS), strict=True))


def words_for_range(low: float, high: float) -> tuple[Fraction, Fraction]:
    """Return the ends of the narrowest range in words that contains the range from `low` to `high`.

    They are the nearest of `ENDS`: never above `low`, never below `high`. Raises ValueError unless 0 ≤ low ≤ high ≤ 1.
    """
    if not 0 <= low <= high <= 1:
        raise ValueError(f"A range of shares goes upwards from 0 to 1 at most: {low} to {high} does not.")
    return ENDS[bisect_right(ENDS, low, key=float) - 1], ENDS[bisect_left(ENDS, high, key=float)]


def share_word(share: float) -> ShareWord:
    """Return the word for a share, whose range contains it: the nearest fraction, the lower of two equally near ones.

    "None" and "all" are used only where they are exact; next to them come "hardly any" and "almost all". Raises
    ValueError unless 0 ≤ share ≤ 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1: {share} does not.")
    if share in {0, 1}:
        return ShareWord(f"{share:g}", share, share)
    return next(word for word in WORDS if share <= word.high)
