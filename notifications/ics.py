"""Writes the calendar part of a letter: one event that calendars add, move and remove by its UID.

Values in, bytes out; the moment of writing is an argument.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from icalendar import Calendar, Event, vCalAddress, vText

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]

PRODUCT: Final = "-//labplatform//letters//EN"
METHODS: Final[Mapping[Status, Method]] = MappingProxyType(
    {"TENTATIVE": "REQUEST", "CONFIRMED": "REQUEST", "CANCELLED": "CANCEL"}
)
ZONE_MARGIN: Final = timedelta(days=400)  # enough for both clock changes around the event


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows.

    `starts` and `ends` are aware times in the place's own zone, or whole days, both included. `uid` is its own name
    where one event has several entries, such as the days of a session; the event's without.
    """

    starts: datetime | date
    ends: datetime | date
    summary: str
    status: Status = "CONFIRMED"
    place: str = ""
    description: str = ""
    url: str = ""
    uid: str = ""

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


def written(
    entry: Entry, *, uid: str, sequence: int, organizer: tuple[str, str], attendee: tuple[str, str], at: datetime
) -> bytes:
    """The entry as an iCalendar object (RFC 5545, sent as RFC 5546 asks).

    The same `uid` with a higher `sequence` replaces what a calendar holds. `organizer` and `attendee` are name and
    address; `at` is the moment of writing (DTSTAMP).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    event = _event(entry)
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("organizer", _person(*organizer))
    event.add("attendee", _attendee(*attendee))
    calendar.add_component(event)
    first = _day(entry.starts)
    calendar.add_missing_timezones(first_date=first - ZONE_MARGIN, last_date=first + ZONE_MARGIN)
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("dtstart", entry.starts)
    event.add("dtend", _end(entry.ends))
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    for name, value in (("location", entry.place), ("description", entry.description), ("url", entry.url)):
        if value:
            event.add(name, value)
    return event


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


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
