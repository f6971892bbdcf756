"""Working days and school holidays of French authorities, and date proposals for sessions and on-site weeks.

Pure: the authority's calendar, the table of additional periods and the first and last possible day are arguments.
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

from holidays.constants import SCHOOL

from programmes.french_holidays import FrenchHolidays

ZONES: Final = ("A", "B", "C")

# Corsica has the national public holidays; its own school holidays come from the table of periods.
CORSICA: Final = "20R"
SUBDIVISIONS: Final = (*(code for code in FrenchHolidays.subdivisions if not code.startswith("Zone")), CORSICA)

# School years, named by the year they start in, whose calendar was decreed when `holidays` 0.109 was
# published (decrees of 7 December 2022, 22 October 2025 and 21 July 2026). Later ones are extrapolated
# from the usual pattern; earlier ones are unknown to it.
PUBLISHED_SCHOOL_YEARS: Final = range(2017, 2028)

# First and last (month, day) of the seasons in which no exchange takes place.
CLOSED_SEASONS: Final = (((1, 1), (1, 2)), ((7, 10), (8, 31)), ((12, 15), (12, 31)))

MONDAY, FRIDAY, SATURDAY = 0, 4, 5
MIN_DAYS_BETWEEN_WEEKS: Final = 9  # days between two on-site weeks: another week and its weekends
ONE_DAY: Final = timedelta(days=1)


class PeriodKind(StrEnum):
    """What the days of a period from the editable table are: school holidays, school days, election time or closed."""

    SCHOOL_HOLIDAY = "school_holiday"
    NOT_SCHOOL_HOLIDAY = "not_school_holiday"
    ELECTORAL = "electoral"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The holidays that apply to an authority: a code of `SUBDIVISIONS` and a school zone; each may be None or empty.

    Raises ValueError for an unknown code or zone, which would otherwise be treated as the national calendar.
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
    """A period of days, both ends included, that adds to or corrects the published calendars.

    It applies to the school zones and holiday subdivisions it names, or everywhere when it names none.
    """

    start: date
    end: date
    kind: PeriodKind
    name: str = ""
    zones: frozenset[str] = frozenset()
    subdivisions: frozenset[str] = frozenset()

    def covers(self, day: date, calendar: Calendar) -> bool:
        """Return whether the day lies in the period, both ends included, and the period applies to that authority's
        calendar.
        """
        return self.start <= day <= self.end and self.concerns(calendar)

    def concerns(self, calendar: Calendar) -> bool:
        """Return whether the period applies to that authority's calendar: it names its zone or subdivision, or none at
        all.
        """
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
    """Yield every day from `start` to `end`, both included; none when `end` is before `start`."""
    return (start + timedelta(days=days) for days in range((end - start).days + 1))


@lru_cache(maxsize=1024)
def public_holidays(year: int, subdivision: str | None) -> frozenset[date]:
    """Return the public holidays of a year in a holiday subdivision, given by its code such as "57" (Moselle).

    None stands for the national ones; Corsica has these too.
    """
    local = subdivision if subdivision != CORSICA else None
    return frozenset(FrenchHolidays(subdiv=local or None, years=year))


@lru_cache(maxsize=1024)
def _usual_school_holidays(year: int, zone: str) -> frozenset[date]:
    """Return the school holidays of a calendar year in school zone A, B or C, without the table of periods."""
    return frozenset(FrenchHolidays(subdiv=f"Zone {zone}", years=year, categories=SCHOOL))


def is_public_holiday(day: date, calendar: Calendar) -> bool:
    """Return whether the day is a public holiday in the authority's holiday subdivision, or a national one if it has
    none.
    """
    return day in public_holidays(day.year, calendar.holiday_subdivision)


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Return whether the day is neither a weekend nor a public holiday in that authority's calendar.

    School holidays, bridges and closed seasons are working days.
    """
    return day.weekday() < SATURDAY and not is_public_holiday(day, calendar)


