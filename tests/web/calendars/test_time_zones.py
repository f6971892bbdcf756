"""The clock changes written for calendars, compared with the zone itself."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.calendars.time_zones import vtimezone

FIRST, LAST = 2026, 2037
NAMES = [
    "Europe/Paris",
    "America/Cayenne",
    "Indian/Reunion",
    "America/Miquelon",
    "Pacific/Noumea",
    "Australia/Lord_Howe",
]


def observances(name: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": part.name,
            "starts": part.decoded("DTSTART"),
            "before": part.decoded("TZOFFSETFROM"),
            "after": part.decoded("TZOFFSETTO"),
            "name": str(part["TZNAME"]),
        }
        for part in vtimezone(name, FIRST, LAST).subcomponents
    ]


def offset_at(name: str, moment: datetime) -> timedelta:
    """Return the offset a reader of the component finds: that of the last observance that began by then."""
    rows = observances(name)
    return next(row["after"] for row in reversed(rows) if row["starts"] - row["before"] <= moment.replace(tzinfo=None))


def test_paris_changes_at_two_and_at_three_by_the_clock_before():
    lines = vtimezone("Europe/Paris", 2027, 2027).to_ical().decode().split("\r\n")
    assert lines == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:STANDARD",
        "DTSTART:20270101T010000",
        "TZNAME:CET",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20270328T020000",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20271031T030000",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize(("name", "count"), [("Europe/Paris", 25), ("America/Cayenne", 1), ("Indian/Reunion", 1)])
def test_exactly_the_clock_changes_of_twelve_years_are_listed(name: str, count: int):
    assert len(observances(name)) == count


@pytest.mark.parametrize("name", NAMES)
def test_each_observance_begins_where_the_one_before_ends(name: str):
    assert all(one["after"] == other["before"] for one, other in pairwise(observances(name)))


@given(
    st.sampled_from(NAMES),
    st.datetimes(datetime(FIRST, 1, 1, 12), datetime(LAST, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_reader_computes_the_offset_of_the_zone(name: str, moment: datetime):
    assert offset_at(name, moment) == moment.astimezone(ZoneInfo(name)).utcoffset()


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_computes_the_offset_in_the_minutes_near_every_change(name: str):
    for row in observances(name)[1:]:
        change = (row["starts"] - row["before"]).replace(tzinfo=UTC)
        for moment in (change - timedelta(minutes=1), change, change + timedelta(minutes=1)):
            assert offset_at(name, moment) == moment.astimezone(ZoneInfo(name)).utcoffset()
