"""How many people see themselves higher or lower than they did: pairs of one person's two answers, the sign test, and
what is too few to be shown. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb
from typing import Final

from cohorts.assessments.enums import Moment, Skill

FEW: Final = 5  # pairs under which nothing is shown
# The start as it was said then, the start as it is seen from the end, and what lasts.
COMPARISONS: Final = (
    (Moment.BEFORE, Moment.AFTER),
    (Moment.THEN, Moment.AFTER),
    (Moment.AFTER, Moment.LATER),
)
Comparison = tuple[Moment, Moment]
Answers = Mapping[Skill, int | None]
Said = tuple[str, Moment, Answers]  # whose, under a pseudonym; when; what


@dataclass(frozen=True, slots=True)
class Paired:
    """Of those who answered twice, how many went up, stayed and went down."""

    up: int = 0
    same: int = 0
    down: int = 0

    def __add__(self, other: Paired) -> Paired:
        return Paired(self.up + other.up, self.same + other.same, self.down + other.down)

    @property
    def pairs(self) -> int:
        return self.up + self.same + self.down

    @property
    def shown(self) -> bool:
        return self.pairs >= FEW

    @property
    def chance(self) -> float:
        """How often chance alone, up or down like a coin, would set as many apart: see `sign_test`."""
        return sign_test(self.up, self.down)


def sign_test(up: int, down: int) -> float:
    """The exact two-sided binomial probability of a split at least as uneven; those who stayed say nothing.

    Dixon and Mood, “The statistical sign test”, JASA 41 (1946).
    """
    moved = up + down
    tail = sum(comb(moved, fewer) for fewer in range(min(up, down) + 1))
    return min(1.0, 2 * tail / (1 << moved))


def compared(rows: Iterable[Said], comparison: Comparison) -> dict[Skill, Paired]:
    """Each person's two answers to each skill, counted; who gave only one of them is in no pair."""
    every = list(rows)
    said = {moment: {whose: answers for whose, when, answers in every if when == moment} for moment in comparison}
    first, second = (said[moment] for moment in comparison)
    both = first.keys() & second.keys()
    return {skill: _tally((first[whose][skill], second[whose][skill]) for whose in both) for skill in Skill}


def _tally(answers: Iterable[tuple[int | None, int | None]]) -> Paired:
    steps = [after - before for before, after in answers if before is not None and after is not None]
    return Paired(sum(step > 0 for step in steps), steps.count(0), sum(step < 0 for step in steps))


def together(groups: Iterable[Paired]) -> Paired:
    """The sum of all groups, or nothing where taking away those that are shown would leave too few.

    The groups that are too small to be shown are what is left: together they have to be enough, or nobody.
    """
    every = list(groups)
    hidden = sum((group for group in every if not group.shown), start=Paired())
    return sum(every, start=Paired()) if hidden.shown or not hidden.pairs else Paired()
