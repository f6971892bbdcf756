"""The dates of the demonstration relative to a given date: consistent, and always working days.

Only values and dates. Stories count days from their cohort's first day; the first days are chosen here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from programmes.workdays import Calendar, is_closed_season, is_school_holiday, is_working_day, previous_working_day

PARIS = ZoneInfo("Europe/Paris")
WORKING_HOUR = time(10)
ONE_DAY = timedelta(days=1)

# How many days before today each cohort started; the first cohort starts with the edition.
STARTED_DAYS_AGO = {"dunkerque": 520, "occitanie": 305, "metz": 72}
RESIDENCY, RESIDENCY_STARTED_DAYS_AGO, RESIDENCY_SPAN = "lycee", 105, 21  # days before today, plus or minus the span
FIRST_COHORT = "pays_de_la_loire"

# The coming Intertransfo is the fourth: registration opens twelve weeks before it.
EXCHANGES_HELD = 3
INTERVAL_MONTHS = 6
MIN_DAYS_AHEAD, MAX_DAYS_AHEAD, PREFERRED_DAYS_AHEAD = 21, 84, 42  # days from today
MIDWEEK = (1, 2)  # Tuesday or Wednesday, so that both days are midweek
CALENDARS = (Calendar("57", "B"), Calendar(None, "C"))
HOME_CALENDAR = CALENDARS[0]


@dataclass(frozen=True, slots=True)
class Dates:
    """The date taken as `today`, the approximate date of the next Intertransfo (`coming`), and each cohort's first day
    by name.
    """

    today: date
    coming: date
    first_days: Mapping[str, date]

    @property
    def edition(self) -> date:
        """The first day of the edition, which is that of its first cohort."""
        return self.first_days[FIRST_COHORT]

    def on(self, cohort: str, day: int) -> date:
        """Return the date of a day in the story of the cohort called `cohort`: a working day before today.

        `day` counts from the cohort's first day. A later day becomes yesterday; no date is before the first day.
        """
        wanted = min(self.first_days[cohort] + timedelta(days=day), self.today - ONE_DAY)
        return max(working_day(wanted), self.first_days[cohort])


def dates(today: date) -> Dates:
    """Return the dates of the demonstration when `today` is taken as today: next Intertransfo, and first day of each
    cohort.
    """
    coming = min(
        _possible_exchange_days(today),
        key=lambda day: (_count_holidays(day), abs((day - today).days - PREFERRED_DAYS_AHEAD)),
    )
    edition = working_day(coming - relativedelta(months=INTERVAL_MONTHS * (EXCHANGES_HELD + 1)))
    starts = {name: working_day(today - timedelta(days=days)) for name, days in STARTED_DAYS_AGO.items()}
    return Dates(today, coming, {FIRST_COHORT: edition, **starts, RESIDENCY: _residency_start(today)})


def working_day(day: date) -> date:
    """Return `day` itself when it is a working day (in Moselle, school zone B), else the last working day before it."""
    return day if is_working_day(day, HOME_CALENDAR) else previous_working_day(day, HOME_CALENDAR)


def is_open(day: date) -> bool:
    """Return whether a day is a working day outside the closed seasons: 10 July–31 August and 15 December–2 January."""
    return is_working_day(day, HOME_CALENDAR) and not is_closed_season(day)


def moment(day: date) -> datetime:
    """Return ten in the morning in Paris on the date `day`: the time at which the demonstration's actions happen."""
    return datetime.combine(day, WORKING_HOUR, PARIS)


def _residency_start(today: date) -> date:
    """Return the first day of the residency: the working day nearest to 105 days before `today` outside closed seasons.

    At most 21 days away from that; where all of these are in a closed season, the nearest.
    """
    nearest = sorted(range(-RESIDENCY_SPAN, RESIDENCY_SPAN + 1), key=abs)
    days = [working_day(today - timedelta(days=RESIDENCY_STARTED_DAYS_AGO + away)) for away in nearest]
    return next((day for day in days if not is_closed_season(day)), days[0])


def _possible_exchange_days(today: date) -> Iterator[date]:
    """Yield the days, three to twelve weeks after `today`, on which the coming Intertransfo could begin.

    Both its days are working days from Tuesday to Thursday outside closed seasons; there is one in any twelve weeks.
    """
    for day in (today + timedelta(days=days) for days in range(MIN_DAYS_AHEAD, MAX_DAYS_AHEAD + 1)):
        if day.weekday() in MIDWEEK and is_open(day) and is_open(day + ONE_DAY):
            yield day


def _count_holidays(day: date) -> int:
    """Return how many school holidays, over the calendars of two places, fall on this day and the day after: 0 to 4."""
    return sum(is_school_holiday(each, calendar) for calendar in CALENDARS for each in (day, day + ONE_DAY))
