"""The days of the demonstration are consistent whatever the day it is loaded on."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labplatform.demo.dates import (
    BEGAN,
    CALENDARS,
    FIRST,
    LATEST,
    MIDWEEK,
    RESIDENCY,
    SOONEST,
    Dates,
    dates,
    is_open,
    moment,
    working_day,
)
from programmes.workdays import is_closed_season, is_working_day

TODAY = date(2026, 11, 24)
THREE_YEARS = [date(2026, 1, 1) + timedelta(days=days) for days in range(3 * 365)]


def test_on_the_day_of_the_pictures():
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


def test_the_coming_exchange_is_midweek_worked_and_between_three_and_twelve_weeks_ahead():
    for today in THREE_YEARS:
        coming = dates(today).coming
        assert SOONEST <= (coming - today).days <= LATEST
        assert coming.weekday() in MIDWEEK
        assert is_open(coming)
        assert is_open(coming + timedelta(days=1))


def test_every_cohort_begins_on_a_working_day_after_its_edition():
    for today in THREE_YEARS:
        when = dates(today)
        assert all(is_working_day(day, CALENDARS[0]) for day in when.first_days.values())
        assert [name for name in BEGAN if when.first_days[name] < when.edition] == []


def test_the_first_cohort_has_been_at_work_for_twenty_one_months_and_the_last_for_two():
    for today in THREE_YEARS:
        when = dates(today)
        assert 646 <= (today - when.edition).days <= 720
        assert 72 <= (today - when.first_days["metz"]).days <= 79


def test_the_residency_begins_in_term_but_for_a_few_days_of_loading():
    closed = [today for today in THREE_YEARS if is_closed_season(dates(today).first_days[RESIDENCY])]
    assert len(closed) < 20 * 3


def test_a_day_of_a_story_is_the_working_day_before_where_it_must():
    when = dates(TODAY)
    assert when.on(FIRST, 0) == date(2025, 1, 3)
    assert when.on(FIRST, 1) == date(2025, 1, 3)  # a Saturday
    assert when.on(FIRST, 3) == date(2025, 1, 6)


def test_a_day_of_a_story_is_never_today_nor_later():
    when = dates(TODAY)
    assert when.on("metz", 74) == date(2026, 11, 23)
    assert when.on("metz", 400) == date(2026, 11, 23)


def test_days_of_a_story_keep_their_order():
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


def test_no_exchange_in_closed_seasons():
    assert [is_open(day) for day in (date(2027, 7, 9), date(2027, 7, 12), date(2026, 12, 16))] == [True, False, False]


def test_things_happen_at_ten_in_paris():
    assert moment(TODAY) == datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))
