"""Possible dates of an exchange: target dates, windows around them, and the reasons for and against each.

Only values and dates. Reasons are slugs and figures; the pages turn them into sentences.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from dateutil.relativedelta import relativedelta

from programmes.workdays import (
    KNOWN_CORRECTIONS,
    SATURDAY,
    Calendar,
    Period,
    PeriodKind,
    Periods,
    days_between,
    has_school_calendar,
    in_period,
    is_bridge,
    is_closed_season,
    is_estimated,
    is_monday_or_friday,
    is_public_holiday,
    is_school_holiday,
    periods_near,
    school_year,
)

NOBODY_YET: Final = ""  # key of the host, used in place of unknown participants; never in a reason
NEAR_TARGET_DAYS: Final = 14  # a window this close to its target counts as near it
NEAR_TARGET: Final = "near_target"  # slug of the reason that says so


@dataclass(frozen=True, slots=True)
class ParticipatingCohort:
    """A cohort that is expected to come: its calendar, its number of members, the days of its own sessions.

    A cohort without members yet has a weight of one.
    """

    key: str
    calendar: Calendar
    members: int
    session_days: frozenset[date] = frozenset()

    @property
    def weight(self) -> int:
        """Return the number of members as it counts in the cost of dates; a cohort without members counts as one."""
        return max(self.members, 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for or against some dates: a slug, and the days, members, school zones and participants concerned."""

    slug: str
    days: tuple[date, ...] = ()
    members: int = 0
    zones: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive days that an exchange could take.

    `cost` counts members times days: each objection costs as much as a number of days away from the target. `distance`
    is the number of days from the target, negative before it. `estimated` is true when the school holidays of a
    participant are not published yet.
    """

    start: date
    days: tuple[date, ...]
    cost: int
    distance: int
    in_favour: tuple[Reason, ...]
    against: tuple[Reason, ...]
    estimated: bool


@dataclass(frozen=True, slots=True)
class _DateContext:
    """What the rules about a day read: the host's calendar, who comes, further periods, days of other exchanges."""

    host: Calendar
    participants: tuple[ParticipatingCohort, ...]
    periods: tuple[Period, ...]
    taken: frozenset[date]

    @property
    def weight(self) -> int:
        """Return the number of members of all participants together; a cohort without members counts as one."""
        return sum(participant.weight for participant in self.participants)


class BrokenRule(NamedTuple):
    """A rule that a day breaks, and the participant concerned; None in a rule about everyone, such as a weekend."""

    slug: str
    day: date
    participant: ParticipatingCohort | None = None


# Rules that make a day impossible.
BLOCKING: Final[tuple[tuple[str, Callable[[date, _DateContext], bool]], ...]] = (
    ("weekend", lambda day, _context: day.weekday() >= SATURDAY),
    ("host_public_holiday", lambda day, context: is_public_holiday(day, context.host)),
    ("closed_season", lambda day, _context: is_closed_season(day)),
    ("closed_period", lambda day, context: in_period(PeriodKind.CLOSED, day, context.host, context.periods)),
    ("other_exchange", lambda day, context: day in context.taken),
)
BLOCKING_SLUGS: Final = frozenset(slug for slug, _blocks in BLOCKING)

# The cost of a day per member concerned: one point is as bad as one day further from the target. The weights are a
# choice, not a measurement: a day on which people cannot come weighs most, one that is only inconvenient least.
COSTLY: Final[tuple[tuple[str, int, Callable[[date, ParticipatingCohort, _DateContext], bool]], ...]] = (
    ("public_holiday", 160, lambda day, cohort, context: _is_holiday_elsewhere(day, cohort.calendar, context.host)),
    ("own_session", 160, lambda day, cohort, _context: day in cohort.session_days),
    ("school_holiday", 100, lambda day, cohort, context: is_school_holiday(day, cohort.calendar, context.periods)),
    (
        "electoral",
        80,
        lambda day, cohort, context: in_period(PeriodKind.ELECTORAL, day, cohort.calendar, context.periods),
    ),
    ("bridge", 80, lambda day, cohort, _context: is_bridge(day, cohort.calendar)),
    (
        "unknown_school_calendar",
        0,
        lambda day, cohort, context: not has_school_calendar(day, cohort.calendar, context.periods),
    ),
    ("monday_or_friday", 20, lambda day, _cohort, _context: is_monday_or_friday(day)),
)
WEIGHTS: Final = {slug: weight for slug, weight, _applies in COSTLY}

# Reasons in favour of a window, each given unless one of these reasons against it applies.
FAVOURABLE: Final = (
    ("no_school_holiday", {"school_holiday", "unknown_school_calendar"}),
    ("no_session", {"own_session"}),
    ("midweek", {"monday_or_friday"}),
)


