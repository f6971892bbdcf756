"""The pause before the next attempt to send an e-mail. Pure: the random value is an argument."""

from datetime import timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(minutes=1)
GROWTH: Final = 3
MAX_WAIT: Final = timedelta(hours=12)
MAX_ATTEMPTS: Final = 12  # about three days: longer than greylisting, shorter than most e-mails are useful


def wait(attempts: int, chance: float) -> timedelta:
    """Return the pause after an attempt to send an e-mail that failed; `attempts` counts the attempts so far, from 1.

    The limit is one minute, tripled with each attempt, up to twelve hours. `chance`, a random number in [0, 1), picks
    the pause from its upper half, so that e-mails that failed together are not retried together. Raises ValueError for
    other numbers.
    """
    if attempts < 1 or not 0 <= chance < 1:
        raise ValueError("Attempts count from 1, and a chance lies in [0, 1)")
    growth: int = GROWTH ** min(attempts - 1, MAX_ATTEMPTS)
    return min(FIRST_WAIT * growth, MAX_WAIT) * (1 + chance) / 2
