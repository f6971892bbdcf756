"""When the e-mails of an event are due, and until when each is useful.

Pure: the event's date, its time zone, the open days and the moment of planning are arguments.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, Protocol, Self, TypeVar, cast
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from web.dates.clock import day_in

Unit = Literal["w", "wd", "d", "m"]
State = Literal["planned", "skipped", "due"]
Reason = Literal["", "late", "expired", "superseded"]
IsOpen = Callable[[date], bool]

SEND_TIME: Final = time(9)
USEFUL_AFTER_EVENT: Final = timedelta(days=14)
MAX_CLOSED_DAYS: Final = 366  # in days; a longer closure is an error in the calendar
OFFSET_TEXT: Final = re.compile(r"([+-][1-9][0-9]{0,2})(wd|w|d|m)")

# Never change it: an e-mail sent again would get a second Message-ID.
NAMESPACE: Final = UUID("d1be06b1-8ac8-4a37-810d-0e6c7ec5a251")


class OffsetError(ValueError):
    """A text that should be an offset, such as "-2wd", is not one; `text` holds it."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"“{text}” does not say when an email leaves. Write + or - (the keyboard's),"
            " a number from 1 to 999, then w, wd, d or m: -2wd, +3m."
        )


class NoOpenDayError(ValueError):
    """The calendar has no open day for more than a year before or after `day`."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(f"No open day within a year of {day.isoformat()}: correct the closed periods of the calendar.")


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance from the event's day in weeks, working days, days or months.

    Negative before the event, positive after, never zero. `str()` gives the text
    `parse_offset` reads.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not OFFSET_TEXT.fullmatch(str(self)):
            raise OffsetError(str(self))

    def __str__(self) -> str:
        return f"{self.amount:+d}{self.unit}"

    @property
    def before(self) -> bool:
        """Return whether the offset lies before the event, that is, whether its amount is negative."""
        return self.amount < 0


def parse_offset(text: str) -> Offset:
    """Return the time of a reminder relative to its event that a text states: "-26w", "-2wd", "+30d" or "+3m".

    The units are weeks, working days, days and months. Raises OffsetError for any other text.
    """
    match = OFFSET_TEXT.fullmatch(text)
    if match is None:
        raise OffsetError(text)
    return Offset(int(match[1]), cast("Unit", match[2]))


@dataclass(frozen=True, slots=True)
class ScheduleStep:
    """One step of a reminder schedule: which e-mail goes to which audience, and when.

    `alone` marks an e-mail that is never merged with another (calendar entries, invitations). `until` is when the
    e-mail stops being useful, counted from the event's day like `offset`.
    """

    slug: str
    offset: Offset
    audience: str
    email_type: str
    alone: bool = False
    until: Offset | None = None

    @classmethod
    def read(
        cls,
        slug: str,
        offset: str,
        audience: str,
        email_type: str,
        *,
        alone: bool = False,
        until: str = "",
    ) -> Self:
        """Build a step from the texts stored in a format version of the programme.

        Raises OffsetError for a wrong offset. `offset` and `until` are texts such as "-2wd", `until` "" for none;
        `audience` and `email_type` are slugs; `alone` is a separate e-mail.
        """
        expiry = parse_offset(until) if until else None
        return cls(slug, parse_offset(offset), audience, email_type, alone, expiry)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a reminder schedule with the UTC times when its e-mail is due and expires, and its planned state.

    `reason` says why a step is skipped: "late" (a later step is sent instead), "expired" (useless at the moment of
    planning) or "superseded" (useless before it would be due).
    """

    step: ScheduleStep
    due_at: datetime
    expires_at: datetime
    state: State
    reason: Reason = ""


def due_at(step: ScheduleStep, day: date, zone: str, is_open: IsOpen) -> datetime:
    """Return the moment, in UTC, when a step is due for an event on `day`: 09:00 in the time zone `zone`.

    `is_open` tells open days; working days count only these. From a closed day it moves to the open day before it when
    the step precedes the event (a notice may be early, not late), else to the next. Raises NoOpenDayError.
    """
    return _send_moment(step.offset, day, zone, is_open)


def expires_at(
    step: ScheduleStep, day: date, zone: str, is_open: IsOpen, schedule: Sequence[ScheduleStep] = ()
) -> datetime:
    """Return the moment, in UTC, from which the e-mail of a step must not be sent, for an event on `day`.

    - Before the event: `until`, else when the next step of `schedule` for the same audience is due. A separate e-mail
      is not replaced by it, for only it has the calendar entry. Never later than the start of the day in `zone`.
    - After the event: `until`, else 14 days after it was due. `is_open` tells open days.
    """
    if not step.offset.before:
        return _expiry_after(step, day, zone, is_open)
    start = _local_time(day, time.min, zone)
    following = step.until or _replacing_offset(step, schedule)
    if following is None:
        return start
    return min(start, _send_moment(following, day, zone, is_open))


def plan(
    steps: Sequence[ScheduleStep], day: date, zone: str, is_open: IsOpen, at: datetime, *, last: date | None = None
) -> list[PlannedStep]:
    """Return each step with its times and planned state, in the order of the schedule, for an event on `day` in `zone`.

    `at` is the moment when the event got its date: of the steps already due then, only the latest that is still useful
    is sent, at once. Steps after the event count from its `last` day where it is given. `is_open` tells open days;
    raises NoOpenDayError when there is none for a year.
    """
    anchors = [(step, day if step.offset.before else last or day) for step in steps]
    rows = [
        _plan_step(step, due_at(step, anchor, zone, is_open), expires_at(step, anchor, zone, is_open, steps), at)
        for step, anchor in anchors
    ]
    overdue = [row for row in rows if row.state == "due"]
    # max returns the first of equals; of two steps due together the later one in the schedule is sent.
    latest = max(reversed(overdue), key=lambda row: row.due_at, default=None)
    return [
        replace(row, state="skipped", reason="late") if row.state == "due" and row is not latest else row
        for row in rows
    ]


