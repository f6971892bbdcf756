"""Working days and school holidays of French authorities, and dates proposed for sessions and on-site weeks.

Values and dates only: the local calendar, the further periods and the bounds are arguments.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Final, TypeAlias

from holidays import country_holidays
from holidays.constants import SCHOOL
from holidays.countries.france import France

ZONES: Final = ("A", "B", "C")

# Corsica has the national public holidays; its own school holidays come from the table of periods.
CORSICA: Final = "20R"
SUBDIVISIONS: Final = (*(code for code in France.subdivisions if not code.startswith("Zone")), CORSICA)

# School years, named by the year they start in, whose calendar was decreed when `holidays` 0.109 was
# published (decrees of 7 December 2022, 22 October 2025 and 21 July 2026). Later ones are extrapolated
# from the usual pattern; earlier ones are unknown to it.
PUBLISHED_SCHOOL_YEARS: Final = range(2017, 2028)

# First and last (month, day) of what no exchange may touch, whatever the year.
CLOSED_SEASONS: Final = (((1, 1), (1, 2)), ((7, 10), (8, 31)), ((12, 15), (12, 31)))

MONDAY, FRIDAY, SATURDAY = 0, 4, 5
BETWEEN_WEEKS: Final = 9  # days between two on-site weeks: another week and its weekends
ONE_DAY: Final = timedelta(days=1)


class PeriodKind(StrEnum):
    """What a further period says of its days."""

    SCHOOL_HOLIDAY = "school_holiday"
    NOT_SCHOOL_HOLIDAY = "not_school_holiday"
    ELECTORAL = "electoral"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where an authority takes its days off: a code of `SUBDIVISIONS` and a school zone, each may be empty.

    Raises ValueError for a code or zone that does not exist: it would otherwise pass for the national one.
    """

    holiday_subdivision: str | None = None
    school_zone: str | None = None

    def __post_init__(self) -> None:
        if self.holiday_subdivision and self.holiday_subdivision not in SUBDIVISIONS:
            raise ValueError(f"“{self.holiday_subdivision}” is none of the subdivisions {', '.join(SUBDIVISIONS)}.")
        if self.school_zone and self.school_zone not in ZONES:
            raise ValueError(f"“{self.school_zone}” is none of the school zones {', '.join(ZONES)}.")


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both ends included, that differ from the usual calendar.

    It concerns the zones and subdivisions it names, or everybody when it names none.
    """

    start: date
    end: date
    kind: PeriodKind
    name: str = ""
    zones: frozenset[str] = frozenset()
    subdivisions: frozenset[str] = frozenset()

    def covers(self, day: date, calendar: Calendar) -> bool:
        return self.start <= day <= self.end and self.concerns(calendar)

    def concerns(self, calendar: Calendar) -> bool:
        if not (self.zones or self.subdivisions):
            return True
        return calendar.school_zone in self.zones or calendar.holiday_subdivision in self.subdivisions


Periods: TypeAlias = Collection[Period]

# Where `holidays` 0.109 is wrong. Callers add their own rows to these: (*KNOWN_CORRECTIONS, *rows).
KNOWN_CORRECTIONS: Final[tuple[Period, ...]] = (
    Period(
        date(2027, 9, 1),
        date(2027, 9, 1),
        PeriodKind.NOT_SCHOOL_HOLIDAY,
        name="Rentrée 2027",
        zones=frozenset(ZONES),
    ),
)


def days_between(start: date, end: date) -> Iterator[date]:
    """Every day from `start` to `end`, both included."""
    return (start + timedelta(days=days) for days in range((end - start).days + 1))


@lru_cache(maxsize=1024)
def public_holidays(year: int, subdivision: str | None) -> frozenset[date]:
    known = subdivision if subdivision != CORSICA else None
    return frozenset(country_holidays("FR", subdiv=known or None, years=year))


@lru_cache(maxsize=1024)
def _usual_school_holidays(year: int, zone: str) -> frozenset[date]:
    return frozenset(country_holidays("FR", subdiv=f"Zone {zone}", years=year, categories=SCHOOL))


def is_public_holiday(day: date, calendar: Calendar) -> bool:
    return day in public_holidays(day.year, calendar.holiday_subdivision)


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Neither a weekend nor a public holiday there; school holidays and closed seasons are worked."""
    return day.weekday() < SATURDAY and not is_public_holiday(day, calendar)


def previous_working_day(day: date, calendar: Calendar) -> date:
    """The last working day before `day`, never `day` itself."""
    return add_working_days(day, -1, calendar)


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it when negative); `day` itself for 0, worked or not."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, calendar)
    return day


def is_bridge(day: date, calendar: Calendar) -> bool:
    """A working day alone between two days off, as the Friday after Ascension: many take it."""
    around = (day - ONE_DAY, day + ONE_DAY)
    return is_working_day(day, calendar) and not any(is_working_day(other, calendar) for other in around)


def in_period(kind: PeriodKind, day: date, calendar: Calendar, periods: Periods) -> bool:
    return any(period.kind == kind and period.covers(day, calendar) for period in periods)