def target_days(start: date, end: date, interval_months: int | None) -> list[date]:
    """Return one target date every `interval_months` months from the start of an edition to its end, in order.

    The list is empty without an interval. An edition that ends the day before an anniversary (1 January to 31 December)
    has its last day as the last target.
    """
    if not interval_months:
        return []
    target_dates: list[date] = []
    while (target := start + relativedelta(months=interval_months * (len(target_dates) + 1))) <= end + timedelta(
        days=1
    ):
        target_dates.append(min(target, end))
    return target_dates


def propose_windows(
    target: date,
    days: int,
    host: Calendar,
    participants: Iterable[ParticipatingCohort],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
    weeks: int = 6,
    best: int = 3,
    not_before: date = date.min,
    not_after: date = date.max,
) -> list[Window]:
    """Return the `best` cheapest windows of `days` days for an exchange that start within `weeks` weeks of the target.

    All days of a window lie between `not_before` and `not_after`, both included. Weekends, public holidays at the host,
    closed seasons or periods and the days of other exchanges are ruled out; the list is empty when nothing is left. A
    window costs more the further it is from the target and the more members it inconveniences. No two windows start in
    the same week.

    `host` is the calendar of the hosting cohort, `periods` are the school holidays and other periods, and `taken` holds
    the other exchanges as pairs of first day and number of days.
    """
    margin, length = timedelta(weeks=weeks), timedelta(days=days - 1)
    first, last = max(target - margin, not_before), min(target + margin, not_after - length)
    windows = possible_windows((first, last), days, target, host, participants, periods=periods, taken=taken)
    return _first_of_each_week(sorted(windows, key=_sort_key))[:best]


def possible_windows(
    between: tuple[date, date],
    days: int,
    target: date,
    host: Calendar,
    participants: Iterable[ParticipatingCohort],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
    ignoring: Collection[str] = (),
) -> list[Window]:
    """Return all windows of `days` days that start `between` two days and are not ruled out, in order of time.

    Both days are included. The reasons in `ignoring` rule nothing out: windows that they are against have them as a
    reason. The other arguments are those of `propose_windows`.
    """
    first, last = between
    context = _date_context(host, participants, periods, taken, period=(first, last + timedelta(days=days)))
    broken = {day: _broken_rules(day, context) for day in days_between(first, last + timedelta(days=days))}
    spans = (_span(start, days) for start in days_between(first, last))
    blocking = BLOCKING_SLUGS.difference(ignoring)
    open_spans = (span for span in spans if not any(_is_blocked(broken[day], blocking) for day in span))
    return [_window(span, target, [rule for day in span for rule in broken[day]], context) for span in open_spans]


def window_at(
    start: date,
    days: int,
    target: date | None,
    host: Calendar,
    participants: Iterable[ParticipatingCohort],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
) -> Window:
    """Return the window of `days` days from `start`, with its reasons for and against, even when its days are ruled
    out.

    `host` is the calendar of the hosting cohort; `taken` holds the other exchanges as pairs of first day and number of
    days. Without a `target` date the window has no reason about the distance to it.
    """
    span = _span(start, days)
    context = _date_context(host, participants, periods, taken, period=(span[0], span[-1]))
    window = _window(span, target or start, [rule for day in span for rule in _broken_rules(day, context)], context)
    if target is None:
        return replace(window, in_favour=tuple(each for each in window.in_favour if each.slug != NEAR_TARGET))
    return window


def objections(
    start: date,
    days: int,
    host: Calendar,
    participants: Iterable[ParticipatingCohort],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
) -> tuple[Reason, ...]:
    """Return all reasons against an exchange of `days` days from `start`; empty when there are none.

    Reasons that make a day impossible (such as a weekend) come first, then those that only make it costly. `host` is
    the calendar of the hosting cohort; `taken` holds the other exchanges as pairs of first day and number of days.
    """
    span = _span(start, days)
    context = _date_context(host, participants, periods, taken, period=(span[0], span[-1]))
    return _reasons([rule for day in span for rule in _broken_rules(day, context)], context)


def _span(start: date, days: int) -> tuple[date, ...]:
    """Return the `days` consecutive days from `start`. Raises ValueError for less than one day."""
    if days < 1:
        raise ValueError("An exchange lasts one day at least.")
    return tuple(days_between(start, start + timedelta(days=days - 1)))


def _date_context(
    host: Calendar,
    participants: Iterable[ParticipatingCohort],
    periods: Periods,
    taken: Iterable[tuple[date, int]],
    *,
    period: tuple[date, date],
) -> _DateContext:
    """Return host, participants, periods and days taken in the form in which the date rules read them.

    Of the periods (school holidays, closures, elections) only those near `period`, a first and a last day, are kept.
    `taken` are pairs of first day and number of days. Without participants the host's calendar stands in for the
    cohorts not yet known.
    """
    first, last = period
    expected = sorted(participants, key=lambda participant: participant.key)
    return _DateContext(
        host=host,
        participants=tuple(expected) or (ParticipatingCohort(NOBODY_YET, host, 0),),
        periods=tuple(periods_near(periods, first, last)),
        taken=frozenset(day for start, days in taken for day in _span(start, days)),
    )