def previous_working_day(day: date, calendar: Calendar) -> date:
    """Return the last working day of that authority's calendar before `day`, never `day` itself."""
    return add_working_days(day, -1, calendar)


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """Return the `count`-th working day after `day` in that authority's calendar; with a negative count, before it.

    A count of 0 returns `day` itself, even when it is not a working day.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, calendar)
    return day


def is_bridge(day: date, calendar: Calendar) -> bool:
    """Return whether the day is a single working day between two days off, such as the Friday after Ascension Day."""
    neighbours = (day - ONE_DAY, day + ONE_DAY)
    return is_working_day(day, calendar) and not any(is_working_day(other, calendar) for other in neighbours)


def in_period(kind: PeriodKind, day: date, calendar: Calendar, periods: Periods) -> bool:
    """Return whether one of the periods of this kind covers the day and applies to that authority's calendar."""
    return any(period.kind == kind and period.covers(day, calendar) for period in periods)


def is_school_holiday(day: date, calendar: Calendar, periods: Periods = KNOWN_CORRECTIONS) -> bool:
    """Return whether schools are on holiday that day in the authority's school zone, or by one of the `periods`.

    A period that says that schools are open overrides both. Without a zone only the periods count.
    """
    zone = calendar.school_zone
    usual = bool(zone) and day in _usual_school_holidays(day.year, zone or "")
    if not (usual or in_period(PeriodKind.SCHOOL_HOLIDAY, day, calendar, periods)):
        return False
    return not in_period(PeriodKind.NOT_SCHOOL_HOLIDAY, day, calendar, periods)


def has_school_calendar(day: date, calendar: Calendar, periods: Periods = KNOWN_CORRECTIONS) -> bool:
    """Return whether the authority's school holidays are known for the school year of `day`.

    They are known in a school zone; elsewhere only when one of the periods is a school holiday of that school year that
    names the authority's subdivision.
    """
    return bool(calendar.school_zone) or any(
        period.kind == PeriodKind.SCHOOL_HOLIDAY
        and calendar.holiday_subdivision in period.subdivisions
        and school_year(day) in (school_year(period.start), school_year(period.end))
        for period in periods
    )