def is_school_holiday(day: date, calendar: Calendar, periods: Periods = KNOWN_CORRECTIONS) -> bool:
    """Whether pupils there are on holiday; a `not_school_holiday` period wins over everything else."""
    zone = calendar.school_zone
    usual = bool(zone) and day in _usual_school_holidays(day.year, zone or "")
    if not (usual or in_period(PeriodKind.SCHOOL_HOLIDAY, day, calendar, periods)):
        return False
    return not in_period(PeriodKind.NOT_SCHOOL_HOLIDAY, day, calendar, periods)


def has_school_calendar(day: date, calendar: Calendar, periods: Periods = KNOWN_CORRECTIONS) -> bool:
    """Return whether school holidays there are known for the school year of `day`.

    They are in a zone; elsewhere only when the periods hold one of that year that names the subdivision.
    """
    return bool(calendar.school_zone) or any(
        period.kind == PeriodKind.SCHOOL_HOLIDAY
        and calendar.holiday_subdivision in period.subdivisions
        and school_year(day) in (school_year(period.start), school_year(period.end))
        for period in periods
    )


def school_year(day: date) -> int:
    """The year in which the school year of `day` starts; school years turn on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def is_estimated(year: int) -> bool:
    """Whether the school year that starts in `year` has no published calendar to rely on."""
    return year not in PUBLISHED_SCHOOL_YEARS


def is_closed_season(day: date) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in CLOSED_SEASONS)


def is_monday_or_friday(day: date) -> bool:
    return day.weekday() in {MONDAY, FRIDAY}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Days proposed for one session or on-site week, and the compromises they make, as slugs.

    No days and the remark `no_room` when nothing is left between the bounds.
    """

    days: tuple[date, ...]
    remarks: tuple[str, ...] = ()


NO_ROOM: Final = Proposal((), ("no_room",))

# What a proposal avoids, the worst first, with the weight of one such day.
# Weights from 10**9 up are never worth taking for the sake of even spacing, which counts days squared.
COMPROMISES: Final[tuple[tuple[str, int, Callable[[date, Calendar, Periods], bool]], ...]] = (
    ("closed_season", 8 * 10**9, lambda day, _calendar, _periods: is_closed_season(day)),
    ("closed_period", 8 * 10**9, lambda day, place, periods: in_period(PeriodKind.CLOSED, day, place, periods)),
    ("school_holiday", 2 * 10**9, is_school_holiday),
    ("bridge", 10**9, lambda day, place, _periods: is_bridge(day, place)),
    ("monday_or_friday", 400, lambda day, _calendar, _periods: is_monday_or_friday(day)),
)
OF_A_WEEK: Final = tuple(row for row in COMPROMISES if row[0] != "monday_or_friday")
INTERRUPTED: Final = 10**9  # a session that a weekend or a holiday cuts in two
PUBLIC_HOLIDAY: Final = 3 * 10**9  # one day lost of an on-site week
BEYOND: Final = 10**30

# Days better left to others, each with the remark of a proposal that takes it all the same, and its weight.
Avoided: TypeAlias = Mapping[date, tuple[str, int]]
NOTHING_AVOIDED: Final[Avoided] = {}


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: date
    last: date
    proposal: Proposal
    weight: int


def spread(
    count: int,
    start: date,
    end: date,
    calendar: Calendar,
    *,
    days_per_session: int = 1,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Collection[date] = (),
    avoided: Avoided = NOTHING_AVOIDED,
) -> list[Proposal]:
    """Dates for `count` sessions, in order and as even as can be, each on successive working days.

    School holidays, closed seasons and periods, and bridges are avoided wherever any choice of dates
    avoids them; what remains is named in the remarks. Days in `taken`, and days outside `start` to `end`,
    are never proposed: sessions that find no room come last, as `NO_ROOM`.
    """
    lengths = [days_per_session] * count
    return spread_lengths(lengths, start, end, calendar, periods=periods, taken=taken, avoided=avoided)


def spread_lengths(
    lengths: Sequence[int],
    start: date,
    end: date,
    calendar: Calendar,
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Collection[date] = (),
    avoided: Avoided = NOTHING_AVOIDED,
) -> list[Proposal]:
    """Propose dates as `spread` does, for sessions that last so many days each, in order."""
    if min(lengths, default=1) < 1:
        raise ValueError("A session lasts one day at least.")
    busy, near = frozenset(taken), periods_near(periods, start, end)
    worked = [day for day in days_between(start, end) if is_working_day(day, calendar)]
    by_length = {
        length: [
            _session(run, calendar, near, avoided)
            for at in range(len(worked) - length + 1)
            if busy.isdisjoint(run := tuple(worked[at : at + length]))
        ]
        for length in set(lengths)
    }
    return _place([by_length[length] for length in lengths], start, end, apart=0)


