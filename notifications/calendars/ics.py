"""Writes calendars: the part of a letter, one event, and feeds, many; programs add, move and remove by UID.

Values in, bytes out; the moment of writing is an argument.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from notifications.calendars.time_zones import vtimezone

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]

PRODUCT: Final = "-//labplatform//letters//EN"
METHODS: Final[Mapping[Status, Method]] = MappingProxyType(
    {"TENTATIVE": "REQUEST", "CONFIRMED": "REQUEST", "CANCELLED": "CANCEL"}
)
RANKS: Final[Mapping[Status, int]] = MappingProxyType({"TENTATIVE": 0, "CONFIRMED": 1, "CANCELLED": 2})
READ_AGAIN_AFTER: Final = timedelta(hours=1)  # what a feed asks of the programs that read it


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows.

    `starts` and `ends` are aware times in the place's own zone, or whole days, both included. `uid` is its own name
    where one event has several entries, such as the days of a session; the event's without. `raised` is by how many
    versions its person's own answers are ahead of the event: one for each time it was taken off their calendar alone.
    """

    starts: datetime | date
    ends: datetime | date
    summary: str
    status: Status = "CONFIRMED"
    place: str = ""
    description: str = ""
    url: str = ""
    uid: str = ""
    raised: int = 0

    def __post_init__(self) -> None:
        timed = [isinstance(value, datetime) for value in (self.starts, self.ends)]
        if timed[0] != timed[1]:
            raise ValueError("An entry has either times at both ends or whole days at both ends")
        if any(isinstance(value, datetime) and value.tzinfo is None for value in (self.starts, self.ends)):
            raise ValueError("Times of an entry need a time zone")
        if self.ends < self.starts:
            raise ValueError("An entry ends before it starts")

    @property
    def method(self) -> Method:
        return METHODS[self.status]


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry of a feed: the same `uid` and `sequence` as in the letters of its event, and when it last changed."""

    uid: str
    sequence: int
    changed_at: datetime
    entry: Entry


def sequence(version: int, entry: Entry) -> int:
    """The SEQUENCE of an event's entry: higher where the event moves, and where it becomes firm or is taken off.

    Programs may drop what comes with the number they have (RFC 5546, 2.1.5).
    """
    return len(RANKS) * (version + entry.raised) + RANKS[entry.status]


def written(
    entry: Entry, *, uid: str, sequence: int, organizer: tuple[str, str], attendee: tuple[str, str], at: datetime
) -> bytes:
    """The entry as an iCalendar object (RFC 5545, sent as RFC 5546 asks).

    The same `uid` with a higher `sequence` replaces what a calendar holds. `organizer` and `attendee` are name and
    address; `at` is the moment of writing (DTSTAMP).
    """
    calendar = _calendar()
    calendar.add("method", entry.method)
    event = _event(entry, uid, sequence, at)
    event.add("organizer", _person(*organizer))
    event.add("attendee", _attendee(*attendee))
    calendar.add_component(event)
    return _with_zones(calendar, [entry])


def feed(name: str, rows: Iterable[Dated]) -> bytes:
    """Everything of `rows` as one iCalendar object that programs read again and again.

    The same rows give the same bytes: no moment of writing is in it, DTSTAMP is when an entry last changed, as
    RFC 5545 asks where there is no METHOD.
    """
    calendar, entries = _calendar(), []
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(name))
    for key in ("refresh-interval", "x-published-ttl"):
        calendar.add(key, vDuration(READ_AGAIN_AFTER, params={"VALUE": "DURATION"} if key[0] == "r" else {}))
    for row in rows:
        event = _event(row.entry, row.uid, row.sequence, row.changed_at)
        event.add("last-modified", row.changed_at.astimezone(UTC))
        calendar.add_component(event)
        entries.append(row.entry)
    return _with_zones(calendar, entries)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _with_zones(calendar: Calendar, entries: Sequence[Entry]) -> bytes:
    """The zones in one order, whatever process writes them; programs look for them before the events."""
    years = [moment.year for entry in entries for moment in (entry.starts, entry.ends)]
    for place, name in enumerate(sorted(calendar.get_missing_tzids())):
        calendar.subcomponents.insert(place, vtimezone(name, min(years) - 1, max(years) + 1))
    return bytes(calendar.to_ical())


def _event(entry: Entry, uid: str, sequence: int, at: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", entry.starts)
    event.add("dtend", _end(entry.ends))
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    for name, value in (("location", entry.place), ("description", entry.description), ("url", entry.url)):
        if value:
            event.add(name, value)
    return event


def _end(value: datetime | date) -> datetime | date:
    """Whole days end, for calendars, at the start of the day after."""
    return value if isinstance(value, datetime) else value + timedelta(days=1)


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(name)
    return person


def _attendee(name: str, address: str) -> vCalAddress:
    """People answer on the platform, where the list of those who come is kept, not by mail."""
    person = _person(name, address)
    person.params["RSVP"] = vText("FALSE")
    return person
