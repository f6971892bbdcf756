"""Whether the bar of a test (its criterion and threshold) is the one of the test before on the same measure.

Only bars that were locked count: what changes before the locking promised nothing yet, and calling a locked test off
takes no promise back. The trigger compares alike.
"""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from prototypes.ideas.triggers import PASSED_OVER
from prototypes.models import Trial

_PASSED_OVER: Final = re.compile(PASSED_OVER)


def same_thing(trial: Trial) -> tuple[str, str]:
    """What two tests of one idea must share to be compared: what they measure, in which unit, however it is typed."""
    return _folded(trial.measure), _folded(trial.unit)


def _folded(words: str) -> str:
    return _PASSED_OVER.sub("", normalize("NFKD", words)).lower()


def moved_from(trial: Trial, others: Iterable[Trial]) -> Trial | None:
    """The test whose bar this one moved: the one of the same idea locked last before it, where its bar was another."""
    earlier = [other for other in others if _before(other, trial) and same_thing(other) == same_thing(trial)]
    last = max(earlier, key=lambda other: (other.locked_at, other.pk), default=None)
    if last is None or (last.comparator, last.threshold) == (trial.comparator, trial.threshold):
        return None
    return last


def _before(other: Trial, trial: Trial) -> bool:
    """Locked, and earlier than a test that is locked itself; published tests promised nothing we know of."""
    if other.locked_at is None or trial.retrospective:
        return False
    return trial.locked_at is None or (other.locked_at, other.pk) < (trial.locked_at, trial.pk)
