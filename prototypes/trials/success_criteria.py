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
    """Return measure and unit of a test without capitals, accents, blanks and punctuation.

    Only tests of one idea that share this pair are compared.
    """
    return _folded(trial.measure), _folded(trial.unit)


def _folded(words: str) -> str:
    """Return the text without capitals, accents, blanks and punctuation, so that spellings of one measure or unit are
    equal.
    """
    return _IGNORED_CHARACTERS.sub("", normalize("NFKD", words)).lower()


def previous_test_with_other_criterion(trial: Trial, others: Iterable[Trial]) -> Trial | None:
    """Return the last test of the same measure and unit locked before this one, if its criterion differs; else None.

    The criterion is comparator and threshold. `others` are tests of the same idea. For a test not yet locked, all
    locked ones are earlier.
    """
    earlier = [other for other in others if _before(other, trial) and comparison_key(other) == comparison_key(trial)]
    last = max(earlier, key=lambda other: (other.locked_at, other.pk), default=None)
    if last is None or (last.comparator, last.threshold) == (trial.comparator, trial.threshold):
        return None
    return last


def _before(other: Trial, trial: Trial) -> bool:
    """Return whether the other test was locked before this one; True for every locked test if this one is not locked.

    False when this one is a published fact, which is not compared.
    """
    if other.locked_at is None or trial.retrospective:
        return False
    return trial.locked_at is None or (other.locked_at, other.pk) < (trial.locked_at, trial.pk)
