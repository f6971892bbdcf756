"""Five hundred sets of ideas for the comparison with other implementations: ties, heavy censoring and edge cases."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Final

from figures.rates import MonthCounts, Observation, Outcome

IMPLEMENTED, ABANDONED, OPEN = "implemented", "abandoned", "open"
OUTCOMES: Final[tuple[Outcome, ...]] = (IMPLEMENTED, ABANDONED, OPEN)
SETS: Final = 500

# How likely an idea is implemented, abandoned, open: each kind of set comes again every so many sets.
MIXES: Final = (
    (1, 1, 1),
    (1, 1, 10),  # heavy censoring
    (1, 0, 2),
    (0, 1, 0),  # all abandoned
    (0, 1, 1),
    (0, 0, 1),  # no events
    (1, 0, 0),
    (3, 2, 1),
    (1, 5, 1),
    (1, 1, 0),
)
SIZES: Final = (1, 2, 3, 5, 8, 13, 24, 40, 60, 100, 300)  # coprime to the mixes: every pair comes
LAST_MONTHS: Final = (0, 2, 6, 24, 60, 120)  # few months: many ties


def portfolio(number: int) -> list[Observation]:
    """Return the ideas of set `number`, the same every time."""
    chance = random.Random(number)
    mix, size = MIXES[number % len(MIXES)], SIZES[number % len(SIZES)]
    last = LAST_MONTHS[number // len(MIXES) % len(LAST_MONTHS)]
    return [(int(chance.random() * (last + 1)), OUTCOMES[_pick(chance.random(), mix)]) for _ in range(size)]


def _pick(chance: float, weights: tuple[int, ...]) -> int:
    left = chance * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    return len(weights) - 1


def month_counts(ideas: list[Observation]) -> list[MonthCounts]:
    """Return the counts by month, in order."""
    tally = Counter(ideas)
    months = sorted({month for month, _ in ideas})
    return [MonthCounts(month, *(tally[month, outcome] for outcome in OUTCOMES)) for month in months]


def set_lines() -> Iterator[str]:
    """Return all sets as `rates.R` reads them."""
    for number in range(SETS):
        for row in month_counts(portfolio(number)):
            yield " ".join(map(str, (number, *row)))
