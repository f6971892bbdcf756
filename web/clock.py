"""The day it is: in a time zone, on the platform, and at each authority of a list. Nothing else asks for today's date.

What happens at an authority happens on its own day (docs/decisions/0036): ask `programmes.clock` or `cohorts.clock`,
or compare each row with its own day (`day_of_rows`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Case, DateField, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

# Where French authorities are.
ZONES: Final = (
    "Europe/Paris",
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Marigot",
    "America/Martinique",
    "America/Miquelon",
    "America/St_Barthelemy",
    "Indian/Kerguelen",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)


def day_in(zone: str, at: datetime) -> date:
    """Return the day of a moment in a time zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def platform_day(at: datetime) -> date:
    """Return the day of a moment where the platform is: for what belongs to no authority."""
    return timezone.localdate(at)


def platform_today() -> date:
    """Return today's date where the platform is: for what belongs to no authority."""
    return timezone.localdate()


@dataclass(frozen=True, slots=True)
class Today:
    """Today's date at all authorities: `platform` where the platform is, and the zones in which it is another day."""

    platform: date
    elsewhere: tuple[tuple[date, tuple[str, ...]], ...] = ()

    def at(self, zone: str) -> date:
        """Return today's date in a time zone."""
        return next((day for day, zones in self.elsewhere if zone in zones), self.platform)


def today_everywhere(at: datetime | None = None) -> Today:
    """Return today's date in every zone, or that of another moment."""
    at = at or timezone.now()
    here, zones = platform_day(at), dict[date, list[str]]()
    for zone in ZONES:
        zones.setdefault(day_in(zone, at), []).append(zone)
    return Today(here, tuple((day, tuple(found)) for day, found in sorted(zones.items()) if day != here))


Day = date | Today


def _same(day: date) -> date:
    return day


def day_of_rows(
    today: Day | Combinable, authority: str = "", shift: Callable[[date], date] = _same
) -> date | Combinable:
    """Return today's date of each row, for comparison with its columns; a plain date is the same for all rows, and
    an expression is left as it is.

    `authority` leads from the row to its authority, empty for authorities. `shift` counts from the day, as six months
    back.
    """
    if isinstance(today, date):
        return shift(today)
    if not isinstance(today, Today):
        return today
    zone = f"{authority}__time_zone__in" if authority else "time_zone__in"
    others = (When(**{zone: zones}, then=Value(shift(day))) for day, zones in today.elsewhere)
    return Case(*others, default=Value(shift(today.platform)), output_field=DateField())
