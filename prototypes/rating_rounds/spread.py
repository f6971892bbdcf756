"""How the ratings of one challenge by one criterion spread. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from prototypes.rating_rounds.enums import Agreement
from web.small_groups import MIN_PEOPLE

MIN_SCORE, MAX_SCORE = 1, 5
LOW, HIGH = (1, 2), (4, 5)  # scores that speak against the challenge, and for it


@dataclass(frozen=True, slots=True)
class Spread:
    """How many people gave each score: `counts` has one number for each score from 1 to 5."""

    counts: tuple[int, ...]

    @property
    def people(self) -> int:
        """Return how many people gave a score."""
        return sum(self.counts)

    @property
    def is_visible(self) -> bool:
        """Return whether at least five people gave a score: fewer are not shown."""
        return self.people >= MIN_PEOPLE

    @property
    def median(self) -> float:
        """Return the score in the middle, halfway between two scores where these are in the middle."""
        return median(score for score, count in enumerate(self.counts, MIN_SCORE) for _person in range(count))

    @property
    def agreement(self) -> Agreement:
        """Return whether people agree.

        They are split if at least a quarter give 1 or 2 and at least a quarter 4 or 5. They agree if more than three
        quarters are on one side: 1 or 2, 3, 4 or 5. No ratings fulfil both.
        """
        sides = [self._count(LOW), self._count((3,)), self._count(HIGH)]
        if 4 * min(sides[0], sides[2]) >= self.people:
            return Agreement.SPLIT
        return Agreement.AGREE if 4 * max(sides) > 3 * self.people else Agreement.NEITHER

    def _count(self, scores: Iterable[int]) -> int:
        """Return how many people gave one of these scores."""
        return sum(self.counts[score - MIN_SCORE] for score in scores)


def spread_of(scores: Iterable[int]) -> Spread:
    """Return the spread of scores, each from 1 to 5."""
    counts = Counter(scores)
    return Spread(tuple(counts[score] for score in range(MIN_SCORE, MAX_SCORE + 1)))
