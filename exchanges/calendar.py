"""When an exchange may take place: target dates, windows around them, and the reasons for and against each.

Values and dates only. Reasons are slugs and figures; pages turn them into sentences.
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

NOBODY_YET: Final = ""  # key of the host standing in while no participant is known; never shown in a reason
NEAR: Final = 14  # days; a window this close to its target counts as on time


@dataclass(frozen=True, slots=True)
class Participant:
    """A cohort that is expected: its calendar, its members, the days of its own sessions.

    A cohort without members yet weighs as one.
    """

    key: str
    calendar: Calendar
    members: int
    session_days: frozenset[date] = frozenset()

    @property
    def weight(self) -> int:
        return max(self.members, 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why for or against: a slug, the days and members it touches, and where they come from."""

    slug: str
    days: tuple[date, ...] = ()
    members: int = 0
    zones: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Days an exchange could take.

    `cost` counts members times days from the target, every objection being worth some such days;
    `distance` is the days from the target, negative before it; `estimated` says that the school
    holidays of one of the participants are not published yet.
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
    participants: tuple[Participant, ...]
    periods: tuple[Period, ...]
    taken: frozenset[date]

    @property
    def weight(self) -> int:
        return sum(participant.weight for participant in self.participants)


_Found = tuple[str, date, Participant | None]

# What rules a day out.
BLOCKING: Final[tuple[tuple[str, Callable[[date, _Setting], bool]], ...]] = (
    ("weekend", lambda day, _setting: day.weekday() >= SATURDAY),
    ("host_public_holiday", lambda day, setting: is_public_holiday(day, setting.host)),
    ("closed_season", lambda day, _setting: is_closed_season(day)),
    ("closed_period", lambda day, setting: in_period(PeriodKind.CLOSED, day, setting.host, setting.periods)),
    ("other_exchange", lambda day, setting: day in setting.taken),
)
BLOCKING_SLUGS: Final = frozenset(slug for slug, _blocks in BLOCKING)

# What a day costs, per member concerned: one point is a day further from the target.
COSTLY: Final[tuple[tuple[str, int, Callable[[date, Participant, _Setting], bool]], ...]] = (
    ("public_holiday", 160, lambda day, who, here: _is_holiday_elsewhere(day, who.calendar, here.host)),
    ("own_session", 160, lambda day, who, _here: day in who.session_days),
    ("school_holiday", 100, lambda day, who, here: is_school_holiday(day, who.calendar, here.periods)),
    ("electoral", 80, lambda day, who, here: in_period(PeriodKind.ELECTORAL, day, who.calendar, here.periods)),
    ("bridge", 80, lambda day, who, _here: is_bridge(day, who.calendar)),
    ("unknown_school_calendar", 0, lambda day, who, here: not has_school_calendar(day, who.calendar, here.periods)),
    ("monday_or_friday", 20, lambda day, _who, _here: is_monday_or_friday(day)),
)
WEIGHTS: Final = {slug: weight for slug, weight, _touches in COSTLY}

# What is said for a window when nothing says the contrary.
FAVOURABLE: Final = (
    ("no_school_holiday", {"school_holiday", "unknown_school_calendar"}),
    ("no_session", {"own_session"}),
    ("midweek", {"monday_or_friday"}),
)


def targets(start: date, end: date, interval_months: int | None) -> list[date]:
    """Every `interval_months` from the edition's start to its end, the end included; none without an interval.

    An edition that ends on the eve of an anniversary (1 January to 31 December) reaches it, on its last day.
    """
    if not interval_months:
        return []
    found: list[date] = []
    while (target := start + relativedelta(months=interval_months * (len(found) + 1))) <= end + timedelta(days=1):
        found.append(min(target, end))
    return found


def propose_windows(
    target: date,
    days: int,
    host: Calendar,
    participants: Iterable[Participant],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
    weeks: int = 6,
    best: int = 3,
    not_before: date = date.min,
    not_after: date = date.max,
) -> list[Window]:
    """The `best` windows of `days` days that start within `weeks` weeks of the target, the cheapest first.

    All days of a window lie between `not_before` and `not_after`, both included.

    No two are in the same week: three dates of one week would be no choice. Nothing closed is ever
    proposed. `taken` are the other exchanges (first day, days). Equal costs go to the nearest to the
    target, then the earliest.
    """
    reach = timedelta(weeks=weeks)
    first, last = max(target - reach, not_before), target + reach
    setting = _setting(host, participants, periods, taken, within=(first, last + timedelta(days=days)))
    found = {day: _found(day, setting) for day in days_between(first, last + timedelta(days=days))}
    spans = (_span(start, days) for start in days_between(first, last))
    inside = (span for span in spans if span[-1] <= not_after)
    open_spans = (span for span in inside if not any(_is_blocked(found[day]) for day in span))
    windows = [_window(span, target, [row for day in span for row in found[day]], setting) for span in open_spans]
    return _one_a_week(sorted(windows, key=_rank))[:best]


