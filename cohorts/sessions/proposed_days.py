"""Days of a session that the address of a form proposes, because people chose or moved them in a calendar.

Pure: values in, values out.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from programmes.workdays import SATURDAY, days_between
from web.dates.plausible import is_plausible
from web.dates.runs import consecutive_runs

MAX_DAYS: Final = 31
ANY_DAY: Final = date(2000, 1, 1)  # to calculate with hours

Hours = tuple[time | None, time | None]


def chosen_days(query: Mapping[str, str]) -> list[date]:
    """Return the days from `first_day` to `last_day` of an address, at most 31; [] without a valid first day.

    Weekends are left out, unless only a weekend is chosen.
    """
    first = read_day(query.get("first_day", ""))
    last = read_day(query.get("last_day", "")) or first
    if first is None or last is None:
        return []
    days = list(days_between(first, min(last, first + timedelta(days=MAX_DAYS - 1))))
    return [day for day in days if day.weekday() < SATURDAY] or days


def moved_days(days: Sequence[date], query: Mapping[str, str]) -> dict[date, date]:
    """Return the new day of each of the `days` by which an address moves them; {} if it moves none.

    The day `was` moves to `first_day`, and with it the days that follow it, or precede it, without a gap. These may be
    the same day, where only its hours move (see `hours_later`).
    """
    was, to = read_day(query.get("was", "")), read_day(query.get("first_day", ""))
    if was is None or to is None or (was == to and not hours_later(query)):
        return {}
    run = next((run for run in consecutive_runs(days) if was in run), [])
    moved = {day: day + (to - was) for day in run}
    return moved if all(map(is_plausible, moved.values())) else {}


def hours_later(query: Mapping[str, str]) -> timedelta:
    """Return by how much later in the day an address moves hours: from `was_at` to `at`, each like 09:30.

    Negative when it moves them earlier, zero when one of the two is missing or no hour.
    """
    try:
        was, at = (time.fromisoformat(query.get(name, "")) for name in ("was_at", "at"))
    except ValueError:
        return timedelta(0)
    return timedelta(hours=at.hour - was.hour, minutes=at.minute - was.minute)


def moved_hours(hours: Hours, by: timedelta) -> Hours:
    """Return from when to when a day lasts, moved by so much; unchanged where it would not stay within the day."""
    if None in hours:
        return hours
    starts, ends = (datetime.combine(ANY_DAY, hour) + by for hour in hours if hour)
    return (starts.time(), ends.time()) if starts.date() == ends.date() == ANY_DAY else hours


def read_day(text: str) -> date | None:
    """Return the date that is written like 2027-04-14; None for any other text, and before 1990 or after 2100."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_plausible(day) else None
