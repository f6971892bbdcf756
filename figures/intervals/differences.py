"""The difference of two shares at one horizon, with its interval."""

from math import hypot
from typing import NamedTuple

__all__ = ["ShareDifference", "ShareWithLimits", "share_difference"]


class ShareWithLimits(NamedTuple):
    """A share with the bounds of its interval, all between 0 and 1."""

    share: float
    low: float
    high: float


class ShareDifference(NamedTuple):
    """By how much the first share is above the second (below: negative), with bounds between −1 and 1."""

    difference: float
    low: float
    high: float

    @property
    def could_be_zero(self) -> bool:
        """Whether the interval contains 0: then the figures do not say that the shares differ."""
        return self.low <= 0 <= self.high


def share_difference(first: ShareWithLimits, second: ShareWithLimits) -> ShareDifference:
    """Return the first share minus the second, of groups without a common cohort.

    The interval combines the distances of each share to its own bounds, which follow from its variance (method of
    variance estimates recovery; Newcombe 1998, Zou and Donner 2008). Unlike a symmetric interval from the two variances
    it exists at 0 and 1 and stays inside −1 and 1. It has the confidence of the two intervals given. Raises ValueError
    unless 0 ≤ low ≤ share ≤ high ≤ 1 for both.
    """
    for group in (first, second):
        if not 0 <= group.low <= group.share <= group.high <= 1:
            raise ValueError(f"A share lies between its bounds, and these in 0–1: {tuple(group)}.")
    difference = first.share - second.share
    below = hypot(first.share - first.low, second.high - second.share)
    above = hypot(first.high - first.share, second.share - second.low)
    return ShareDifference(difference, difference - below, difference + above)