def window_at(
    start: date,
    days: int,
    target: date | None,
    host: Calendar,
    participants: Iterable[Participant],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
) -> Window:
    """What speaks for and against these dates, whether they may be proposed or not; near what, only a target says."""
    span = _span(start, days)
    setting = _setting(host, participants, periods, taken, within=(span[0], span[-1]))
    window = _window(span, target or start, [row for day in span for row in _found(day, setting)], setting)
    if target is None:
        return replace(window, for_=tuple(reason for reason in window.for_ if reason.slug != "near_target"))
    return window


def objections(
    start: date,
    days: int,
    host: Calendar,
    participants: Iterable[Participant],
    *,
    periods: Periods = KNOWN_CORRECTIONS,
    taken: Iterable[tuple[date, int]] = (),
) -> tuple[Reason, ...]:
    """Everything against these dates, what rules them out first (see `BLOCKING_SLUGS`)."""
    span = _span(start, days)
    setting = _setting(host, participants, periods, taken, within=(span[0], span[-1]))
    return _reasons([row for day in span for row in _found(day, setting)], setting)


def _span(start: date, days: int) -> tuple[date, ...]:
    if days < 1:
        raise ValueError("An exchange lasts one day at least.")
    return tuple(days_between(start, start + timedelta(days=days - 1)))


def _setting(
    host: Calendar,
    participants: Iterable[Participant],
    periods: Periods,
    taken: Iterable[tuple[date, int]],
    *,
    within: tuple[date, date],
) -> _Setting:
    first, last = within
    expected = sorted(participants, key=lambda participant: participant.key)
    return _Setting(
        host=host,
        participants=tuple(expected) or (Participant(NOBODY_YET, host, 0),),
        periods=tuple(periods_near(periods, first, last)),
        taken=frozenset(day for start, days in taken for day in _span(start, days)),
    )


def _is_holiday_elsewhere(day: date, calendar: Calendar, host: Calendar) -> bool:
    return is_public_holiday(day, calendar) and not is_public_holiday(day, host)


def _found(day: date, setting: _Setting) -> list[_Found]:
    blocking: list[_Found] = [(slug, day, None) for slug, blocks in BLOCKING if blocks(day, setting)]
    costly: list[_Found] = [
        (slug, day, who)
        for slug, _weight, touches in COSTLY
        for who in setting.participants
        if touches(day, who, setting)
    ]
    return blocking + costly


def _is_blocked(found: Sequence[_Found]) -> bool:
    return any(slug in BLOCKING_SLUGS for slug, _day, _who in found)


def _reasons(found: Sequence[_Found], setting: _Setting) -> tuple[Reason, ...]:
    """One reason per slug, in the order of the tables."""
    slugs = dict.fromkeys([*(slug for slug, _blocks in BLOCKING), *WEIGHTS])
    by_slug = {slug: [row for row in found if row[0] == slug] for slug in slugs}
    return tuple(_reason(slug, rows, setting) for slug, rows in by_slug.items() if rows)


def _reason(slug: str, rows: Sequence[_Found], setting: _Setting) -> Reason:
    concerned = {who.key: who for _slug, _day, who in rows if who is not None}
    everyone = {who.key: who for who in setting.participants}
    return _said(slug, {day for _slug, day, _who in rows}, concerned or everyone)


def _said(slug: str, days: Collection[date], concerned: Mapping[str, Participant]) -> Reason:
    return Reason(
        slug=slug,
        days=tuple(sorted(days)),
        members=sum(who.members for who in concerned.values()),
        zones=tuple(sorted({who.calendar.school_zone for who in concerned.values() if who.calendar.school_zone})),
        participants=tuple(sorted(key for key in concerned if key != NOBODY_YET)),
    )


def _window(span: tuple[date, ...], target: date, found: Sequence[_Found], setting: _Setting) -> Window:
    distance = (span[0] - target).days
    cost = sum(WEIGHTS[slug] * who.weight for slug, _day, who in found if who is not None)
    against = _reasons(found, setting)
    near = abs(distance) <= NEAR
    return Window(
        start=span[0],
        days=span,
        cost=cost + abs(distance) * setting.weight,
        distance=distance,
        for_=(*_favours(span, against, setting), *([Reason("near_target")] if near else [])),
        against=(*against, *([] if near else [Reason("far_from_target")])),
        estimated=_is_estimated(span, setting),
    )


def _favours(span: tuple[date, ...], against: Sequence[Reason], setting: _Setting) -> list[Reason]:
    objected = {reason.slug for reason in against}
    everyone = {who.key: who for who in setting.participants}
    return [_said(slug, span, everyone) for slug, contrary in FAVOURABLE if not contrary & objected]


def _is_estimated(span: Sequence[date], setting: _Setting) -> bool:
    zoned = any(who.calendar.school_zone for who in setting.participants)
    return zoned and any(is_estimated(school_year(day)) for day in span)


def _rank(window: Window) -> tuple[int, int, date]:
    return window.cost, abs(window.distance), window.start


def _one_a_week(windows: Iterable[Window]) -> list[Window]:
    kept: dict[tuple[int, int], Window] = {}
    for window in windows:
        kept.setdefault(window.start.isocalendar()[:2], window)
    return list(kept.values())
