"""Calendar of a cohort before anything is saved: phases and sessions computed from a format and a first day.

The functions take values and dates only: the format's numbers, the authority's calendar and the further periods are
arguments.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import Final

from dateutil.relativedelta import relativedelta

from programmes.workdays import (
    MIN_DAYS_BETWEEN_WEEKS,
    NO_DATE_LEFT,
    NOTHING_AVOIDED,
    Avoided,
    Calendar,
    DateProposal,
    Period,
    separate_weeks,
    spread,
    spread_lengths,
)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PatternPhase:
    """A phase of a format in months from a cohort's start (`start` included, `end` excluded)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CalendarPattern:
    """The numbers of a format from which a calendar is computed; `sessions` includes the on-site weeks."""

    months: int
    sessions: int
    days_per_session: int = 1
    onsite_weeks: int = 0
    phases: tuple[PatternPhase, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase of a cohort with its first and last day, both included."""

    kind: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session with its proposed days; no days when there was no room left.

    `remarks` are slugs of `programmes.workdays` that say what the days could not avoid.
    """

    number: str
    kind: str
    days: tuple[date, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """The calendar that a cohort would have: first and last day (both included), phases and sessions."""

    starts_on: date
    ends_on: date
    phases: tuple[PlannedPhase, ...]
    sessions: tuple[PlannedSession, ...]


def months_after(day: date, months: int) -> date:
    """Return the date `months` after `day`: the same day of that month, or its last day if the month is shorter."""
    return day + relativedelta(months=months)


def last_day(start: date, months: int) -> date:
    """Return the last day of a period of `months` that begins on `start`: 31 January 2027 for one month from 1
    January.
    """
    return months_after(start, months) - ONE_DAY


def dated_phases(phases: Sequence[PatternPhase], start: date) -> tuple[PlannedPhase, ...]:
    """Return the phases of a format with first and last days, in the same order, for a cohort that starts on
    `start`.
    """
    return tuple(
        PlannedPhase(phase.kind, months_after(start, phase.start), last_day(start, phase.end)) for phase in phases
    )


@dataclass(frozen=True, slots=True)
class BusyDays:
    """Days that proposals avoid: never a day in `taken`; one in `avoided` only where no better day is left.

    `avoided` gives each day a reason and a weight (see `programmes.workdays.Avoided`).
    """

    taken: frozenset[date] = frozenset()
    avoided: Avoided = field(default_factory=dict)


NO_BUSY_DAYS: Final = BusyDays()


def plan_calendar(
    pattern: CalendarPattern,
    start: date,
    calendar: Calendar,
    *,
    periods: Collection[Period],
    not_before: date = date.min,
    busy: BusyDays = NO_BUSY_DAYS,
) -> CalendarPlan:
    """Return the phases and sessions that a cohort would have if it starts on `start`, computed from its format's
    numbers.

    `pattern` holds these numbers, `calendar` the authority's holidays. No session is before `not_before`, on a weekend
    or public holiday, or on a day that `busy` takes; `periods` (such as school holidays) are avoided where possible. A
    session without room has no days.
    """
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
    return CalendarPlan(start, end, dated_phases(pattern.phases, start), _numbered(weeks, others))


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
) -> tuple[list[DateProposal], list[DateProposal]]:
    """Propose days for a number of on-site `weeks`, then for a number of `others` sessions on the days that remain.

    Days lie from `start` to `end`, on workdays of `calendar`, never in `taken`, outside `periods` and `avoided` where
    possible; other sessions have `days_per_session` days each. Returns two lists, for the weeks and for the other
    sessions; a proposal without room has no days.
    """
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
class SessionToPlace:
    """A session with its present days, whether it is an on-site week, and whether it can move to other days."""

    days: tuple[date, ...]
    is_week: bool = False
    can_move: bool = True


def propose_between(
    sessions: Sequence[SessionToPlace],
    start: date,
    end: date,
    calendar: Calendar,
    *,
    usual_days: int,
    periods: Collection[Period],
    busy: BusyDays = NO_BUSY_DAYS,
) -> list[DateProposal]:
    """Propose new days, from `start` to `end`, for the sessions that can move; the others are fixed points.

    Sessions stay before or after the same fixed points while there is room, on-site weeks a week apart from fixed ones;
    other sessions keep their number of days (`usual_days` if they have none). Holidays of `calendar` and days taken in
    `busy` are never proposed, `periods` are avoided. Returns a proposal for each session that can move, by its present
    first day.
    """
    taken = {*busy.taken, *(day for session in sessions if not session.can_move for day in session.days)}

    def place_weeks(lengths: Sequence[int], first: date, last: date) -> list[DateProposal]:
        """Propose days from `first` to `last` for as many on-site weeks as `lengths` has items; their values do not
        matter.
        """
        return separate_weeks(
            first, last, len(lengths), calendar=calendar, periods=periods, taken=taken, avoided=busy.avoided
        )

    def place_others(lengths: Sequence[int], first: date, last: date) -> list[DateProposal]:
        """Propose days from `first` to `last` for other sessions; `lengths` are their numbers of days."""
        return spread_lengths(lengths, first, last, calendar, periods=periods, taken=taken, avoided=busy.avoided)

    weeks = [session for session in sessions if session.is_week]
    week_intervals = _intervals(weeks, start, end, min_gap_days=MIN_DAYS_BETWEEN_WEEKS + 1, default_length=1)
    week_proposals = _place_in_intervals(week_intervals, place_weeks)
    taken |= _days_of(week_proposals)
    others = [session for session in sessions if not session.is_week]
    other_intervals = _intervals(others, start, end, min_gap_days=1, default_length=usual_days)
    next_week, next_other = iter(week_proposals), iter(_place_in_intervals(other_intervals, place_others))
    to_move = (session for session in by_first_day(sessions) if session.can_move)
    return [next(next_week if session.is_week else next_other) for session in to_move]


def by_first_day(sessions: Iterable[SessionToPlace]) -> list[SessionToPlace]:
    """Return the sessions sorted by their first day; those without days come last."""
    return sorted(sessions, key=lambda session: session.days[:1] or (date.max,))


@dataclass(slots=True)
class _Interval:
    """The days between two sessions that cannot move, and the number of days of each session to be placed there."""

    first: date
    last: date
    lengths: list[int]

    @property
    def size(self) -> int:
        """The number of days from first to last; 0 when there is no room."""
        return max((self.last - self.first).days + 1, 0)


def _intervals(
    sessions: Sequence[SessionToPlace], start: date, end: date, *, min_gap_days: int, default_length: int
) -> list[_Interval]:
    """Return the stretches of days between sessions that cannot move, from `start` to `end`, each with the sessions to
    place.

    Sessions that can move are assigned by their present first day. `min_gap_days` is the distance in days kept from a
    fixed session, `default_length` the length of a session that has no days yet.
    """
    intervals = [_Interval(start, end, [])]
    for session in by_first_day(sessions):
        if session.can_move:
            intervals[-1].lengths.append(len(session.days) or default_length)
        elif session.days:
            gap = min_gap_days * ONE_DAY
            intervals[-1].last = min(intervals[-1].last, session.days[0] - gap)
            intervals.append(_Interval(max(start, session.days[-1] + gap), end, []))
    return intervals


def _place_in_intervals(
    intervals: Sequence[_Interval], place_sessions: Callable[[Sequence[int], date, date], list[DateProposal]]
) -> list[DateProposal]:
    """Return a proposal for each session of all intervals, in order; `place_sessions` proposes days within one
    interval.

    It takes the sessions' lengths in days, and the first and last day. Sessions beyond an interval's fair share, or
    without room in it, move on to the next one; those without room anywhere get a proposal without days.
    """
    count, size = sum(len(interval.lengths) for interval in intervals), sum(interval.size for interval in intervals)
    proposals: list[DateProposal] = []
    waiting: list[int] = []
    for number, interval in enumerate(intervals, start=1):
        waiting += interval.lengths
        share = ceil(count * interval.size / size) if size else 0
        lengths = waiting if number == len(intervals) else waiting[:share]
        proposed = place_sessions(lengths, interval.first, interval.last) if interval.size else []
        placed = [proposal for proposal in proposed if proposal.days]
        proposals, waiting = proposals + placed, waiting[len(placed) :]
    return proposals + [NO_DATE_LEFT] * len(waiting)


def _days_of(proposals: Iterable[DateProposal]) -> set[date]:
    """Return all days of these proposals, as one set."""
    return {day for proposal in proposals for day in proposal.days}


def _numbered(weeks: Sequence[DateProposal], others: Sequence[DateProposal]) -> tuple[PlannedSession, ...]:
    """Return the on-site weeks and the other sessions as planned sessions in order of time, numbered "1", "2", …

    Those without days come last. If the first of all is not an on-site week, it becomes the kick-off.
    """
    sessions = [*(("immersion", week) for week in weeks), *(("group", session) for session in others)]
    sessions.sort(key=lambda pair: pair[1].days[:1] or (date.max,))
    if sessions and sessions[0][0] == "group":
        sessions[0] = ("kick_off", sessions[0][1])
    return tuple(
        PlannedSession(str(number), kind, proposal.days, proposal.remarks)
        for number, (kind, proposal) in enumerate(sessions, start=1)
    )
