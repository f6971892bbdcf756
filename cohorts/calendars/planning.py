"""The calendar of a cohort before anything is saved: phases and sessions drawn from a format and a first day.

Values and dates only: the format's numbers, the authority's calendar and the further periods are arguments.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from programmes.workdays import (
    BETWEEN_WEEKS,
    NO_ROOM,
    NOTHING_AVOIDED,
    Avoided,
    Calendar,
    Period,
    Proposal,
    separate_weeks,
    spread,
    spread_lengths,
)

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


@dataclass(frozen=True, slots=True)
class BusyDays:
    """Days that are not proposed: `taken` never, `avoided` where possible (see `programmes.workdays.Avoided`)."""

    taken: frozenset[date] = frozenset()
    avoided: Avoided = field(default_factory=dict)


NO_BUSY_DAYS: Final = BusyDays()


def plan(
    pattern: Pattern,
    start: date,
    calendar: Calendar,
    *,
    periods: Collection[Period],
    not_before: date = date.min,
    busy: BusyDays = NO_BUSY_DAYS,
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
        taken=busy.taken,
        avoided=busy.avoided,
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
    avoided: Avoided = NOTHING_AVOIDED,
) -> tuple[list[Proposal], list[Proposal]]:
    """Days for separate on-site weeks, then for sessions on the days those leave free; none in `taken`."""
    onsite = separate_weeks(start, end, weeks, calendar=calendar, periods=periods, taken=taken, avoided=avoided)
    sessions = spread(
        others,
        start,
        end,
        calendar,
        days_per_session=days_per_session,
        periods=periods,
        taken={*taken, *_days_of(onsite)},
        avoided=avoided,
    )
    return onsite, sessions


@dataclass(frozen=True, slots=True)
class PlacedSession:
    """A session of the calendar as it is: its days, whether it is an on-site week, and whether it may move."""

    days: tuple[date, ...]
    is_week: bool = False
    can_move: bool = True


def propose_between(
    sessions: Sequence[PlacedSession],
    start: date,
    end: date,
    calendar: Calendar,
    *,
    usual_days: int,
    periods: Collection[Period],
    busy: BusyDays = NO_BUSY_DAYS,
) -> list[Proposal]:
    """Propose new days for the sessions that move, ordered by first day; those that do not are fixed points.

    Sessions stay before or after the same fixed points while there is room, on-site weeks stay a week apart from the
    fixed ones, and every other session keeps its number of days (`usual_days` where it has none).
    """
    taken = {*busy.taken, *(day for session in sessions if not session.can_move for day in session.days)}

    def place_weeks(lengths: Sequence[int], first: date, last: date) -> list[Proposal]:
        return separate_weeks(
            first, last, len(lengths), calendar=calendar, periods=periods, taken=taken, avoided=busy.avoided
        )

    def place_others(lengths: Sequence[int], first: date, last: date) -> list[Proposal]:
        return spread_lengths(lengths, first, last, calendar, periods=periods, taken=taken, avoided=busy.avoided)

    weeks = [session for session in sessions if session.is_week]
    onsite = _fill(_gaps(weeks, start, end, apart=BETWEEN_WEEKS + 1, usual=1), place_weeks)
    taken |= _days_of(onsite)
    others = [session for session in sessions if not session.is_week]
    proposals = {
        True: iter(onsite),
        False: iter(_fill(_gaps(others, start, end, apart=1, usual=usual_days), place_others)),
    }
    return [next(proposals[session.is_week]) for session in by_first_day(sessions) if session.can_move]


def by_first_day(sessions: Iterable[PlacedSession]) -> list[PlacedSession]:
    """Return the sessions by first day, those without days last."""
    return sorted(sessions, key=lambda session: session.days[:1] or (date.max,))


@dataclass(slots=True)
class _Gap:
    """The days between two fixed points, and the lengths of the sessions that lie there."""

    first: date
    last: date
    lengths: list[int]

    @property
    def size(self) -> int:
        return max((self.last - self.first).days + 1, 0)


def _gaps(sessions: Sequence[PlacedSession], start: date, end: date, *, apart: int, usual: int) -> list[_Gap]:
    gaps = [_Gap(start, end, [])]
    for session in by_first_day(sessions):
        if session.can_move:
            gaps[-1].lengths.append(len(session.days) or usual)
        elif session.days:
            first, last = session.days[0] - apart * ONE_DAY, session.days[-1] + apart * ONE_DAY
            gaps[-1].last = min(gaps[-1].last, first)
            gaps.append(_Gap(max(start, last), end, []))
    return gaps


def _fill(gaps: Sequence[_Gap], place: Callable[[Sequence[int], date, date], list[Proposal]]) -> list[Proposal]:
    """Place each gap's sessions in it; those beyond its share of the time, or without room, go on to the next one."""
    count, size = sum(len(gap.lengths) for gap in gaps), sum(gap.size for gap in gaps)
    proposals: list[Proposal] = []
    waiting: list[int] = []
    for number, gap in enumerate(gaps, start=1):
        waiting += gap.lengths
        share = -(-count * gap.size // size) if size else 0
        tried = waiting if number == len(gaps) else waiting[:share]
        placed = [one for one in place(tried, gap.first, gap.last) if one.days] if gap.size else []
        proposals, waiting = proposals + placed, waiting[len(placed) :]
    return proposals + [NO_ROOM] * len(waiting)


def _days_of(proposals: Iterable[Proposal]) -> set[date]:
    return {day for proposal in proposals for day in proposal.days}


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
