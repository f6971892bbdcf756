"""When a comment reaches those it concerns: with the others of its day, not one by one."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from web.dates.clock import day_in

AT: Final = time(17)  # local: what was said in the course of a day goes together at its end


def next_letter(at: datetime, is_open: Callable[[date], bool], zone: str) -> datetime:
    """The next end of a working day after that moment, where that is the `zone`'s time."""
    there, day = ZoneInfo(zone), day_in(zone, at)
    if at.astimezone(there).time() >= AT:
        day += timedelta(days=1)
    while not is_open(day):
        day += timedelta(days=1)
    return datetime.combine(day, AT, there)
