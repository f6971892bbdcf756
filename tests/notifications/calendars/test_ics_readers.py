"""Invitations and feeds as two readers understand them that share no code, through every change of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.calendars.ics import Dated, Entry, feed, written
from tests.readers import ZONES, Reader, both_readers, with_icalendar

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
CHANGES = [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)]  # last Sundays
AROUND = [change + timedelta(days=days) for change in CHANGES for days in (-1, 0, 1)]
EXPECTED = {  # the hour in UTC of nine o'clock on the day before, the day itself and the day after, spring then autumn
    "Europe/Paris": [8, 7, 7, 7, 8, 8],
    "America/Cayenne": [12] * 6,
    "Indian/Reunion": [5] * 6,
}


def at_nine(day: date, zone: str) -> Entry:
    starts = datetime.combine(day, time(9), ZoneInfo(zone))
    return Entry(starts, datetime.combine(day, time(17, 30), ZoneInfo(zone)), "Séance, à l’échelle", place="Halle; 2")


def invitation(entry: Entry, sequence: int = 1, uid: str = "u@lab.example") -> bytes:
    people = {"organizer": ("The lab", "lab@demo.example"), "attendee": ("Ana Lys", "ana@people.example")}
    return written(entry, uid=uid, sequence=sequence, at=AT, **people)


def dated(uid: str, entry: Entry, sequence: int = 1) -> Dated:
    return Dated(f"{uid}@lab.example", sequence, AT, entry)


def seen(entry: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[key] for key in ("starts", "ends", "zone"))


@both_readers
def test_a_feed_says_the_same_to_both_readers(read: Reader):
    whole = Entry(date(2027, 6, 8), date(2027, 6, 9), "Intertransfo 2", "TENTATIVE")
    found = read(feed("Rivage", [dated("a", at_nine(date(2027, 3, 30), "Europe/Paris"), 3), dated("b", whole)]))
    assert (found.name, found.method) == ("Rivage", None)
    assert found.entries == [
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
def test_an_invitation_says_the_same_to_both_readers(read: Reader):
    found = read(invitation(at_nine(date(2027, 3, 30), "Europe/Paris"), 2))
    assert (found.name, found.method) == (None, "REQUEST")
    assert found.entries == [
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
def test_nine_oclock_is_nine_oclock_around_every_change_in_a_feed(read: Reader, zone: str):
    found = read(feed("Rivage", [dated(str(day), at_nine(day, zone)) for day in AROUND])).entries
    assert [seen(entry) for entry in found] == [(f"{day}T09:00:00", f"{day}T17:30:00", zone) for day in AROUND]
    hours = [hour for _year in (2027, 2028) for hour in EXPECTED[zone]]
    assert [entry["starts_utc"] for entry in found] == [
        f"{day}T{hour:02}:00:00Z" for day, hour in zip(AROUND, hours, strict=True)
    ]


@both_readers
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("place", range(6))
def test_nine_oclock_is_nine_oclock_around_a_change_in_an_invitation(read: Reader, zone: str, place: int):
    day = AROUND[place]
    (entry,) = read(invitation(at_nine(day, zone))).entries
    assert seen(entry) == (f"{day}T09:00:00", f"{day}T17:30:00", zone)
    assert entry["starts_utc"] == f"{day}T{EXPECTED[zone][place]:02}:00:00Z"


@both_readers
@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 3), (date(2027, 10, 31), 5)])
def test_an_entry_that_lasts_through_a_change_is_as_long_as_it_is(read: Reader, day: date, hours: int):
    """From one to five in the night: three hours in spring, five in autumn."""
    paris = ZoneInfo("Europe/Paris")
    night = Entry(datetime.combine(day, time(1), paris), datetime.combine(day, time(5), paris), "A night of work")
    for text in (invitation(night), feed("Rivage", [dated("a", night)])):
        (entry,) = read(text).entries
        lasted = datetime.fromisoformat(entry["ends_utc"]) - datetime.fromisoformat(entry["starts_utc"])
        assert lasted == timedelta(hours=hours)


@both_readers
@pytest.mark.parametrize(("day", "clock", "utc"), [(CHANGES[0], 3, "01"), (CHANGES[2], 3, "01"), (CHANGES[3], 4, "03")])
def test_the_first_hour_after_a_change_is_where_it_is(read: Reader, day: date, clock: int, utc: str):
    paris = ZoneInfo("Europe/Paris")
    early = Entry(datetime.combine(day, time(clock), paris), datetime.combine(day, time(clock, 59), paris), "Early")
    for text in (invitation(early), feed("Rivage", [dated("a", early)])):
        (entry,) = read(text).entries
        assert entry["starts_utc"] == f"{day}T{utc}:00:00Z"


@both_readers
def test_zones_of_several_places_stand_side_by_side(read: Reader):
    day = date(2027, 10, 31)
    found = read(feed("All", [dated(zone, at_nine(day, zone)) for zone in ZONES])).entries
    assert [entry["starts_utc"][11:13] for entry in found] == ["08", "12", "05"]


@both_readers
def test_what_is_moved_and_cancelled_takes_the_place_of_what_was_there(read: Reader):
    """A calendar that keeps entries by UID holds one, whether letters or the feed bring the news."""
    first, later = at_nine(date(2027, 3, 30), "Europe/Paris"), at_nine(date(2027, 11, 2), "Europe/Paris")
    off = Entry(later.starts, later.ends, later.summary, "CANCELLED")
    kept: dict[str, dict[str, Any]] = {}
    stories = [
        invitation(first, 1),
        feed("Rivage", [Dated("u@lab.example", 2, AT, later)]),
        invitation(later, 2),
        invitation(off, 3),
        feed("Rivage", [Dated("u@lab.example", 3, AT, off)]),
    ]
    told = []
    for text in stories:
        kept |= read(text).by_uid
        told += [(entry["sequence"], entry["status"], entry["starts"]) for entry in kept.values()]
    assert told == [
        (1, "CONFIRMED", "2027-03-30T09:00:00"),
        (2, "CONFIRMED", "2027-11-02T09:00:00"),
        (2, "CONFIRMED", "2027-11-02T09:00:00"),
        (3, "CANCELLED", "2027-11-02T09:00:00"),
        (3, "CANCELLED", "2027-11-02T09:00:00"),
    ]


@both_readers
def test_an_empty_feed_is_a_calendar_with_nothing_in_it(read: Reader):
    assert read(feed("Rivage", [])) == ("Rivage", None, [])


def test_the_same_rows_give_the_same_bytes_zones_in_one_order():
    rows = [dated(zone, at_nine(date(2027, 6, 8), zone)) for zone in reversed(ZONES)]
    text = feed("All", rows).decode()
    assert text == feed("All", rows).decode()
    assert [line for line in text.split("\r\n") if line.startswith("TZID")] == [
        f"TZID:{zone}" for zone in sorted(ZONES)
    ]


def test_a_feed_asks_to_be_read_again_within_the_hour_and_names_nobody():
    text = feed("Rivage", [dated("a", at_nine(date(2027, 6, 8), "Europe/Paris"))]).decode()
    lines = text.split("\r\n")
    assert [line for line in lines if "PT1H" in line] == [
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert [line for line in lines if line.startswith(("ORGANIZER", "ATTENDEE", "METHOD", "DESCRIPTION"))] == []


def test_words_cannot_break_out_of_their_line_in_a_feed():
    rows = [
        dated("a", Entry(date(2027, 6, 8), date(2027, 6, 8), "One\r\nATTENDEE:mailto:x@people.example", place="a\nb"))
    ]
    (entry,) = with_icalendar(feed("Rivage\r\nMETHOD:CANCEL", rows)).entries
    assert (entry["summary"], entry["place"]) == ("One\nATTENDEE:mailto:x@people.example", "a\nb")
    assert with_icalendar(feed("Rivage\r\nMETHOD:CANCEL", rows)).method is None
