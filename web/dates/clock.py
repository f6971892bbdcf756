"""Today's date in a time zone, on the platform, and at each authority of a list. No other module reads the clock.

What happens at an authority happens on its local day (docs/decisions/0036): use `programmes.clock` or `cohorts.clock`,
or compare each row with its local day (`day_of_rows`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Case, DateField, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from web.dates.zones import TIME_ZONES

ZONES: Final = tuple(TIME_ZONES)
_LOADED: Final = tuple(map(ZoneInfo, ZONES))  # Python by itself keeps only eight zones in memory


def day_in(zone: str, at: datetime) -> date:
    """Return the date on which the moment `at`, with a time zone, falls in the zone called `zone`, such as
    "Indian/Reunion".
    """
    return at.astimezone(ZoneInfo(zone)).date()


def platform_zone() -> str:
    """Return the platform's time zone by name: that of the lab in requests and tasks, else the setting TIME_ZONE."""
    return timezone.get_current_timezone_name()


def platform_day(at: datetime) -> date:
    """Return the date on which the moment `at` falls in the platform's time zone, that of the lab.

    Use it for what belongs to no authority, which would have a time zone of its own.
    """
    return timezone.localdate(at)


def platform_today() -> date:
    """Return today's date in the platform's time zone, that of the lab.

    Use it for what belongs to no authority, which would have a time zone of its own.
    """
    return timezone.localdate()


@dataclass(frozen=True, slots=True)
class Today:
    """Today's date in every time zone: `platform` is that of the platform, `elsewhere` lists other dates with their
    zones.
    """

    platform: date
    elsewhere: tuple[tuple[date, tuple[str, ...]], ...] = ()

    def at(self, zone: str) -> date:
        """Return today's date in a time zone such as "Indian/Reunion".

        For a zone where no French authority is (not in `ZONES`), that of the platform.
        """
        return next((day for day, zones in self.elsewhere if zone in zones), self.platform)


def today_everywhere(at: datetime | None = None) -> Today:
    """Return the date at the moment `at`, by default now, on the platform and in every time zone of French
    authorities.
    """
    at = at or timezone.now()
    return _today_of_minute(at.replace(second=0, microsecond=0), timezone.get_current_timezone())


@lru_cache(maxsize=8)
def _today_of_minute(minute: datetime, platform: tzinfo) -> Today:
    """Return the date everywhere in a minute, where the platform has this time zone: no day begins within a minute."""
    here, zones = minute.astimezone(platform).date(), dict[date, list[str]]()
    for zone in ZONES:
        zones.setdefault(day_in(zone, minute), []).append(zone)
    return Today(here, tuple((day, tuple(names)) for day, names in sorted(zones.items()) if day != here))


Day = date | Today


def earliest_of(today: Day) -> date:
    """Return the earliest of the dates that it is today somewhere, for a condition that an index can check first."""
    return today if isinstance(today, date) else min([today.platform, *(day for day, _zones in today.elsewhere)])


def latest_of(today: Day) -> date:
    """Return the latest of the dates that it is today somewhere, for a condition that an index can check first."""
    return today if isinstance(today, date) else max([today.platform, *(day for day, _zones in today.elsewhere)])


def _same_day(day: date) -> date:
    """Return the day unchanged: the default of the parameter `shift` of `day_of_rows`."""
    return day


def day_of_rows(
    today: Day | Combinable, authority: str = "", shift: Callable[[date], date] = _same_day
) -> date | Combinable:
    """Return today's local date for each row, as an expression for queries.

    `today` is the date in every time zone; a plain date or an expression counts for all rows alike. `authority` is the
    lookup path from the row to the authority whose time zone counts, "" for rows that are authorities. `shift` moves a
    date, for example six months back; an expression is not moved.
    """
    if isinstance(today, date):
        return shift(today)
    if not isinstance(today, Today):
        return today
    zone = f"{authority}__time_zone__in" if authority else "time_zone__in"
    others = (When(**{zone: zones}, then=Value(shift(day))) for day, zones in today.elsewhere)
    return Case(*others, default=Value(shift(today.platform)), output_field=DateField())
