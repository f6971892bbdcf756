"""Possible dates of an exchange: target dates, windows around them, and the reasons for and against each.

Only values and dates. Reasons are slugs and figures; the pages turn them into sentences.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

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
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]
    estimated: bool


@dataclass(frozen=True, slots=True)
class _Setting:
    host: Calendar
    participants: tuple[ParticipatingCohort, ...]
    periods: tuple[Period, ...]
    taken: frozenset[date]

    @property
    def weight(self) -> int:
        """Return the number of members of all participants together; a cohort without members counts as one."""
        return sum(participant.weight for participant in self.participants)


_Finding = tuple[str, date, ParticipatingCohort | None]

# Rules that make a day impossible.
BLOCKING: Final[tuple[tuple[str, Callable[[date, _Setting], bool]], ...]] = (
    ("weekend", lambda day, _setting: day.weekday() >= SATURDAY),
    ("host_public_holiday", lambda day, setting: is_public_holiday(day, setting.host)),
    ("closed_season", lambda day, _setting: is_closed_season(day)),
    ("closed_period", lambda day, setting: in_period(PeriodKind.CLOSED, day, setting.host, setting.periods)),
    ("other_exchange", lambda day, setting: day in setting.taken),
)
BLOCKING_SLUGS: Final = frozenset(slug for slug, _blocks in BLOCKING)

# The cost of a day per member concerned: one point is as bad as one day further from the target.
COSTLY: Final[tuple[tuple[str, int, Callable[[date, ParticipatingCohort, _Setting], bool]], ...]] = (
    ("public_holiday", 160, lambda day, who, here: _is_holiday_elsewhere(day, who.calendar, here.host)),
    ("own_session", 160, lambda day, who, _here: day in who.session_days),
    ("school_holiday", 100, lambda day, who, here: is_school_holiday(day, who.calendar, here.periods)),
    ("electoral", 80, lambda day, who, here: in_period(PeriodKind.ELECTORAL, day, who.calendar, here.periods)),
    ("bridge", 80, lambda day, who, _here: is_bridge(day, who.calendar)),
    ("unknown_school_calendar", 0, lambda day, who, here: not has_school_calendar(day, who.calendar, here.periods)),
    ("monday_or_friday", 20, lambda day, _who, _here: is_monday_or_friday(day)),
)
WEIGHTS: Final = {slug: weight for slug, weight, _touches in COSTLY}

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
    margin = timedelta(weeks=weeks)
    first, last = max(target - margin, not_before), target + margin
    setting = _setting(host, participants, periods, taken, period=(first, last + timedelta(days=days)))
    findings = {day: _findings_on(day, setting) for day in days_between(first, last + timedelta(days=days))}
    spans = (_span(start, days) for start in days_between(first, last))
    inside = (span for span in spans if span[-1] <= not_after)
    open_spans = (span for span in inside if not any(_is_blocked(findings[day]) for day in span))
    windows = [_window(span, target, [row for day in span for row in findings[day]], setting) for span in open_spans]
    return _first_of_each_week(sorted(windows, key=_sort_key))[:best]


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
    setting = _setting(host, participants, periods, taken, period=(span[0], span[-1]))
    window = _window(span, target or start, [row for day in span for row in _findings_on(day, setting)], setting)
    if target is None:
        return replace(window, for_=tuple(reason for reason in window.for_ if reason.slug != "near_target"))
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
    setting = _setting(host, participants, periods, taken, period=(span[0], span[-1]))
    return _reasons([row for day in span for row in _findings_on(day, setting)], setting)


def _span(start: date, days: int) -> tuple[date, ...]:
    """Return the `days` consecutive days from `start`. Raises ValueError for less than one day."""
    if days < 1:
        raise ValueError("An exchange lasts one day at least.")
    return tuple(days_between(start, start + timedelta(days=days - 1)))


def _setting(
    host: Calendar,
    participants: Iterable[ParticipatingCohort],
    periods: Periods,
    taken: Iterable[tuple[date, int]],
    *,
    period: tuple[date, date],
) -> _Setting:
    """Return host, participants, periods and days taken in the form in which the date rules read them.

    Of the periods (school holidays, closures, elections) only those near `period`, a first and a last day, are kept.
    `taken` are pairs of first day and number of days. Without participants the host's calendar stands in for the
    cohorts not yet known.
    """
    first, last = period
    expected = sorted(participants, key=lambda participant: participant.key)
    return _Setting(
        host=host,
        participants=tuple(expected) or (ParticipatingCohort(NOBODY_YET, host, 0),),
        periods=tuple(periods_near(periods, first, last)),
        taken=frozenset(day for start, days in taken for day in _span(start, days)),
    )


def _is_holiday_elsewhere(day: date, calendar: Calendar, host: Calendar) -> bool:
    """Return whether the day is a public holiday for a cohort with this calendar, but not for the host."""
    return is_public_holiday(day, calendar) and not is_public_holiday(day, host)


def _findings_on(day: date, setting: _Setting) -> list[_Finding]:
    """Return every rule that the day breaks, as triples of slug, day and participant.

    A rule about a cohort's own calendar gives one triple for each participant concerned; in a rule about everyone, such
    as a weekend, the participant is None.
    """
    blocking: list[_Finding] = [(slug, day, None) for slug, blocks in BLOCKING if blocks(day, setting)]
    costly: list[_Finding] = [
        (slug, day, who)
        for slug, _weight, touches in COSTLY
        for who in setting.participants
        if touches(day, who, setting)
    ]
    return blocking + costly


def _is_blocked(findings: Sequence[_Finding]) -> bool:
    """Return whether one of these broken rules, the triples of `_findings_on`, makes the day impossible."""
    return any(slug in BLOCKING_SLUGS for slug, _day, _who in findings)


def _reasons(findings: Sequence[_Finding], setting: _Setting) -> tuple[Reason, ...]:
    """Return one reason against the dates for each rule that is broken, those that make a day impossible first.

    `findings` are the broken rules as triples of slug, day and participant.
    """
    slugs = dict.fromkeys([*(slug for slug, _blocks in BLOCKING), *WEIGHTS])
    by_slug = {slug: [row for row in findings if row[0] == slug] for slug in slugs}
    return tuple(_reason(slug, rows, setting) for slug, rows in by_slug.items() if rows)


def _reason(slug: str, rows: Sequence[_Finding], setting: _Setting) -> Reason:
    """Return the reason against some dates for one broken rule, with the days and the participants concerned.

    `rows` are triples of the rule's slug, day and participant. A rule that concerns no one in particular (participant
    None) concerns all participants.
    """
    concerned = {who.key: who for _slug, _day, who in rows if who is not None}
    everyone = {who.key: who for who in setting.participants}
    return _reason_about(slug, {day for _slug, day, _who in rows}, concerned or everyone)


def _reason_about(slug: str, days: Collection[date], concerned: Mapping[str, ParticipatingCohort]) -> Reason:
    """Return a reason with these days, and with the number of members, the school zones and the keys of the
    participants.

    `concerned` are the participants by key; the one that stands in for unknown participants is not listed among the
    keys.
    """
    return Reason(
        slug=slug,
        days=tuple(sorted(days)),
        members=sum(who.members for who in concerned.values()),
        zones=tuple(sorted({who.calendar.school_zone for who in concerned.values() if who.calendar.school_zone})),
        participants=tuple(sorted(key for key in concerned if key != NOBODY_YET)),
    )


def _window(span: tuple[date, ...], target: date, findings: Sequence[_Finding], setting: _Setting) -> Window:
    """Return the window of the days in `span` with its cost and its reasons for and against.

    `findings` are the rules that its days break, as triples of slug, day and participant. A window more than 14 days
    from the target has that as a reason against it, a nearer one as a reason for it.
    """
    distance = (span[0] - target).days
    cost = sum(WEIGHTS[slug] * who.weight for slug, _day, who in findings if who is not None)
    against = _reasons(findings, setting)
    is_near_target = abs(distance) <= NEAR_TARGET_DAYS
    return Window(
        start=span[0],
        days=span,
        cost=cost + abs(distance) * setting.weight,
        distance=distance,
        for_=(*_reasons_in_favour(span, against, setting), *([Reason("near_target")] if is_near_target else [])),
        against=(*against, *([] if is_near_target else [Reason("far_from_target")])),
        estimated=_is_estimated(span, setting),
    )


def _reasons_in_favour(span: tuple[date, ...], against: Sequence[Reason], setting: _Setting) -> list[Reason]:
    """Return the reasons in favour of the days in `span`: no school holiday, no session of a cohort, no Monday or
    Friday.

    Each is given unless one of `against`, the reasons against the days, contradicts it.
    """
    objected = {reason.slug for reason in against}
    everyone = {who.key: who for who in setting.participants}
    return [_reason_about(slug, span, everyone) for slug, contrary in FAVOURABLE if not contrary & objected]


def _is_estimated(span: Sequence[date], setting: _Setting) -> bool:
    """Return whether school holidays on one of these days can only be estimated, because they are not published yet.

    False when no participant belongs to a school zone.
    """
    zoned = any(who.calendar.school_zone for who in setting.participants)
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