def school_year(day: date) -> int:
    """Return the year in which the school year of `day` starts; school years start on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def is_estimated(year: int) -> bool:
    """Return whether no calendar is published for the school year that starts in `year`, so that it is extrapolated."""
    return year not in PUBLISHED_SCHOOL_YEARS


def is_closed_season(day: date) -> bool:
    """Return whether the day lies between 10 July and 31 August or between 15 December and 2 January of any year.

    No exchange takes place on such a day.
    """
    return any(first <= (day.month, day.day) <= last for first, last in CLOSED_SEASONS)


def is_monday_or_friday(day: date) -> bool:
    """Return whether the day is a Monday or a Friday, which proposals of dates avoid where they can."""
    return day.weekday() in {MONDAY, FRIDAY}


@dataclass(frozen=True, slots=True)
class DateProposal:
    """The days proposed for one session or on-site week.

    `remarks` are slugs of the reasons against these days, such as "school_holiday". Without a free date there are no
    days, and the remark is `no_room`.
    """

    days: tuple[date, ...]
    remarks: tuple[str, ...] = ()


NO_DATE_LEFT: Final = DateProposal((), ("no_room",))

# What a proposal avoids, the worst first, with the weight of one day.
# Even spacing counts squared days, so it never outweighs a weight of 10**9 or more.
COMPROMISES: Final[tuple[tuple[str, int, Callable[[date, Calendar, Periods], bool]], ...]] = (
    ("closed_season", 8 * 10**9, lambda day, _calendar, _periods: is_closed_season(day)),
    ("closed_period", 8 * 10**9, lambda day, calendar, periods: in_period(PeriodKind.CLOSED, day, calendar, periods)),
    ("school_holiday", 2 * 10**9, is_school_holiday),
    ("bridge", 10**9, lambda day, calendar, _periods: is_bridge(day, calendar)),
    ("monday_or_friday", 400, lambda day, _calendar, _periods: is_monday_or_friday(day)),
)
WEEK_COMPROMISES: Final = tuple(row for row in COMPROMISES if row[0] != "monday_or_friday")
INTERRUPTED_WEIGHT: Final = 10**9  # a session interrupted by a weekend or a holiday
PUBLIC_HOLIDAY_WEIGHT: Final = 3 * 10**9  # one day lost of an on-site week
UNREACHABLE_COST: Final = 10**30

# Days to avoid, each with the remark of a proposal that uses it and its weight.
Avoided: TypeAlias = Mapping[date, tuple[str, int]]
NOTHING_AVOIDED: Final[Avoided] = {}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Possible dates of one session or week: first and last day, the proposal, and the weight of its compromises."""

    first: date
    last: date
    proposal: DateProposal
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
) -> list[DateProposal]:
    """Propose dates for `count` sessions, in order and as evenly as possible, each on successive working days.

    School holidays, closed seasons and periods, and bridges are avoided where possible; those that cannot be avoided
    are named in the remarks. `avoided` maps more days to avoid to a pair of remark and weight.

    Days in `taken`, and days outside `start` to `end`, are never proposed: sessions without a free date come last, with
    no days and the remark "no_room".
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
) -> list[DateProposal]:
    """Propose dates for sessions of different lengths, in order and as evenly as possible from `start` to `end`.

    `lengths` holds the number of successive working days of each session; raises ValueError for one below 1. School
    holidays, closed seasons and bridges are avoided where possible. Days in `taken` are never proposed; `avoided` maps
    more days to avoid to a pair of remark and weight. Sessions without a free date come last, with no days and the
    remark "no_room".
    """
    if min(lengths, default=1) < 1:
        raise ValueError("A session lasts one day at least.")
    unavailable_days, nearby_periods = frozenset(taken), periods_near(periods, start, end)
    working_days = [day for day in days_between(start, end) if is_working_day(day, calendar)]
    by_length = {
        length: [
            _session_candidate(run, calendar, nearby_periods, avoided)
            for at in range(len(working_days) - length + 1)
            if unavailable_days.isdisjoint(run := tuple(working_days[at : at + length]))
        ]
        for length in set(lengths)
    }
    return _choose_dates([by_length[length] for length in lengths], start, end, apart=0)


def separate_weeks(
    start: date,
    end: date,
    count: int = 3,
    *,
    calendar: Calendar,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Collection[date] = (),
    avoided: Avoided = NOTHING_AVOIDED,
) -> list[DateProposal]:
    """Propose `count` on-site weeks, Monday to Friday, as evenly as possible, with at least one other week between two
    of them.

    A week shortened by a public holiday keeps its other days and has a remark. Weeks outside `start` to `end` or with a
    day in `taken` are never proposed; weeks without a free date come last, with no days and the remark "no_room".
    `avoided` maps more days to avoid to a pair of remark and weight.
    """
    monday = start + timedelta(days=-start.weekday() % 7)
    mondays = (day for day in days_between(monday, end - timedelta(days=FRIDAY)) if day.weekday() == MONDAY)
    nearby_periods, unavailable_days = periods_near(periods, start, end), frozenset(taken)
    weeks = (tuple(days_between(day, day + timedelta(days=FRIDAY))) for day in mondays)
    candidates = [
        _week_candidate(week, calendar, nearby_periods, avoided) for week in weeks if unavailable_days.isdisjoint(week)
    ]
    return _choose_dates([candidates] * count, start, end, apart=MIN_DAYS_BETWEEN_WEEKS)


def periods_near(periods: Periods, start: date, end: date) -> list[Period]:
    """Return the periods that touch the time from a year before `start` to a year after `end`.

    These include every period of the school years that have a day between `start` and `end`.
    """
    first, last = start - timedelta(days=366), end + timedelta(days=366)
    return [period for period in periods if period.start <= last and period.end >= first]


def _session_candidate(days: tuple[date, ...], calendar: Calendar, periods: Periods, avoided: Avoided) -> _Candidate:
    """Return the possible dates of one session on these days, with remarks and the weight of its compromises.

    A day off that interrupts the session adds a remark. `avoided` maps more days to avoid to a pair of remark and
    weight.
    """
    remarks, weight = _compromises(days, calendar, periods, avoided, COMPROMISES)
    if any(later - earlier > ONE_DAY for earlier, later in pairwise(days)):
        remarks, weight = ["interrupted", *remarks], weight + INTERRUPTED_WEIGHT
    return _Candidate(days[0], days[-1], DateProposal(days, tuple(remarks)), weight)


def _week_candidate(week: tuple[date, ...], calendar: Calendar, periods: Periods, avoided: Avoided) -> _Candidate:
    """Return the possible dates of one on-site week, its five days without public holidays, with remarks and their
    weight.

    Each public holiday adds to the weight. `avoided` maps more days to avoid to a pair of remark and weight.
    """
    days = tuple(day for day in week if is_working_day(day, calendar))
    remarks, weight = _compromises(days, calendar, periods, avoided, WEEK_COMPROMISES)
    if lost := len(week) - len(days):
        remarks, weight = ["public_holiday", *remarks], weight + lost * PUBLIC_HOLIDAY_WEIGHT
    return _Candidate(week[0], week[-1], DateProposal(days, tuple(remarks)), weight)


def _compromises(
    days: Sequence[date],
    calendar: Calendar,
    periods: Periods,
    avoided: Avoided,
    table: Sequence[tuple[str, int, Callable[[date, Calendar, Periods], bool]]],
) -> tuple[list[str], int]:
    """Return the remarks on these days (slugs such as "bridge") and their total weight.

    `table` lists what to avoid, as triples of remark, weight of one day and test of a day; `avoided` maps more days to
    avoid to a pair of remark and weight. Estimated or unknown school holidays add a remark without weight.
    """
    counted = [(slug, weight, sum(touches(day, calendar, periods) for day in days)) for slug, weight, touches in table]
    remarks = [slug for slug, _weight, times in counted if times]
    if calendar.school_zone and any(is_estimated(school_year(day)) for day in days):
        remarks.append("estimated_calendar")
    if not all(has_school_calendar(day, calendar, periods) for day in days):
        remarks.append("unknown_school_calendar")
    avoided_days = [avoided[day] for day in days if day in avoided]
    remarks += dict.fromkeys(slug for slug, _weight in avoided_days)
    return remarks, sum(weight * times for _slug, weight, times in counted) + sum(
        weight for _slug, weight in avoided_days
    )


def _choose_dates(choices: Sequence[Sequence[_Candidate]], start: date, end: date, *, apart: int) -> list[DateProposal]:
    """Return one proposal per session, in order: the cheapest and most even choice among the candidates of each.

    `choices` holds the candidates of each session, by date. At least `apart` full days lie between two sessions.
    Sessions without a date come last, with no days and the remark "no_room".
    """
    placeable_count = _count_placeable(choices, apart)
    if not placeable_count:
        return [NO_DATE_LEFT] * len(choices)
    width = (choices[0][0].last - choices[0][0].first).days
    candidates = _cheapest_candidates(
        choices[:placeable_count], _evenly_spaced_days(placeable_count, start, end - timedelta(days=width)), apart
    )
    return [*(candidate.proposal for candidate in candidates), *[NO_DATE_LEFT] * (len(choices) - placeable_count)]


def _count_placeable(choices: Sequence[Sequence[_Candidate]], apart: int) -> int:
    """Return how many sessions, in order, find a date among their candidates with at least `apart` full days between
    two.

    `choices` holds the candidates of each session, by date. Taking the first candidate that fits each time leaves most
    room.
    """
    free_from = date.min
    for count, candidates in enumerate(choices):
        fits = bisect_left(candidates, free_from, key=lambda candidate: candidate.first)
        if fits == len(candidates):
            return count
        free_from = candidates[fits].last + timedelta(days=apart + 1)
    return len(choices)


def _evenly_spaced_days(count: int, start: date, end: date) -> list[date]:
    """Return the middle days of `count` equal parts of the time from `start` to `end`: dates as evenly spaced as
    possible.
    """
    span = (end - start).days + 1
    return [start + timedelta(days=((2 * index + 1) * span - count) // (2 * count)) for index in range(count)]


def _cheapest_candidates(
    choices: Sequence[Sequence[_Candidate]], targets: Sequence[date], apart: int
) -> list[_Candidate]:
    """Return one candidate per target day, in order, with the least total of weights and squared days from the targets.

    At least `apart` full days lie between two; `choices` holds the candidates of each target, by date. Exact, by
    dynamic programming: `best[k]` is the cheapest chain that ends among the first k candidates for the target before.
    Of two equal chains the earlier one wins.
    """
    best: list[tuple[int, tuple[_Candidate, ...]]] = [(0, ())]
    lasts: list[date] = []
    for candidates, target in zip(choices, targets, strict=True):
        row: list[tuple[int, tuple[_Candidate, ...]]] = [(UNREACHABLE_COST, ())]
        for candidate in candidates:
            cost, chain = best[bisect_left(lasts, candidate.first - timedelta(days=apart))]
            cost += candidate.weight + (candidate.first - target).days ** 2
            row.append(min(row[-1], (cost, (*chain, candidate)), key=itemgetter(0)))
        best, lasts = row, [candidate.last for candidate in candidates]
    return list(best[-1][1])
