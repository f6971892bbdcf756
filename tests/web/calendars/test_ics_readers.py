"""Invitations and feeds as read by two independent readers, across every clock change."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.calendar_readers import ZONES, CalendarReader, both_readers, with_icalendar
from web.calendars.ics import CalendarEntry, FeedEvent, render_feed, render_invitation

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
CHANGES = [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)]  # last Sundays
NEAR_CLOCK_CHANGES = [change + timedelta(days=days) for change in CHANGES for days in (-1, 0, 1)]
EXPECTED = {  # the hour in UTC of nine o'clock on the day before, the day itself and the day after, spring then autumn
    "Europe/Paris": [8, 7, 7, 7, 8, 8],
    "America/Cayenne": [12] * 6,
    "Indian/Reunion": [5] * 6,
}


def at_nine(day: date, zone: str) -> CalendarEntry:
    starts = datetime.combine(day, time(9), ZoneInfo(zone))
    return CalendarEntry(
        starts, datetime.combine(day, time(17, 30), ZoneInfo(zone)), "Séance, à l’échelle", location="Halle; 2"
    )


def invitation(entry: CalendarEntry, sequence: int = 1, uid: str = "u@lab.example") -> bytes:
    people = {"organizer": ("The lab", "lab@demo.example"), "attendee": ("Ana Lys", "ana@people.example")}
    return render_invitation(entry, uid=uid, sequence=sequence, at=AT, **people)


def dated(uid: str, entry: CalendarEntry, sequence: int = 1) -> FeedEvent:
    return FeedEvent(f"{uid}@lab.example", sequence, AT, entry)


def local_times(entry: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[key] for key in ("starts", "ends", "zone"))


@both_readers
def test_both_readers_read_the_same_feed(read: CalendarReader):
    full = CalendarEntry(date(2027, 6, 8), date(2027, 6, 9), "Intertransfo 2", "TENTATIVE")
    calendar = read(
        render_feed("Rivage", [dated("a", at_nine(date(2027, 3, 30), "Europe/Paris"), 3), dated("b", full)])
    )
    assert (calendar.name, calendar.method) == ("Rivage", None)
    assert calendar.entries == [
        {
            "uid": "a@lab.example",
            "sequence": 3,
            "status": "CONFIRMED",
            "summary": "Séance, à l’échelle",
            "place": "Halle; 2",
            "zone": "Europe/Paris",
            "starts": "2027-03-30T09:00:00",
            "ends": "2027-03-30T17:30:00",
            "starts_utc": "2027-03-30T07:00:00Z",
            "ends_utc": "2027-03-30T15:30:00Z",
            "changed": "2026-11-24T09:00:00Z",
        },
        {
            "uid": "b@lab.example",
            "sequence": 1,
            "status": "TENTATIVE",
            "summary": "Intertransfo 2",
            "place": None,
            "zone": None,
            "starts": "2027-06-08",
            "ends": "2027-06-10",
            "starts_utc": None,
            "ends_utc": None,
            "changed": "2026-11-24T09:00:00Z",
        },
    ]


@both_readers
def test_both_readers_read_the_same_invitation(read: CalendarReader):
    calendar = read(invitation(at_nine(date(2027, 3, 30), "Europe/Paris"), 2))
    assert (calendar.name, calendar.method) == (None, "REQUEST")
    assert calendar.entries == [
        {
            "uid": "u@lab.example",
            "sequence": 2,
            "status": "CONFIRMED",
            "summary": "Séance, à l’échelle",
            "place": "Halle; 2",
            "zone": "Europe/Paris",
            "starts": "2027-03-30T09:00:00",
            "ends": "2027-03-30T17:30:00",
            "starts_utc": "2027-03-30T07:00:00Z",
            "ends_utc": "2027-03-30T15:30:00Z",
            "changed": None,
        }
    ]


@both_readers
@pytest.mark.parametrize("zone", ZONES)
def test_nine_oclock_stays_nine_oclock_near_every_clock_change_in_a_feed(read: CalendarReader, zone: str):
    calendar = read(render_feed("Rivage", [dated(str(day), at_nine(day, zone)) for day in NEAR_CLOCK_CHANGES])).entries
    assert [local_times(entry) for entry in calendar] == [
        (f"{day}T09:00:00", f"{day}T17:30:00", zone) for day in NEAR_CLOCK_CHANGES
    ]
    hours = [hour for _year in (2027, 2028) for hour in EXPECTED[zone]]
    assert [entry["starts_utc"] for entry in calendar] == [
        f"{day}T{hour:02}:00:00Z" for day, hour in zip(NEAR_CLOCK_CHANGES, hours, strict=True)
    ]


@both_readers
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("place", range(6))
def test_nine_oclock_stays_nine_oclock_near_a_clock_change_in_an_invitation(
    read: CalendarReader, zone: str, place: int
):
    day = NEAR_CLOCK_CHANGES[place]
    (entry,) = read(invitation(at_nine(day, zone))).entries
    assert local_times(entry) == (f"{day}T09:00:00", f"{day}T17:30:00", zone)
    assert entry["starts_utc"] == f"{day}T{EXPECTED[zone][place]:02}:00:00Z"


@both_readers
@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 3), (date(2027, 10, 31), 5)])
def test_an_entry_across_a_clock_change_keeps_its_length(read: CalendarReader, day: date, hours: int):
    """From one to five in the night: three hours in spring, five in autumn."""
    paris = ZoneInfo("Europe/Paris")
    night = CalendarEntry(
        datetime.combine(day, time(1), paris), datetime.combine(day, time(5), paris), "A night of work"
    )
    for text in (invitation(night), render_feed("Rivage", [dated("a", night)])):
        (entry,) = read(text).entries
        lasted = datetime.fromisoformat(entry["ends_utc"]) - datetime.fromisoformat(entry["starts_utc"])
        assert lasted == timedelta(hours=hours)


@both_readers
@pytest.mark.parametrize(("day", "clock", "utc"), [(CHANGES[0], 3, "01"), (CHANGES[2], 3, "01"), (CHANGES[3], 4, "03")])
def test_the_first_hour_after_a_clock_change_is_correct(read: CalendarReader, day: date, clock: int, utc: str):
    paris = ZoneInfo("Europe/Paris")
    early = CalendarEntry(
        datetime.combine(day, time(clock), paris), datetime.combine(day, time(clock, 59), paris), "Early"
    )
    for text in (invitation(early), render_feed("Rivage", [dated("a", early)])):
        (entry,) = read(text).entries
        assert entry["starts_utc"] == f"{day}T{utc}:00:00Z"


@both_readers
def test_a_feed_can_hold_several_time_zones(read: CalendarReader):
    day = date(2027, 10, 31)
    calendar = read(render_feed("All", [dated(zone, at_nine(day, zone)) for zone in ZONES])).entries
    assert [entry["starts_utc"][11:13] for entry in calendar] == ["08", "12", "05"]


@both_readers
def test_moved_and_cancelled_entries_replace_the_earlier_ones(read: CalendarReader):
    """A calendar that stores entries by UID holds one entry, whether changes come by e-mail or by feed."""
    first, later = at_nine(date(2027, 3, 30), "Europe/Paris"), at_nine(date(2027, 11, 2), "Europe/Paris")
    off = CalendarEntry(later.starts, later.ends, later.summary, "CANCELLED")
    entries_by_uid: dict[str, dict[str, Any]] = {}
    stories = [
        invitation(first, 1),
        render_feed("Rivage", [FeedEvent("u@lab.example", 2, AT, later)]),
        invitation(later, 2),
        invitation(off, 3),
        render_feed("Rivage", [FeedEvent("u@lab.example", 3, AT, off)]),
    ]
    versions = []
    for text in stories:
        entries_by_uid |= read(text).by_uid
        versions += [(entry["sequence"], entry["status"], entry["starts"]) for entry in entries_by_uid.values()]
    assert versions == [
        (1, "CONFIRMED", "2027-03-30T09:00:00"),
        (2, "CONFIRMED", "2027-11-02T09:00:00"),
        (2, "CONFIRMED", "2027-11-02T09:00:00"),
        (3, "CANCELLED", "2027-11-02T09:00:00"),
        (3, "CANCELLED", "2027-11-02T09:00:00"),
    ]


@both_readers
def test_an_empty_feed_is_a_calendar_without_entries(read: CalendarReader):
    assert read(render_feed("Rivage", [])) == ("Rivage", None, [])


def test_the_same_rows_give_the_same_bytes_with_zones_in_a_stable_order():
    rows = [dated(zone, at_nine(date(2027, 6, 8), zone)) for zone in reversed(ZONES)]
    text = render_feed("All", rows).decode()
    assert text == render_feed("All", rows).decode()
    assert [line for line in text.split("\r\n") if line.startswith("TZID")] == [
        f"TZID:{zone}" for zone in sorted(ZONES)
    ]


def test_a_feed_asks_for_an_hourly_refresh_and_names_no_person():
    text = render_feed("Rivage", [dated("a", at_nine(date(2027, 6, 8), "Europe/Paris"))]).decode()
    lines = text.split("\r\n")
    assert [line for line in lines if "PT1H" in line] == [
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert [line for line in lines if line.startswith(("ORGANIZER", "ATTENDEE", "METHOD", "DESCRIPTION"))] == []


def test_texts_cannot_inject_icalendar_lines_in_a_feed():
    rows = [
        dated(
            "a",
            CalendarEntry(
                date(2027, 6, 8), date(2027, 6, 8), "One\r\nATTENDEE:mailto:x@people.example", location="a\nb"
            ),
        )
    ]
    (entry,) = with_icalendar(render_feed("Rivage\r\nMETHOD:CANCEL", rows)).entries
    assert (entry["summary"], entry["place"]) == ("One\nATTENDEE:mailto:x@people.example", "a\nb")
    assert with_icalendar(render_feed("Rivage\r\nMETHOD:CANCEL", rows)).method is None
