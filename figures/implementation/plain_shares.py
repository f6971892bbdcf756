"""Shares in plain words: the nearest simple fraction, and the horizon of a projection. Pure: slugs, no sentences."""

from dataclasses import dataclass
from typing import Literal

from figures.outcomes.figures import Figures

# Fractions that people use when they talk.
LANDMARKS = (
    (0.0, "hardly_any"),
    (1 / 10, "one_in_ten"),
    (1 / 5, "one_in_five"),
    (1 / 4, "a_quarter"),
    (1 / 3, "a_third"),
    (2 / 5, "two_in_five"),
    (1 / 2, "half"),
    (3 / 5, "three_in_five"),
    (2 / 3, "two_thirds"),
    (3 / 4, "three_quarters"),
    (4 / 5, "four_in_five"),
    (9 / 10, "nine_in_ten"),
    (1.0, "almost_all"),
)
SPOKEN_HORIZONS = (24, 18, 12, 6)
FEW = 50

Kind = Literal["too_early", "none", "all", "share"]


def fraction(share: float) -> str:
    """Return the slug of the simple fraction nearest to a share (0–1), such as “a_third”; of two equally near, the
    lower.
    """
    return min(LANDMARKS, key=lambda landmark: abs(landmark[0] - share))[1]


@dataclass(frozen=True, slots=True)
class Projection:
    """What may be said of the next ideas if they develop like these.

    `months` is the horizon. `low` and `high` are empty where both ends of the interval are the same in words. `few`
    says that the interval is wide because there are few ideas.
    """

    kind: Kind
    months: int = 0
    share: str = ""
    low: str = ""
    high: str = ""
    few: bool = False

    @property
    def ranges(self) -> bool:
        """Whether the two ends of the interval differ in words, so that the sentence names a range."""
        return bool(self.low)


def project(figures: Figures) -> Projection:
    """Return what the figures suggest for the next ideas, as slugs for a sentence.

    The horizon is the longest of 24, 18, 12 and 6 months at which five ideas are still followed; “too_early” without
    one.
    """
    points = (figures.incidence_at(months) for months in SPOKEN_HORIZONS)
    point = next((point for point in points if point), None)
    if point is None or point.implemented is None:
        return Projection("too_early")
    if point.low is None or point.high is None:
        return Projection("all" if point.implemented > 1 / 2 else "none", round(point.months))
    low, high = fraction(point.low), fraction(point.high)
    ends = (low, high) if low != high else ("", "")
    return Projection("share", round(point.months), fraction(point.implemented), *ends, few=figures.accepted < FEW)
