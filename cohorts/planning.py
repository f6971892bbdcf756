"""The calendar of a cohort before anything is saved: phases and sessions drawn from a format and a first day.

Values and dates only: the format's numbers, the authority's calendar and the further periods are arguments.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from programmes.workdays import Calendar, Period, Proposal, separate_weeks, spread

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PhaseMonths:
    """A phase in months from the start (`start` inclusive, `end` exclusive)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """The numbers of a format that make a calendar; `sessions` counts the on-site weeks too."""

    months: int
    sessions: int
    days_per_session: int = 1
    onsite_weeks: int = 0
    phases: tuple[PhaseMonths, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase with its first and last day, both included."""

    kind: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session on proposed days; no days where nothing was left. `remarks` are the slugs of `programmes.workdays`."""

    number: str
    kind: str
    days: tuple[date, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a cohort would start with, first and last day included."""

    starts_on: date
    ends_on: date
    phases: tuple[PlannedPhase, ...]
    sessions: tuple[PlannedSession, ...]


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last one that month has."""
    return day + relativedelta(months=months)


def last_day(start: date, months: int) -> date:
    return months_after(start, months) - ONE_DAY


def dated_phases(phases: Sequence[PhaseMonths], start: date) -> tuple[PlannedPhase, ...]:
    return tuple(
        PlannedPhase(phase.kind, months_after(start, phase.start), last_day(start, phase.end)) for phase in phases
    )


def plan(
    pattern: Pattern, start: date, calendar: Calendar, *, periods: Collection[Period], not_before: date = date.min
) -> Plan:
    """Phases and sessions for a cohort that starts on `start`; sessions are proposed from `not_before` on."""
    end = last_day(start, pattern.months)
    weeks, others = propose(
        pattern.onsite_weeks,
        max(pattern.sessions - pattern.onsite_weeks, 0),
        max(start, not_before),
        end,
        calendar,
        days_per_session=pattern.days_per_session,
        periods=periods,
    )
    return Plan(start, end, dated_phases(pattern.phases, start), _numbered(weeks, others))


def propose(
    weeks: int,
    others: int,
    start: date,
    end: date,
    calendar: Calendar,
    *,
    days_per_session: int,
    periods: Collection[Period],
    taken: Collection[date] = (),
) -> tuple[list[Proposal], list[Proposal]]:
    """Days for separate on-site weeks, then for sessions on the days those leave free; none in `taken`."""
    onsite = separate_weeks(start, end, weeks, calendar=calendar, periods=periods, taken=taken)
    busy = {*taken, *(day for week in onsite for day in week.days)}
    sessions = spread(others, start, end, calendar, days_per_session=days_per_session, periods=periods, taken=busy)
    return onsite, sessions


def _numbered(weeks: Sequence[Proposal], others: Sequence[Proposal]) -> tuple[PlannedSession, ...]:
    """All of them in order of time, those without days last, the first one being the kick-off."""
    found = [*(("immersion", week) for week in weeks), *(("group", session) for session in others)]
    found.sort(key=lambda pair: pair[1].days[:1] or (date.max,))
    if found and found[0][0] == "group":
        found[0] = ("kick_off", found[0][1])
    return tuple(
        PlannedSession(str(number), kind, proposal.days, proposal.remarks)
        for number, (kind, proposal) in enumerate(found, start=1)
    )
