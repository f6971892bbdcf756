"""Writes down, for calendars, when the clocks of a zone change (VTIMEZONE).

One observance for each change, which every reader understands. `icalendar`'s own `Timezone.from_tzid` (7.3) puts
changes forward an hour late and lists several in one RDATE, of which ical.js reads the first.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@lru_cache(maxsize=64)
def vtimezone(name: str, first: int, last: int) -> Timezone:
    """The zone from the beginning of the year `first` to the end of the year `last`."""
    zone = ZoneInfo(name)
    starts = datetime.combine(date(first, 1, 1), time.min, UTC)
    component = Timezone()
    component.add("tzid", name)
    component.add_component(_observance(zone, starts, starts))
    for change in _changes(zone, starts, datetime.combine(date(last, 12, 31), time.max, UTC)):
        component.add_component(_observance(zone, change - MINUTE, change))
    return component


def _changes(zone: ZoneInfo, starts: datetime, ends: datetime) -> Iterator[datetime]:
    """The minutes, in UTC, from which another offset holds; no zone changes twice within a day."""
    moment = starts
    while moment < ends:
        if _offset(zone, moment) != _offset(zone, moment + DAY):
            yield _first_minute(zone, moment, moment + DAY)
        moment += DAY


def _first_minute(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Halve the time between two offsets until the minute of the change is left."""
    while after - before > MINUTE:
        middle = before + MINUTE * ((after - before) // MINUTE // 2)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _observance(zone: ZoneInfo, before: datetime, change: datetime) -> TimezoneStandard | TimezoneDaylight:
    """What holds from `change` on; it starts at what the clocks showed by the offset of `before` (RFC 5545, 3.6.5)."""
    local = change.astimezone(zone)
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    component.add("dtstart", (change + _offset(zone, before)).replace(tzinfo=None))
    component.add("tzoffsetfrom", _offset(zone, before))
    component.add("tzoffsetto", _offset(zone, change))
    component.add("tzname", local.tzname())
    return component


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
