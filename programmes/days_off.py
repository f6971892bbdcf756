"""Public holidays, school holidays and closed periods of authorities, with their names, for pages of calendars."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Final

from django.utils.translation import gettext as _

from programmes.enums import CalendarPeriodKind, HolidayArea
from programmes.french_holidays import FrenchHolidays
from programmes.workdays import (
    CORSICA,
    Calendar,
    PeriodKind,
    Periods,
    days_between,
    is_closed_season,
    is_school_holiday,
    periods_near,
)
from web.calendars.events import DayOffKind, DaysOff
from web.dates.runs import consecutive_runs

LANGUAGES: Final[Mapping[str, str]] = {"fr": "fr", "en": "en_US"}  # of the names in `holidays`
LONGEST: Final = timedelta(days=75)  # longer than the summer holidays: a period is looked for that far on both sides


def days_off(
    calendars: Collection[Calendar], periods: Periods, first: date, last: date, language: str
) -> list[DaysOff]:
    """Return what concerns authorities with one of these calendars from `first` to `last`, by first day.

    These are public holidays, school holidays of each zone and area, and closed and electoral periods. A period that
    begins before or ends after these days has its own first and last day. Names are in `language`, "fr" or "en".
    """
    rows = [
        *_public_holidays(calendars, first, last, language),
        *_school_holidays(calendars, periods_near(periods, first, last), first, last),
        *_closed_seasons(first, last),
        *_closed_periods(calendars, periods),
    ]
    return sorted(row for row in rows if row.first <= last and row.last >= first)


@lru_cache(maxsize=256)
def _holiday_names(year: int, subdivision: str | None, language: str) -> Mapping[date, str]:
    """Return the names of the public holidays of a year in a holiday subdivision, or nationally for None."""
    return dict(FrenchHolidays(subdiv=subdivision, years=year, language=LANGUAGES[language]))


def _public_holidays(calendars: Collection[Calendar], first: date, last: date, language: str) -> Iterator[DaysOff]:
    """Yield the national public holidays, and those of the calendars' own areas with the area's name."""
    areas = sorted({each.holiday_subdivision for each in calendars if each.holiday_subdivision} - {CORSICA})
    for year in range(first.year, last.year + 1):
        national = _holiday_names(year, None, language)
        for day, name in national.items():
            yield DaysOff(day, day, DayOffKind.HOLIDAY, name, name)
        for area in areas:
            for day, name in _holiday_names(year, area, language).items():
                if day not in national:
                    local = _("%(holiday)s (%(area)s)") % {"holiday": name, "area": _area_name(area)}
                    yield DaysOff(day, day, DayOffKind.HOLIDAY, local, name)


def _school_holidays(calendars: Collection[Calendar], periods: Periods, first: date, last: date) -> Iterator[DaysOff]:
    """Yield the school holidays of the calendars' zones, and of their areas that have no zone."""
    zones = sorted({each.school_zone for each in calendars if each.school_zone})
    areas = sorted({each.holiday_subdivision or "" for each in calendars if not each.school_zone} - {""})
    parts = [(Calendar(None, zone), _("Zone %(zone)s") % {"zone": zone}) for zone in zones]
    parts += [(Calendar(area), _area_name(area)) for area in areas]
    for calendar, place in parts:
        name = _("School holidays, %(place)s") % {"place": place}
        for run in _runs(partial(is_school_holiday, calendar=calendar, periods=periods), first, last):
            yield DaysOff(run[0], run[-1], DayOffKind.SCHOOL, name, place)


def _closed_seasons(first: date, last: date) -> Iterator[DaysOff]:
    """Yield the seasons in which services are half empty: 10 July to 31 August, 15 December to 2 January."""
    name = _("Services half empty")
    for run in _runs(is_closed_season, first, last):
        yield DaysOff(run[0], run[-1], DayOffKind.CLOSED, name, name)


def _closed_periods(calendars: Collection[Calendar], periods: Periods) -> Iterable[DaysOff]:
    """Yield the closed and electoral periods of the lab's table that apply to one of the calendars."""
    for period in periods:
        if period.kind in (PeriodKind.CLOSED, PeriodKind.ELECTORAL) and any(map(period.concerns, calendars)):
            name = period.name or str(CalendarPeriodKind(period.kind).label)
            yield DaysOff(period.start, period.end, DayOffKind.CLOSED, name, name)


def _runs(is_off: Callable[[date], bool], first: date, last: date) -> list[list[date]]:
    """Return the days off in and near the days from `first` to `last`, as runs without a gap."""
    return consecutive_runs(day for day in days_between(first - LONGEST, last + LONGEST) if is_off(day))


def _area_name(area: str) -> str:
    """Return the name of a holiday subdivision, such as Moselle; its code for one that is not in our list."""
    return str(HolidayArea(area).label) if area in HolidayArea.values else area