def _plan_step(step: ScheduleStep, due: datetime, expiry: datetime, at: datetime) -> PlannedStep:
    """Return a step with its times and the state it has when the event is planned at the moment `at`.

    "skipped" when it expires before it is `due`, or has expired; "due" when its time has come; else "planned".
    """
    if expiry <= due:
        return PlannedStep(step, due, expiry, "skipped", "superseded")
    if expiry <= at:
        return PlannedStep(step, due, expiry, "skipped", "expired")
    return PlannedStep(step, due, expiry, "due" if due <= at else "planned")


def _replacing_offset(step: ScheduleStep, schedule: Sequence[ScheduleStep]) -> Offset | None:
    """Return the offset of the next step in `schedule` for the same audience, whose e-mail replaces this step's.

    None without one, and for a separate e-mail, which is not replaced.
    """
    if step.alone or step not in schedule:
        return None
    later = schedule[schedule.index(step) + 1 :]
    return next((other.offset for other in later if other.audience == step.audience), None)


def _expiry_after(step: ScheduleStep, day: date, zone: str, is_open: IsOpen) -> datetime:
    """Return the moment, in UTC, from which the e-mail of a step after the event is useless.

    This is `until` of the step, else 14 days after the day on which it is due. `day` is the event's, `zone` its time
    zone.
    """
    if step.until is not None:
        return _send_moment(step.until, day, zone, is_open)
    due = _send_day(step.offset, day, is_open)
    return _local_time(due + USEFUL_AFTER_EVENT, SEND_TIME, zone)


def _send_moment(offset: Offset, day: date, zone: str, is_open: IsOpen) -> datetime:
    """Return the moment, in UTC, of 09:00 in the time zone `zone` on the open day at this offset from `day`."""
    return _local_time(_send_day(offset, day, is_open), SEND_TIME, zone)


def _local_time(day: date, clock: time, zone: str) -> datetime:
    # The local time is computed first, so that 09:00 stays 09:00 across a clock change.
    """Return the moment, in UTC, at which it is the time `clock` on `day` in the time zone `zone`."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def _send_day(offset: Offset, day: date, is_open: IsOpen) -> date:
    """Return the open day at this offset from `day`; working days count open days only.

    When that day is closed, the next open day further away from `day` is taken: an earlier one before the event, a
    later one after it. Raises NoOpenDayError when a year has none.
    """
    direction = timedelta(days=-1 if offset.before else 1)
    match offset.unit:
        case "wd":
            for _ in range(abs(offset.amount)):
                day = _first_open(day + direction, direction, is_open)
            return day
        case "w":
            target = day + timedelta(weeks=offset.amount)
        case "d":
            target = day + timedelta(days=offset.amount)
        case "m":
            target = day + relativedelta(months=offset.amount)
    return _first_open(target, direction, is_open)


def _first_open(day: date, direction: timedelta, is_open: IsOpen) -> date:
    """Return `day` if it is open, else the first open day in this direction; `direction` is one day back or on.

    Raises NoOpenDayError when a year has none.
    """
    candidates = (day + direction * distance for distance in range(MAX_CLOSED_DAYS))
    open_day = next(filter(is_open, candidates), None)
    if open_day is None:
        raise NoOpenDayError(day)
    return open_day


def next_weekly_moment(at: datetime, zone: str) -> datetime:
    """Return the moment, in UTC, of the next Monday at 09:00 in the time zone `zone`: `at` itself if it is one."""
    day = day_in(zone, at)
    monday = day + timedelta(days=-day.weekday() % 7)
    moment = _local_time(monday, SEND_TIME, zone)
    return moment if moment >= at else _local_time(monday + timedelta(weeks=1), SEND_TIME, zone)


class GroupableReminder(Protocol):
    """A due reminder for one person, for `group_into_emails`: `day` is its local date, `alone` a separate e-mail."""

    @property
    def person(self) -> Hashable: ...
    @property
    def day(self) -> date: ...
    @property
    def alone(self) -> bool: ...


AnyReminder = TypeVar("AnyReminder", bound=GroupableReminder)


def group_into_emails(items: Iterable[AnyReminder]) -> list[list[AnyReminder]]:
    """Group due reminders into e-mails: those of one person and day share one, each separate reminder has its own.

    The e-mails, and the reminders in each, are in the order in which they come.
    """
    groups: dict[Hashable, list[AnyReminder]] = {}
    for position, item in enumerate(items):
        own = position if item.alone else None
        groups.setdefault((item.person, item.day, own), []).append(item)
    return list(groups.values())


def message_uuid(person_key: str, day: date, sequence: int) -> UUID:
    """Return the id for the Message-ID of a person's e-mail with the number `sequence` of a day, the same on every
    attempt.
    """
    return uuid5(NAMESPACE, f"letter/{person_key}/{day.isoformat()}/{sequence}")


def event_uid(slug: str, pk: int | str | UUID) -> str:
    """Return the calendar UID of the event `pk` of the kind `slug`, which does not change when the event moves.

    Installations number their events alike: append the host's name after an @.
    """
    return str(uuid5(NAMESPACE, f"event/{slug}/{pk}"))
