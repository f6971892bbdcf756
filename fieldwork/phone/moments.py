"""When a draft was written on a phone whose clock may be wrong, or was set in the meantime."""

from datetime import datetime, timedelta
from typing import Final

MAX_AGE: Final = timedelta(days=90)  # a draft that waited longer counts as written then
TOLERANCE: Final = timedelta(minutes=5)  # between two clocks that both count as right


def moment_written(
    now: datetime, *, written_at: datetime | None, age: timedelta | None, contact_at: datetime | None
) -> datetime:
    """Return when a draft was written, never later than `now`, nor before the phone's last contact with the platform.

    `written_at` is the phone's clock then, corrected by its difference from the platform's clock at that contact
    (`contact_at`). `age` is how long ago that was by the phone's clock when it sent the draft. If the clock was set in
    between, one of the two is wrong: the first that is possible counts.
    """
    earliest = max(contact_at or now - MAX_AGE, now - MAX_AGE)
    for moment in (written_at, None if age is None else now - age):
        if moment and earliest - TOLERANCE <= moment <= now + TOLERANCE:
            return min(moment, now)
    return min(max(written_at or now, earliest), now)
