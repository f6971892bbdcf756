"""Events and days off on the pages of calendars, and where the same people are expected twice.

Pure: values in, values out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Final, NamedTuple

COLOURS: Final = 6  # colours of groups in calendar.css; the group's code tells them apart as well


class EventGroup(NamedTuple):
    """The cohort or edition that an event belongs to: its short `code`, its name, the address of its calendar.

    `colour` is a number from 1 to `COLOURS`, or 0 for events of all cohorts of an edition.
    """

    code: str
    name: str
    address: str
    colour: int


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event on `days` that follow each other, such as two days of a session, as pages of calendars show it.

    - `key`: unique on a page. `href`: the event's page.
    - `details`: hours and venue. `state`: a word for an event that is not certain, such as “draft”, else "".
    - `move_href`: the page that moves the event, "" where the reader may not. It accepts `was`, one of these days,
      `first_day`, the day on which that one is to be, and `next`, the page to go back to; where the event has hours,
      also `was_at`, the hour at which it begins, and `at`, the hour at which it is to begin.
    - `expected`: the ids of the people expected on each day.
    - `hours`: from when to when it lasts on each day, in the time of its place; empty for whole days.
    """

    key: str
    days: tuple[date, ...]
    title: str
    href: str
    group: EventGroup
    details: str = ""
    state: str = ""
    move_href: str = ""
    expected: Mapping[date, frozenset[int]] = field(default_factory=dict)
    hours: Mapping[date, tuple[time, time]] = field(default_factory=dict)

    @property
    def first(self) -> date:
        """The first day."""
        return self.days[0]

    @property
    def last(self) -> date:
        """The last day."""
        return self.days[-1]


class DayOffKind(StrEnum):
    """Why people are not at work: a public holiday, school holidays, or a period in which services are closed."""

    HOLIDAY = "holiday"
    SCHOOL = "school"
    CLOSED = "closed"


class DaysOff(NamedTuple):
    """A period, both days included, with its name, such as “Easter Monday”, and a short name for narrow bands."""

    first: date
    last: date
    kind: DayOffKind
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days on which the same people, as many as `people`, are expected at each of the events."""

    days: tuple[date, ...]
    events: tuple[CalendarEvent, ...]
    people: int


def overlaps(events: Iterable[CalendarEvent]) -> list[Overlap]:
    """Return where people are expected at several events on one day, the earliest day first.

    Days on which the same events overlap are one overlap; the people of all these days are counted once.
    """
    attended: dict[tuple[date, int], list[CalendarEvent]] = defaultdict(list)
    for event in events:
        for day, people in event.expected.items():
            for person in people:
                attended[day, person].append(event)
    days: dict[tuple[str, ...], set[date]] = defaultdict(set)
    people_of: dict[tuple[str, ...], set[int]] = defaultdict(set)
    by_key: dict[tuple[str, ...], tuple[CalendarEvent, ...]] = {}
    for (day, person), several in attended.items():
        if len(several) > 1:
            key = tuple(event.key for event in several)
            by_key[key] = tuple(several)
            days[key].add(day)
            people_of[key].add(person)
    rows = [Overlap(tuple(sorted(days[key])), by_key[key], len(people_of[key])) for key in by_key]
    return sorted(rows, key=lambda row: (row.days, [event.key for event in row.events]))


def overlapping_keys(rows: Collection[Overlap]) -> frozenset[str]:
    """Return the keys of the events that overlap with another one."""
    return frozenset(event.key for row in rows for event in row.events)


def groups_of(events: Sequence[CalendarEvent]) -> list[EventGroup]:
    """Return the cohorts and editions that the events belong to, each once, those of cohorts first, by name."""
    return sorted({event.group for event in events}, key=lambda group: (group.colour == 0, group.name.casefold()))