def _is_holiday_elsewhere(day: date, calendar: Calendar, host: Calendar) -> bool:
    """Return whether the day is a public holiday for a cohort with this calendar, but not for the host."""
    return is_public_holiday(day, calendar) and not is_public_holiday(day, host)


def _broken_rules(day: date, context: _DateContext) -> list[BrokenRule]:
    """Return every rule that the day breaks; one about a cohort's own calendar once for each participant concerned."""
    blocking = [BrokenRule(slug, day) for slug, blocks in BLOCKING if blocks(day, context)]
    costly = [
        BrokenRule(slug, day, participant)
        for slug, _weight, applies in COSTLY
        for participant in context.participants
        if applies(day, participant, context)
    ]
    return blocking + costly


def _is_blocked(rules: Sequence[BrokenRule], blocking: Collection[str]) -> bool:
    """Return whether one of these broken rules makes the day impossible; `blocking` are the slugs of those that do."""
    return any(rule.slug in blocking for rule in rules)


def _reasons(rules: Sequence[BrokenRule], context: _DateContext) -> tuple[Reason, ...]:
    """Return one reason against the dates for each rule that is broken, those that make a day impossible first."""
    slugs = dict.fromkeys([*(slug for slug, _blocks in BLOCKING), *WEIGHTS])
    by_slug = {slug: [rule for rule in rules if rule.slug == slug] for slug in slugs}
    return tuple(_reason(slug, broken, context) for slug, broken in by_slug.items() if broken)


def _reason(slug: str, rules: Sequence[BrokenRule], context: _DateContext) -> Reason:
    """Return the reason against some dates for one rule, broken on several days, with the participants concerned.

    A rule about everyone concerns all participants.
    """
    concerned = {rule.participant.key: rule.participant for rule in rules if rule.participant is not None}
    everyone = {participant.key: participant for participant in context.participants}
    return _reason_about(slug, {rule.day for rule in rules}, concerned or everyone)


def _reason_about(slug: str, days: Collection[date], concerned: Mapping[str, ParticipatingCohort]) -> Reason:
    """Return a reason with these days, and with the number of members, the school zones and the keys of the
    participants.

    `concerned` are the participants by key; the one that stands in for unknown participants is not listed among the
    keys.
    """
    return Reason(
        slug=slug,
        days=tuple(sorted(days)),
        members=sum(participant.members for participant in concerned.values()),
        zones=tuple(sorted({each.calendar.school_zone for each in concerned.values() if each.calendar.school_zone})),
        participants=tuple(sorted(key for key in concerned if key != NOBODY_YET)),
    )


def _window(span: tuple[date, ...], target: date, rules: Sequence[BrokenRule], context: _DateContext) -> Window:
    """Return the window of the days in `span` with its cost and its reasons; `rules` are those that its days break.

    A window more than 14 days from the target has that as a reason against it, a nearer one as a reason in favour.
    """
    distance = (span[0] - target).days
    cost = sum(WEIGHTS[rule.slug] * rule.participant.weight for rule in rules if rule.participant is not None)
    against = _reasons(rules, context)
    is_near_target = abs(distance) <= NEAR_TARGET_DAYS
    return Window(
        start=span[0],
        days=span,
        cost=cost + abs(distance) * context.weight,
        distance=distance,
        in_favour=(*_reasons_in_favour(span, against, context), *([Reason(NEAR_TARGET)] if is_near_target else [])),
        against=(*against, *([] if is_near_target else [Reason("far_from_target")])),
        estimated=_is_estimated(span, context),
    )


def _reasons_in_favour(span: tuple[date, ...], against: Sequence[Reason], context: _DateContext) -> list[Reason]:
    """Return the reasons in favour of the days in `span`: no school holiday, no session of a cohort, no Monday or
    Friday.

    Each is given unless one of `against`, the reasons against the days, contradicts it.
    """
    objected = {reason.slug for reason in against}
    everyone = {participant.key: participant for participant in context.participants}
    return [_reason_about(slug, span, everyone) for slug, contrary in FAVOURABLE if not contrary & objected]


def _is_estimated(span: Sequence[date], context: _DateContext) -> bool:
    """Return whether school holidays on one of these days can only be estimated, because they are not published yet.

    False when no participant belongs to a school zone.
    """
    zoned = any(participant.calendar.school_zone for participant in context.participants)
    return zoned and any(is_estimated(school_year(day)) for day in span)


def _sort_key(window: Window) -> tuple[int, int, date]:
    """Return the key that sorts windows: the cheapest first, then the nearest to the target, then the earliest."""
    return window.cost, abs(window.distance), window.start


def _first_of_each_week(windows: Iterable[Window]) -> list[Window]:
    """Return the first window given for each calendar week, by its first day, in the order given."""
    first_of_week: dict[tuple[int, int], Window] = {}
    for window in windows:
        first_of_week.setdefault(window.start.isocalendar()[:2], window)
    return list(first_of_week.values())
