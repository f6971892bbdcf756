"""The days of the demonstration are consistent for any day of loading."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labplatform.demo.dates import (
    CALENDARS,
    FIRST_COHORT,
    MAX_DAYS_AHEAD,
    MIDWEEK,
    MIN_DAYS_AHEAD,
    RESIDENCY,
    STARTED_DAYS_AGO,
    Dates,
    dates,
    is_open,
    moment,
    working_day,
)
from programmes.workdays import is_closed_season, is_working_day

TODAY = date(2026, 11, 24)
THREE_YEARS = [date(2026, 1, 1) + timedelta(days=days) for days in range(3 * 365)]


def test_days_for_the_date_of_the_screenshots():
    assert dates(TODAY) == Dates(
        TODAY,
        coming=date(2027, 1, 5),
        first_days={
            "pays_de_la_loire": date(2025, 1, 3),
            "dunkerque": date(2025, 6, 20),
            "occitanie": date(2026, 1, 23),
            "metz": date(2026, 9, 11),
            "lycee": date(2026, 9, 1),
        },
    )


def test_coming_exchange_is_midweek_on_working_days_three_to_twelve_weeks_ahead():
    for today in THREE_YEARS:
        coming = dates(today).coming
        assert MIN_DAYS_AHEAD <= (coming - today).days <= MAX_DAYS_AHEAD
        assert coming.weekday() in MIDWEEK
        assert is_open(coming)
        assert is_open(coming + timedelta(days=1))


def test_every_cohort_starts_on_a_working_day_after_its_edition():
    for today in THREE_YEARS:
        when = dates(today)
        assert all(is_working_day(day, CALENDARS[0]) for day in when.first_days.values())
        assert [name for name in STARTED_DAYS_AGO if when.first_days[name] < when.edition] == []


def test_first_cohort_started_21_months_ago_and_the_last_two():
    for today in THREE_YEARS:
        when = dates(today)
        assert 646 <= (today - when.edition).days <= 720
        assert 72 <= (today - when.first_days["metz"]).days <= 79


def test_residency_starts_in_term_on_almost_every_day_of_loading():
    closed = [today for today in THREE_YEARS if is_closed_season(dates(today).first_days[RESIDENCY])]
    assert len(closed) < 20 * 3


def test_story_day_moves_to_the_working_day_before():
    when = dates(TODAY)
    assert when.on(FIRST_COHORT, 0) == date(2025, 1, 3)
    assert when.on(FIRST_COHORT, 1) == date(2025, 1, 3)  # a Saturday
    assert when.on(FIRST_COHORT, 3) == date(2025, 1, 6)


def test_story_day_is_always_before_today():
    when = dates(TODAY)
    assert when.on("metz", 74) == date(2026, 11, 23)
    assert when.on("metz", 400) == date(2026, 11, 23)


def test_story_days_keep_their_order():
    when = dates(TODAY)
    days = [when.on("dunkerque", day) for day in range(500)]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 11, 22), date(2026, 11, 20)),
        (date(2026, 12, 26), date(2026, 12, 24)),  # Saint Stephen's Day is a holiday in Moselle
    ],
)
def test_a_working_day_is_the_day_itself_or_the_one_before(day: date, worked: date):
    assert working_day(day) == worked


def test_exchanges_avoid_closed_seasons():
    assert [is_open(day) for day in (date(2027, 7, 9), date(2027, 7, 12), date(2026, 12, 16))] == [True, False, False]


def test_moments_are_at_ten_in_paris():
    assert moment(TODAY) == datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))
