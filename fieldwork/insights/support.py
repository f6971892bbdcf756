"""How well the notes of an insight support it: how many there are, of how many kinds, and how many contradict it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MIN_NOTES: Final = 3
MIN_KINDS: Final = 2


@dataclass(frozen=True, slots=True)
class InsightSupport:
    """The number of supporting notes by kind, in the order of the kinds, and of notes that contradict the insight."""

    by_kind: Mapping[str, int]
    contradicting: int

    @property
    def notes(self) -> int:
        """Return the number of supporting notes."""
        return sum(self.by_kind.values())

    @property
    def kinds(self) -> int:
        """Return the number of kinds of supporting notes."""
        return len(self.by_kind)

    @property
    def is_weak(self) -> bool:
        """Return whether the insight needs more sources: at least three notes, of two kinds."""
        return self.notes < MIN_NOTES or self.kinds < MIN_KINDS


def support_of(counts: Iterable[tuple[str, bool, int]], kinds: Iterable[str]) -> InsightSupport:
    """Return the support by the number of notes of each kind that contradict the insight or not; `kinds` is the order
    of kinds.
    """
    supporting, contradicting = Counter[str](), 0
    for kind, contradicts, n in counts:
        if contradicts:
            contradicting += n
        else:
            supporting[kind] += n
    return InsightSupport({str(kind): supporting[kind] for kind in kinds if supporting[kind]}, contradicting)