def separate_weeks(
    start: date,
    end: date,
    count: int = 3,
    *,
    calendar: Calendar,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Collection[date] = (),
    avoided: Avoided = NOTHING_AVOIDED,
) -> list[Proposal]:
    """Whole on-site weeks, Monday to Friday, with at least one other week between two of them.

    A week that a public holiday shortens keeps its other days and says so. Bounds, `taken` and
    `NO_ROOM` are those of `spread`.
    """
    monday = start + timedelta(days=-start.weekday() % 7)
    mondays = (day for day in days_between(monday, end - timedelta(days=FRIDAY)) if day.weekday() == MONDAY)
    near, busy = periods_near(periods, start, end), frozenset(taken)
    weeks = (tuple(days_between(day, day + timedelta(days=FRIDAY))) for day in mondays)
    candidates = [_week(week, calendar, near, avoided) for week in weeks if busy.isdisjoint(week)]
    return _place([candidates] * count, start, end, apart=BETWEEN_WEEKS)


def periods_near(periods: Periods, start: date, end: date) -> list[Period]:
    """Return the periods of the school years that `start` to `end` touch."""
    first, last = start - timedelta(days=366), end + timedelta(days=366)
    return [period for period in periods if period.start <= last and period.end >= first]


def _session(days: tuple[date, ...], calendar: Calendar, periods: Periods, avoided: Avoided) -> _Candidate:
    remarks, weight = _compromises(days, calendar, periods, avoided, COMPROMISES)
    if any(later - earlier > ONE_DAY for earlier, later in pairwise(days)):
        remarks, weight = ["interrupted", *remarks], weight + INTERRUPTED
    return _Candidate(days[0], days[-1], Proposal(days, tuple(remarks)), weight)


def _week(week: tuple[date, ...], calendar: Calendar, periods: Periods, avoided: Avoided) -> _Candidate:
    days = tuple(day for day in week if is_working_day(day, calendar))
    remarks, weight = _compromises(days, calendar, periods, avoided, OF_A_WEEK)
    if lost := len(week) - len(days):
        remarks, weight = ["public_holiday", *remarks], weight + lost * PUBLIC_HOLIDAY
    return _Candidate(week[0], week[-1], Proposal(days, tuple(remarks)), weight)


def _compromises(
    days: Sequence[date],
    calendar: Calendar,
    periods: Periods,
    avoided: Avoided,
    table: Sequence[tuple[str, int, Callable[[date, Calendar, Periods], bool]]],
) -> tuple[list[str], int]:
    touched = [(slug, weight, sum(touches(day, calendar, periods) for day in days)) for slug, weight, touches in table]
    remarks = [slug for slug, _weight, times in touched if times]
    if calendar.school_zone and any(is_estimated(school_year(day)) for day in days):
        remarks.append("estimated_calendar")
    if not all(has_school_calendar(day, calendar, periods) for day in days):
        remarks.append("unknown_school_calendar")
    others = [avoided[day] for day in days if day in avoided]
    remarks += dict.fromkeys(slug for slug, _weight in others)
    return remarks, sum(weight * times for _slug, weight, times in touched) + sum(weight for _slug, weight in others)


def _place(choices: Sequence[Sequence[_Candidate]], start: date, end: date, *, apart: int) -> list[Proposal]:
    """Return one proposal for each list of candidates, those without room last; more than `apart` days separate two."""
    room = _room(choices, apart)
    if not room:
        return [NO_ROOM] * len(choices)
    width = (choices[0][0].last - choices[0][0].first).days
    chosen = _cheapest(choices[:room], _centres(room, start, end - timedelta(days=width)), apart)
    return [*(candidate.proposal for candidate in chosen), *[NO_ROOM] * (len(choices) - room)]


def _room(choices: Sequence[Sequence[_Candidate]], apart: int) -> int:
    """Return how many can be placed in order: taking the first that fits each time leaves most room."""
    free_from = date.min
    for placed, candidates in enumerate(choices):
        fits = bisect_left(candidates, free_from, key=lambda candidate: candidate.first)
        if fits == len(candidates):
            return placed
        free_from = candidates[fits].last + timedelta(days=apart + 1)
    return len(choices)


def _centres(count: int, start: date, end: date) -> list[date]:
    """The middle days of `count` equal slices of the span."""
    span = (end - start).days + 1
    return [start + timedelta(days=((2 * place + 1) * span - count) // (2 * count)) for place in range(count)]


def _cheapest(choices: Sequence[Sequence[_Candidate]], targets: Sequence[date], apart: int) -> list[_Candidate]:
    """One candidate per target, in order: the least total of weights and squared days from the targets.

    Exact, by dynamic programming: `best[k]` is the cheapest chain that ends among the first k candidates for the
    target before. Of two equal chains the earlier one wins.
    """
    best: list[tuple[int, tuple[_Candidate, ...]]] = [(0, ())]
    lasts: list[date] = []
    for candidates, target in zip(choices, targets, strict=True):
        row: list[tuple[int, tuple[_Candidate, ...]]] = [(BEYOND, ())]
        for candidate in candidates:
            cost, chain = best[bisect_left(lasts, candidate.first - timedelta(days=apart))]
            cost += candidate.weight + (candidate.first - target).days ** 2
            row.append(min(row[-1], (cost, (*chain, candidate)), key=itemgetter(0)))
        best, lasts = row, [candidate.last for candidate in candidates]
    return list(best[-1][1])
