"""When the letters of an event leave, and from when each is useless.

Values and dates only: the event's day, its zone, the open days and the moment are arguments.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, Protocol, Self, TypeVar, cast
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

Unit = Literal["w", "wd", "d", "m"]
State = Literal["planned", "skipped", "due"]
Reason = Literal["", "late", "expired", "overtaken"]
IsOpen = Callable[[date], bool]

LEAVES_AT: Final = time(9)
USEFUL_AFTERWARDS: Final = timedelta(days=14)
LONGEST_CLOSURE: Final = 366  # days; past this the calendar is wrong, not merely closed
OFFSET_TEXT: Final = re.compile(r"([+-][1-9][0-9]{0,2})(wd|w|d|m)")

# Fixed for ever: changing it would give a letter sent again a second Message-ID.
NAMESPACE: Final = UUID("d1be06b1-8ac8-4a37-810d-0e6c7ec5a251")


class OffsetError(ValueError):
    """A text that is not an offset; `text` is what was written."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"“{text}” does not say when a letter leaves. Write + or - (the keyboard's),"
            " a number from 1 to 999, then w, wd, d or m: -2wd, +3m."
        )


class NoOpenDayError(ValueError):
    """The calendar is closed for more than a year around `day`."""

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
        return self.amount < 0


def parse_offset(text: str) -> Offset:
    """Read "-26w", "-2wd", "+30d" or "+3m"; raises `OffsetError` on anything else."""
    found = OFFSET_TEXT.fullmatch(text)
    if found is None:
        raise OffsetError(text)
    return Offset(int(found[1]), cast("Unit", found[2]))


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder: which letter goes to which audience, and when.

    `alone` marks a letter never merged with another (calendar parts, invitations).
    `until` is the step's own expiry, counted from the event's day like `offset`.
    """

    slug: str
    offset: Offset
    audience: str
    letter: str
    alone: bool = False
    until: Offset | None = None

    @classmethod
    def read(
        cls,
        slug: str,
        offset: str,
        audience: str,
        letter: str,
        *,
        alone: bool = False,
        until: str = "",
    ) -> Self:
        """Build a step from the texts kept in a format version; raises `OffsetError`."""
        expiry = parse_offset(until) if until else None
        return cls(slug, parse_offset(offset), audience, letter, alone, expiry)


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its UTC times, and what becomes of it.

    `reason` says why a step is skipped: "late" (a later step goes in its place),
    "expired" (useless by the moment of planning) or "overtaken" (useless before it
    would even be due).
    """

    step: Step
    due_at: datetime
    expires_at: datetime
    state: State
    reason: Reason = ""


def due_at(step: Step, day: date, zone: str, is_open: IsOpen) -> datetime:
    """The moment, in UTC, when the step of an event on `day` is due: 09:00 in `zone`.

    Working days count open days only. A closed day gives way to the open day before it
    when the step precedes the event (a notice may be early, not late) and to the next
    open day when it follows it. Raises `NoOpenDayError`.
    """
    return _leaving(step.offset, day, zone, is_open)


def expires_at(step: Step, day: date, zone: str, is_open: IsOpen, ladder: Sequence[Step] = ()) -> datetime:
    """The moment, in UTC, from which the letter of `step` must not start any more.

    - Before the event: at `until`, else when the next step of `ladder` for the same
      audience is due; a letter that goes alone is not replaced by it, for
      only it brings the calendar part. Never later than the start of the event's day.
    - After the event: at `until`, else 14 days after it was due.
    """
    if not step.offset.before:
        return _expiry_after(step, day, zone, is_open)
    start = _instant(day, time.min, zone)
    following = step.until or _replacing_offset(step, ladder)
    if following is None:
        return start
    return min(start, _leaving(following, day, zone, is_open))


def plan(
    steps: Sequence[Step], day: date, zone: str, is_open: IsOpen, at: datetime, *, last: date | None = None
) -> list[Planned]:
    """What becomes of each step, in the ladder's order, for an event planned or moved at `at`.

    Steps after the event count from its `last` day where it has one of its own: nobody is thanked halfway.
    Of the steps already overdue, only the latest that is still useful is due, at once.
    `at` is when the event took its present date and must be aware; planning again at
    a later moment would skip what the first plan still owes.
    """
    anchors = [(step, day if step.offset.before else last or day) for step in steps]
    rows = [
        _foresee(step, due_at(step, anchor, zone, is_open), expires_at(step, anchor, zone, is_open, steps), at)
        for step, anchor in anchors
    ]
    overdue = [row for row in rows if row.state == "due"]
    # max keeps the first of equals; of two steps due together the lower rung goes.
    latest = max(reversed(overdue), key=lambda row: row.due_at, default=None)
    return [
        replace(row, state="skipped", reason="late") if row.state == "due" and row is not latest else row
        for row in rows
    ]


def _foresee(step: Step, due: datetime, expiry: datetime, at: datetime) -> Planned:
    if expiry <= due:
        return Planned(step, due, expiry, "skipped", "overtaken")
    if expiry <= at:
        return Planned(step, due, expiry, "skipped", "expired")
    return Planned(step, due, expiry, "due" if due <= at else "planned")


def _replacing_offset(step: Step, ladder: Sequence[Step]) -> Offset | None:
    if step.alone or step not in ladder:
        return None
    lower = ladder[ladder.index(step) + 1 :]
    return next((rung.offset for rung in lower if rung.audience == step.audience), None)


def _expiry_after(step: Step, day: date, zone: str, is_open: IsOpen) -> datetime:
    if step.until is not None:
        return _leaving(step.until, day, zone, is_open)
    due = _leaving_day(step.offset, day, is_open)
    return _instant(due + USEFUL_AFTERWARDS, LEAVES_AT, zone)


def _leaving(offset: Offset, day: date, zone: str, is_open: IsOpen) -> datetime:
    return _instant(_leaving_day(offset, day, is_open), LEAVES_AT, zone)


def _instant(day: date, clock: time, zone: str) -> datetime:
    # The local day is settled first, so that 09:00 stays 09:00 across a clock change.
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def _leaving_day(offset: Offset, day: date, is_open: IsOpen) -> date:
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
    candidates = (day + direction * distance for distance in range(LONGEST_CLOSURE))
    found = next(filter(is_open, candidates), None)
    if found is None:
        raise NoOpenDayError(day)
    return found


class Item(Protocol):
    """What one letter may hold: due for one person on one local day, alone or not."""

    @property
    def person(self) -> Hashable: ...
    @property
    def day(self) -> date: ...
    @property
    def alone(self) -> bool: ...


AnyItem = TypeVar("AnyItem", bound=Item)


def letters_of_day(items: Iterable[AnyItem]) -> list[list[AnyItem]]:
    """Group items into letters, in order of first appearance.

    Items for one person and day share one letter; each that goes alone keeps its own.
    """
    letters: dict[Hashable, list[AnyItem]] = {}
    for position, item in enumerate(items):
        own = position if item.alone else None
        letters.setdefault((item.person, item.day, own), []).append(item)
    return list(letters.values())


def message_uuid(person_key: str, day: date, sequence: int) -> UUID:
    """The id of a person's letter number `sequence` of a local day, the same on every attempt."""
    return uuid5(NAMESPACE, f"letter/{person_key}/{day.isoformat()}/{sequence}")


def event_uid(slug: str, pk: int | str | UUID) -> str:
    """The iCalendar UID of an event, kept when it moves.

    Installations number their events alike: add the host's name after an @ on the way out.
    """
    return str(uuid5(NAMESPACE, f"event/{slug}/{pk}"))
