"""Today's date in a time zone, on the platform, and at each authority of a list. No other module asks for it.

What happens at an authority happens on its local day (docs/decisions/0036): use `programmes.clock` or `cohorts.clock`,
or compare each row with its local day (`day_of_rows`).
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
    """Return the date of a moment in a time zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def platform_day(at: datetime) -> date:
    """Return the date of a moment in the platform's time zone, for what belongs to no authority."""
    return timezone.localdate(at)


def platform_today() -> date:
    """Return today's date in the platform's time zone, for what belongs to no authority."""
    return timezone.localdate()


@dataclass(frozen=True, slots=True)
class Today:
    """Today's date everywhere: that of the platform, and the zones in which it is another one."""

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


def _unshifted(day: date) -> date:
    return day


def day_of_rows(
    today: Day | Combinable, authority: str = "", shift: Callable[[date], date] = _unshifted
) -> date | Combinable:
    """Return an expression for today's local date of each row; plain dates and expressions are returned as they are.

    `authority` is the lookup path from the row to its authority, empty for authorities. `shift` moves the day, for
    example six months back.
    """
    if isinstance(today, date):
        return shift(today)
    if not isinstance(today, Today):
        return today
    zone = f"{authority}__time_zone__in" if authority else "time_zone__in"
    others = (When(**{zone: zones}, then=Value(shift(day))) for day, zones in today.elsewhere)
    return Case(*others, default=Value(shift(today.platform)), output_field=DateField())
