"""The days of the demonstration as of a given day: always consistent, always on working days.

Values and dates only. Stories count days from their cohort's first day; the first days are chosen here.
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

# Days before today on which each cohort began; the first one begins with the edition.
BEGAN = {"dunkerque": 520, "occitanie": 305, "metz": 72}
RESIDENCY, RESIDENCY_BEGAN, RESIDENCY_SPAN = "lycee", 105, 21  # days before today, give or take the span
FIRST = "pays_de_la_loire"

# The coming Intertransfo is the fourth: registration opens twelve weeks before it.
HELD_BEFORE = 3
INTERVAL_MONTHS = 6
SOONEST, LATEST, LIKED = 21, 84, 42  # days from today
MIDWEEK = (1, 2)  # Tuesday or Wednesday, so that both days are
CALENDARS = (Calendar("57", "B"), Calendar(None, "C"))
HOME = CALENDARS[0]


@dataclass(frozen=True, slots=True)
class Dates:
    """`today` as given; `coming`, about when the next Intertransfo is; `first_days` of the cohorts."""

    today: date
    coming: date
    first_days: Mapping[str, date]

    @property
    def edition(self) -> date:
        return self.first_days[FIRST]

    def on(self, cohort: str, day: int) -> date:
        """The working day of a cohort's story; never today or later, so that what happened is past."""
        wanted = min(self.first_days[cohort] + timedelta(days=day), self.today - ONE_DAY)
        return max(working_day(wanted), self.first_days[cohort])


def dates(today: date) -> Dates:
    """The days of the demonstration as of `today`."""
    coming = min(_possible(today), key=lambda day: (_holidays(day), abs((day - today).days - LIKED)))
    edition = working_day(coming - relativedelta(months=INTERVAL_MONTHS * (HELD_BEFORE + 1)))
    began = {name: working_day(today - timedelta(days=days)) for name, days in BEGAN.items()}
    return Dates(today, coming, {FIRST: edition, **began, RESIDENCY: _in_term(today)})


def working_day(day: date) -> date:
    """The day itself when it is worked, else the last one worked before it."""
    return day if is_working_day(day, HOME) else previous_working_day(day, HOME)


def is_open(day: date) -> bool:
    """Worked, and in no closed season."""
    return is_working_day(day, HOME) and not is_closed_season(day)


def moment(day: date) -> datetime:
    """Ten in the morning of that day in Paris."""
    return datetime.combine(day, WORKING_HOUR, PARIS)


def _in_term(today: date) -> date:
    """When the residency began: while the school was open, if it was at all around then."""
    nearest = sorted(range(-RESIDENCY_SPAN, RESIDENCY_SPAN + 1), key=abs)
    days = [working_day(today - timedelta(days=RESIDENCY_BEGAN + away)) for away in nearest]
    return next((day for day in days if not is_closed_season(day)), days[0])


def _possible(today: date) -> Iterator[date]:
    """First days of two that are worked, midweek and outside the closed seasons: there is one in any twelve weeks."""
    for day in (today + timedelta(days=days) for days in range(SOONEST, LATEST + 1)):
        if day.weekday() in MIDWEEK and is_open(day) and is_open(day + ONE_DAY):
            yield day


def _holidays(day: date) -> int:
    """How many of the calendars are on school holiday on one of the two days."""
    return sum(is_school_holiday(each, place) for place in CALENDARS for each in (day, day + ONE_DAY))
