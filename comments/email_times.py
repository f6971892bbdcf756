"""The time of the e-mails about comments: one at the end of each working day, or at once for people who chose so."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from web.dates.clock import day_in

AT_ONCE: Final = "at_once"  # audience, as stored: people who want e-mails that can wait at once
SEND_TIME: Final = time(17)  # local time: the comments of a day are sent together


def next_email_at(at: datetime, is_open: Callable[[date], bool], zone: str) -> datetime:
    """Return the next time after `at` for e-mails about comments: 5 p.m. of a working day in the time zone `zone`.

    `is_open` tells whether a date is a working day. At or after 5 p.m. of the day of `at`, the search starts on the
    next day.
    """
    time_zone, day = ZoneInfo(zone), day_in(zone, at)
    if at.astimezone(time_zone).time() >= SEND_TIME:
        day += timedelta(days=1)
    while not is_open(day):
        day += timedelta(days=1)
    return datetime.combine(day, SEND_TIME, time_zone)
