"""Writes iCalendar data: one entry for an e-mail, many for a feed. Programs add, move and remove entries by UID.

Pure: values in, bytes out; the moment of writing is an argument.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from web.calendars.time_zones import vtimezone

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]

PRODUCT: Final = "-//labplatform//calendar//EN"
METHODS: Final[Mapping[Status, Method]] = MappingProxyType(
    {"TENTATIVE": "REQUEST", "CONFIRMED": "REQUEST", "CANCELLED": "CANCEL"}
)
RANKS: Final[Mapping[Status, int]] = MappingProxyType({"TENTATIVE": 0, "CONFIRMED": 1, "CANCELLED": 2})
REFRESH_INTERVAL: Final = timedelta(hours=1)  # how often programs are asked to read a feed


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One calendar entry. Raises ValueError when it ends before it starts, or mixes times and whole days.

    `starts` and `ends` are aware times in the venue's own zone, or whole days, both included. `uid` is set where one
    event has several entries, such as the days of a session. `removal_count` is how often the entry was taken off this
    person's calendar alone; each time raises the entry's version beyond the event's.
    """

    starts: datetime | date
    ends: datetime | date
    summary: str
    status: Status = "CONFIRMED"
    location: str = ""
    description: str = ""
    url: str = ""
    uid: str = ""
    removal_count: int = 0

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
        """Return what an e-mail asks the calendar program to do with the entry: CANCEL for a cancelled one, else
        REQUEST.
        """
        return METHODS[self.status]


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An entry of a calendar feed, with the `uid` and `sequence` that it has in e-mails, and when it last changed."""

    uid: str
    sequence: int
    changed_at: datetime
    entry: CalendarEntry


def sequence(version: int, entry: CalendarEntry) -> int:
    """Return the SEQUENCE number of a calendar entry: it grows when its event moves, becomes firm or is cancelled.

    `version` is the event's, which grows with each move. Programs ignore an entry whose number is not higher than the
    one they have (RFC 5546, 2.1.5).
    """
    return len(RANKS) * (version + entry.removal_count) + RANKS[entry.status]


def render_invitation(
    entry: CalendarEntry,
    *,
    uid: str,
    sequence: int,
    organizer: tuple[str, str],
    attendee: tuple[str, str],
    at: datetime,
) -> bytes:
    """Return the entry as iCalendar data for an e-mail to one person: an invitation, or a cancellation (RFC 5545, RFC
    5546).

    The same `uid` with a higher `sequence` replaces the entry in the person's calendar. `organizer` and `attendee` are
    name and address; `at` is the moment of writing (DTSTAMP).
    """
    calendar = _new_calendar()
    calendar.add("method", entry.method)
    event = _calendar_event(entry, uid, sequence, at)
    event.add("organizer", _calendar_address(*organizer))
    event.add("attendee", _attendee(*attendee))
    calendar.add_component(event)
    return _with_zones(calendar, [entry])


def render_feed(name: str, rows: Iterable[FeedEvent]) -> bytes:
    """Return the iCalendar data of a calendar feed: its `name` as title and the entries in `rows`, in their order.

    The same entries give the same bytes: no moment of writing is included; DTSTAMP is when an entry last changed, as
    RFC 5545 asks where there is no METHOD.
    """
    calendar, entries = _new_calendar(), []
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(name))
    for key in ("refresh-interval", "x-published-ttl"):
        calendar.add(key, vDuration(REFRESH_INTERVAL, params={"VALUE": "DURATION"} if key[0] == "r" else {}))
    for row in rows:
        event = _calendar_event(row.entry, row.uid, row.sequence, row.changed_at)
        event.add("last-modified", row.changed_at.astimezone(UTC))
        calendar.add_component(event)
        entries.append(row.entry)
    return _with_zones(calendar, entries)


def _new_calendar() -> Calendar:
    """Return an empty iCalendar object that names this platform as the program that wrote it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _with_zones(calendar: Calendar, entries: Sequence[CalendarEntry]) -> bytes:
    """Return the calendar's bytes, with the definitions of the time zones of its `entries` before the events.

    Programs look for them in this order. The zones are sorted by name.
    """
    years = [moment.year for entry in entries for moment in (entry.starts, entry.ends)]
    for index, name in enumerate(sorted(calendar.get_missing_tzids())):
        calendar.subcomponents.insert(index, vtimezone(name, min(years) - 1, max(years) + 1))
    return bytes(calendar.to_ical())


def _calendar_event(entry: CalendarEntry, uid: str, sequence: int, at: datetime) -> Event:
    """Return a calendar entry as an iCalendar event with this identifier and sequence number.

    Empty fields are left out. `at` is the moment of writing (DTSTAMP).
    """
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", entry.starts)
    event.add("dtend", _end_value(entry.ends))
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    for name, value in (("location", entry.location), ("description", entry.description), ("url", entry.url)):
        if value:
            event.add(name, value)
    return event


def _end_value(value: datetime | date) -> datetime | date:
    """Return the end of an entry as iCalendar has it: a time unchanged, for a whole day the start of the day after."""
    return value if isinstance(value, datetime) else value + timedelta(days=1)


def _calendar_address(name: str, address: str) -> vCalAddress:
    """Return a name and e-mail address as an iCalendar value, for organizer or attendee; an empty name is left out."""
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(name)
    return person


def _attendee(name: str, address: str) -> vCalAddress:
    """Return the attendee of an invitation, marked so that no reply by mail is asked for: people answer on the
    platform.
    """
    person = _calendar_address(name, address)
    person.params["RSVP"] = vText("FALSE")
    return person
