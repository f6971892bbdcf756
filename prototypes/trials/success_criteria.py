"""Whether the criterion of a test (comparator and threshold) equals that of the previous test of the same measure.

Only criteria of locked tests are compared, cancelled tests included. The trigger compares in the same way.
"""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from prototypes.ideas.triggers import IGNORED_CHARACTERS
from prototypes.models import Trial

_IGNORED_CHARACTERS: Final = re.compile(IGNORED_CHARACTERS)


def comparison_key(trial: Trial) -> tuple[str, str]:
    """Return what two tests of one idea must share to be compared: measure and unit, regardless of spelling."""
    return _folded(trial.measure), _folded(trial.unit)


def _folded(words: str) -> str:
    """Return the text without capitals, accents, blanks and punctuation, to compare measures and units."""
    return _IGNORED_CHARACTERS.sub("", normalize("NFKD", words)).lower()


def previous_test_with_other_criterion(trial: Trial, others: Iterable[Trial]) -> Trial | None:
    """Return the last test on the same measure locked before this one, if its criterion differs; else None.

    `others` are tests of the same idea.
    """
    earlier = [other for other in others if _before(other, trial) and comparison_key(other) == comparison_key(trial)]
    last = max(earlier, key=lambda other: (other.locked_at, other.pk), default=None)
    if last is None or (last.comparator, last.threshold) == (trial.comparator, trial.threshold):
        return None
    return last


def _before(other: Trial, trial: Trial) -> bool:
    """Return whether the other test was locked before this one; false for published facts, which are not compared."""
    if other.locked_at is None or trial.retrospective:
        return False
    return trial.locked_at is None or (other.locked_at, other.pk) < (trial.locked_at, trial.pk)
