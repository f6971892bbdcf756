"""Today's date in each time zone, and the code that may read it."""

import re
import weakref
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from labplatform.settings.base import OUR_APPS
from web.dates.clock import ZONES, Today, day_in, day_of_rows, earliest_of, latest_of, today_everywhere

NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 23:30 in Paris, 02:30 of the next day in Réunion
DAY_OF_A_MOMENT = re.compile(r"(localtime|astimezone)\(.*\)\.date\(")
EARLY = datetime(2026, 11, 25, 2, tzinfo=UTC)  # 03:00 in Paris, 22:00 of the day before in Martinique


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (NIGHT, "Europe/Paris", date(2026, 11, 24)),
        (NIGHT, "Indian/Reunion", date(2026, 11, 25)),
        (EARLY, "Europe/Paris", date(2026, 11, 25)),
        (EARLY, "America/Martinique", date(2026, 11, 24)),
    ],
)
def test_each_zone_has_its_own_day(at: datetime, zone: str, day: date):
    assert (day_in(zone, at), today_everywhere(at).at(zone)) == (day, day)


def test_the_earliest_and_the_latest_day_are_those_of_the_zones_furthest_behind_and_ahead():
    days = [today_everywhere(NIGHT), today_everywhere(EARLY), EARLY.date()]
    assert [earliest_of(today) for today in days] == [date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 25)]
    assert [latest_of(today) for today in days] == [date(2026, 11, 25)] * 3


def test_plain_day_is_the_same_for_all_rows():
    assert day_of_rows(date(2026, 11, 24), "authority", lambda day: day.replace(day=1)) == date(2026, 11, 1)


def test_today_is_equal_all_day():
    now, later = today_everywhere(NIGHT), today_everywhere(NIGHT.replace(minute=45))
    assert (now, hash(now)) == (later, hash(later))


def test_an_unlisted_zone_has_the_platforms_date():
    assert Today(date(2026, 11, 24)).at("Asia/Tokyo") == date(2026, 11, 24)
    for zone, day in (("Europe/Paris", date(2026, 11, 24)), ("Indian/Reunion", date(2026, 11, 25))):
        with timezone.override(zone):
            assert today_everywhere(NIGHT).at("Asia/Tokyo") == day


def test_only_the_clock_asks_for_todays_date():
    root = Path(__file__).parents[3]
    apps = (*OUR_APPS, "templates")
    asking = ("localdate(", "date.today(", "datetime.today(", "now().date(", "CURRENT_DATE", "{% now", "now()::date")
    found = {
        path.relative_to(root).as_posix()
        for app in apps
        for path in (root / app).rglob("*.*")
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts
        if any(words in path.read_text() for words in asking) or DAY_OF_A_MOMENT.search(path.read_text())
    }
    assert found == {"web/dates/clock.py"}


def test_time_zones_stay_loaded():
    """Every prepared statement asks for the date in each of them, and Python keeps only eight zones by itself."""
    zones = [weakref.ref(ZoneInfo(zone)) for zone in ZONES]
    assert [zone() for zone in zones] == [ZoneInfo(zone) for zone in ZONES]
