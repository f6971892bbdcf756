"""Statistics of self-assessments: pairs of one person's two answers, the sign test, and the minimum to show. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb
from typing import Final

from cohorts.assessments.enums import Moment, Skill
from web.small_groups import MIN_PEOPLE

# The start as members saw it then, the start as they see it at the end, and what lasts.
COMPARISONS: Final = (
    (Moment.BEFORE, Moment.AFTER),
    (Moment.THEN, Moment.AFTER),
    (Moment.AFTER, Moment.LATER),
)
Comparison = tuple[Moment, Moment]
Answers = Mapping[Skill, int | None]
MomentAnswers = tuple[str, Moment, Answers]  # pseudonym, moment, scores


@dataclass(frozen=True, slots=True)
class PairCounts:
    """How many people rate themselves higher, the same or lower in a skill at the second of two moments.

    Only people who answered at both are counted.
    """

    up: int = 0
    same: int = 0
    down: int = 0

    def __add__(self, other: PairCounts) -> PairCounts:
        """Return the counts of two groups of people added up: higher, same and lower."""
        return PairCounts(self.up + other.up, self.same + other.same, self.down + other.down)

    @property
    def pairs(self) -> int:
        """The number of people who answered at both moments."""
        return self.up + self.same + self.down

    @property
    def is_visible(self) -> bool:
        """Whether at least five people answered at both moments: fewer are not shown."""
        return self.pairs >= MIN_PEOPLE

    @property
    def chance(self) -> float:
        """The probability, 0 to 1, that chance alone splits those who changed at least as unevenly into higher and
        lower.
        """
        return sign_test(self.up, self.down)


def sign_test(up: int, down: int) -> float:
    """Return the probability that chance alone splits `up` + `down` people at least as unevenly; 1.0 for nobody.

    Two-sided and exact; people whose score did not change are left out. Dixon and Mood, “The statistical sign test”,
    JASA 41 (1946).
    """
    moved = up + down
    tail = sum(comb(moved, fewer) for fewer in range(min(up, down) + 1))
    return min(1.0, 2 * tail / (1 << moved))


def count_pairs(rows: Iterable[MomentAnswers], comparison: Comparison) -> dict[Skill, PairCounts]:
    """Return, for each skill, how many people went up, stayed or went down between the two moments of the comparison.

    `rows` are one cohort's answers as tuples of pseudonym, moment and scores by skill. People who answered at only one
    of the moments, or not for the skill, are left out.
    """
    answers_list = list(rows)
    by_moment = {
        moment: {person: answers for person, when, answers in answers_list if when == moment} for moment in comparison
    }
    first, second = (by_moment[moment] for moment in comparison)
    both = first.keys() & second.keys()
    return {skill: _tally((first[person][skill], second[person][skill]) for person in both) for skill in Skill}


def _tally(answers: Iterable[tuple[int | None, int | None]]) -> PairCounts:
    """Count how many of `answers`, pairs of first and second score, rise, stay the same and fall.

    Pairs with a missing score are skipped.
    """
    steps = [after - before for before, after in answers if before is not None and after is not None]
    return PairCounts(sum(step > 0 for step in steps), steps.count(0), sum(step < 0 for step in steps))


def sum_unless_revealing(groups: Iterable[PairCounts]) -> PairCounts:
    """Return the sum of one skill's counts over cohorts (`groups`), or zeros where it would reveal the answers of too
    few people.

    Cohorts with fewer than five pairs are hidden elsewhere, and a reader could subtract the others: together the hidden
    ones must be nobody, or at least five people.
    """
    all_groups = list(groups)
    hidden = sum((group for group in all_groups if not group.is_visible), start=PairCounts())
    return sum(all_groups, start=PairCounts()) if hidden.is_visible or not hidden.pairs else PairCounts()
