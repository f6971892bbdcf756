"""Writes the clock changes of a time zone for calendar programs (VTIMEZONE).

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
    """Return the iCalendar definition of the time zone `name`, such as "Europe/Paris", for the years `first` to `last`.

    Both years are included; each clock change in them is listed.
    """
    zone = ZoneInfo(name)
    starts = datetime.combine(date(first, 1, 1), time.min, UTC)
    component = Timezone()
    component.add("tzid", name)
    component.add_component(_observance(zone, starts, starts))
    for change in _offset_changes(zone, starts, datetime.combine(date(last, 12, 31), time.max, UTC)):
        component.add_component(_observance(zone, change - MINUTE, change))
    return component


def _offset_changes(zone: ZoneInfo, starts: datetime, ends: datetime) -> Iterator[datetime]:
    """Yield the minutes, in UTC, between `starts` and `ends` at which the zone's offset changes, in order.

    Each day is compared with the next, which finds all: no zone changes twice within a day.
    """
    moment = starts
    while moment < ends:
        if _utc_offset(zone, moment) != _utc_offset(zone, moment + DAY):
            yield _first_minute(zone, moment, moment + DAY)
        moment += DAY


def _first_minute(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first minute with the new offset, between `before` (old offset) and `after` (new offset), by halving
    the time.
    """
    while after - before > MINUTE:
        middle = before + MINUTE * ((after - before) // MINUTE // 2)
        if _utc_offset(zone, middle) == _utc_offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _observance(zone: ZoneInfo, before: datetime, change: datetime) -> TimezoneStandard | TimezoneDaylight:
    """Return the iCalendar rule of the zone that applies from the moment `change` on: standard or daylight-saving time.

    It starts at the local time by the offset of the moment `before`, just before the change (RFC 5545, 3.6.5).
    """
    local = change.astimezone(zone)
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    component.add("dtstart", (change + _utc_offset(zone, before)).replace(tzinfo=None))
    component.add("tzoffsetfrom", _utc_offset(zone, before))
    component.add("tzoffsetto", _utc_offset(zone, change))
    component.add("tzname", local.tzname())
    return component


def _utc_offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    """Return the difference between the zone's local time and UTC at a moment, such as one hour."""
    return moment.astimezone(zone).utcoffset() or timedelta()
