"""How long a letter waits after an attempt that failed for now. Pure: the chance is an argument."""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(minutes=1)
GROWTH: Final = 3
LONGEST: Final = timedelta(hours=12)
ATTEMPTS: Final = 12  # some three days of trying: longer than greylisting, shorter than most letters are of use


def wait(attempts: int, chance: float) -> timedelta:
    """The pause after attempt number `attempts` (from 1): threefold each time, at most twelve hours.

    `chance`, in [0, 1), spreads it over the upper half of that, so that letters that failed together do not come back
    together.
    """
    if attempts < 1 or not 0 <= chance < 1:
        raise ValueError("Attempts count from 1, and a chance lies in [0, 1)")
    growth: int = GROWTH ** min(attempts - 1, ATTEMPTS)
    return min(FIRST * growth, LONGEST) * (1 + chance) / 2
