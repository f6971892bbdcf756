"""Calendar entries, read back by the library's own parser and line by line."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from web.calendars.ics import CalendarEntry, render_invitation, sequence

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALL_DAY_ENTRIES = CalendarEntry(date(2027, 6, 8), date(2027, 6, 9), "Intertransfo 2", "TENTATIVE")


def timed(start: datetime, hours: int = 8, **changes: Any) -> CalendarEntry:
    return CalendarEntry(start, start + timedelta(hours=hours), "Intertransfo 2", **changes)


def write(entry: CalendarEntry, number: int = 1, **changes: Any) -> str:
    people = {"organizer": ("The lab", "lab@demo.example"), "attendee": ("Ana Lys", "ana@people.example")}
    return render_invitation(entry, uid="u@lab.example", sequence=number, at=AT, **(people | changes)).decode()


def event(entry: CalendarEntry, **changes: Any) -> Any:
    return Calendar.from_ical(write(entry, **changes)).walk("VEVENT")[0]


def lines(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_sequences_rise_with_status_within_a_version_and_with_each_version():
    entries = [replace(ALL_DAY_ENTRIES, status=status) for status in ("TENTATIVE", "CONFIRMED", "CANCELLED")]
    numbers = [sequence(version, entry) for version in (1, 2) for entry in entries]
    assert numbers == [3, 4, 5, 6, 7, 8]


def test_an_entry_removed_and_added_again_gets_a_higher_sequence():
    off, again = replace(ALL_DAY_ENTRIES, status="CANCELLED"), replace(ALL_DAY_ENTRIES, removal_count=1)
    assert (sequence(1, off), sequence(1, again)) == (5, 6)


def test_a_moved_event_keeps_its_uid_and_raises_its_sequence():
    first, moved = event(ALL_DAY_ENTRIES, number=1), event(ALL_DAY_ENTRIES, number=2)
    assert (str(first["UID"]), first["SEQUENCE"]) == ("u@lab.example", 1)
    assert (str(moved["UID"]), moved["SEQUENCE"]) == ("u@lab.example", 2)


def test_whole_days_end_on_the_day_after_in_icalendar():
    row = event(ALL_DAY_ENTRIES)
    assert (row.decoded("DTSTART"), row.decoded("DTEND")) == (date(2027, 6, 8), date(2027, 6, 10))


def test_whole_days_need_no_time_zone():
    assert "VTIMEZONE" not in write(ALL_DAY_ENTRIES)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Cayenne", "Indian/Reunion"])
def test_times_are_local_and_include_their_time_zone(zone: str):
    start = datetime(2027, 6, 8, 9, 30, tzinfo=ZoneInfo(zone))
    text = write(timed(start))
    assert f"DTSTART;TZID={zone}:20270608T093000" in lines(text)
    assert [str(part["TZID"]) for part in Calendar.from_ical(text).walk("VTIMEZONE")] == [zone]


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2027, 3, 27), 8), (date(2027, 3, 29), 7), (date(2027, 10, 30), 7), (date(2027, 11, 1), 8)],
)
def test_nine_oclock_stays_nine_oclock_on_both_sides_of_a_clock_change(day: date, utc_hour: int):
    start = datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
    read = event(timed(start)).decoded("DTSTART")
    assert read.astimezone(UTC).hour == utc_hour


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2036, 12, 31)), st.times())
def test_a_written_entry_is_read_back_unchanged(day: date, clock: time):
    start = datetime.combine(day, clock.replace(microsecond=0, fold=0), PARIS)
    read = event(timed(start)).decoded("DTSTART")
    assert (read.year, read.month, read.day, read.time()) == (day.year, day.month, day.day, start.time())


@pytest.mark.parametrize(
    ("status", "method"), [("TENTATIVE", "REQUEST"), ("CONFIRMED", "REQUEST"), ("CANCELLED", "CANCEL")]
)
def test_the_method_follows_from_the_status(status: Any, method: str):
    entry = CalendarEntry(date(2027, 6, 8), date(2027, 6, 8), "Intertransfo 2", status)
    assert entry.method == method
    assert f"METHOD:{method}" in lines(write(entry))
    assert str(event(entry)["STATUS"]) == status


def test_organizer_and_attendee_are_named_and_no_rsvp_is_requested():
    row = event(ALL_DAY_ENTRIES)
    assert str(row["ORGANIZER"]) == "mailto:lab@demo.example"
    assert str(row["ATTENDEE"]) == "mailto:ana@people.example"
    assert (str(row["ORGANIZER"].params["CN"]), str(row["ATTENDEE"].params["CN"])) == ("The lab", "Ana Lys")
    assert str(row["ATTENDEE"].params["RSVP"]) == "FALSE"


def test_people_without_a_name_are_addresses_only():
    assert "CN" not in event(ALL_DAY_ENTRIES, attendee=("", "ana@people.example"))["ATTENDEE"].params


def test_location_description_and_url_appear_only_when_given():
    full = CalendarEntry(
        date(2027, 6, 8),
        date(2027, 6, 8),
        "Intertransfo",
        location="Dunkerque, halle",
        description="a\nb",
        url="https://lab.example/exchanges/2/",
    )
    row, bare = event(full), event(ALL_DAY_ENTRIES)
    assert (str(row["LOCATION"]), str(row["DESCRIPTION"]), str(row["URL"])) == (
        full.location,
        full.description,
        full.url,
    )
    assert [name for name in ("LOCATION", "DESCRIPTION", "URL") if name in bare] == []


def test_texts_cannot_inject_icalendar_lines():
    entry = CalendarEntry(
        date(2027, 6, 8), date(2027, 6, 8), "One; two, three\r\nATTENDEE:mailto:intruder@people.example"
    )
    assert [line for line in lines(write(entry)) if line.startswith("ATTENDEE")] == [
        'ATTENDEE;CN="Ana Lys";RSVP=FALSE:mailto:ana@people.example'
    ]


def test_no_line_is_longer_than_calendars_allow():
    entry = CalendarEntry(date(2027, 6, 8), date(2027, 6, 8), "Rencontre à l’échelle régionale " * 10)
    assert max(len(line.encode()) for line in write(entry).split("\r\n")) <= 75


def test_the_moment_of_writing_is_given_in_utc():
    assert "DTSTAMP:20261124T090000Z" in lines(write(ALL_DAY_ENTRIES))


@pytest.mark.parametrize(
    ("starts", "ends", "message"),
    [
        (date(2027, 6, 9), date(2027, 6, 8), "ends before"),
        (date(2027, 6, 8), datetime(2027, 6, 8, 9, tzinfo=UTC), "either times at both ends"),
        (datetime(2027, 6, 8, 9), datetime(2027, 6, 8, 10), "need a time zone"),  # noqa: DTZ001
    ],
)
def test_invalid_input_is_refused(starts: Any, ends: Any, message: str):
    with pytest.raises(ValueError, match=message):
        CalendarEntry(starts, ends, "Intertransfo")
