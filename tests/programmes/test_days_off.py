"""Names and days of holidays and closed periods, without a database."""

from datetime import date

import pytest

from programmes.days_off import days_off
from programmes.workdays import KNOWN_CORRECTIONS, Calendar, Period, PeriodKind

SCHOOL, HOLIDAY, CLOSED = "school", "holiday", "closed"


def rows(*calendars: Calendar, first: date, last: date, more: tuple[Period, ...] = ()) -> list[tuple[object, ...]]:
    found = days_off(calendars, (*KNOWN_CORRECTIONS, *more), first, last, "en")
    return [(row.first, row.last, str(row.kind), row.name, row.short_name) for row in found]


def test_holidays_are_those_of_the_zones_and_areas_concerned():
    moselle, paris = Calendar("57", "B"), Calendar(None, "C")
    closing = Period(date(2027, 4, 6), date(2027, 4, 6), PeriodKind.CLOSED, name="Lab closed", zones=frozenset("C"))
    assert rows(moselle, paris, first=date(2027, 3, 26), last=date(2027, 4, 6), more=(closing,)) == [
        (date(2027, 3, 26), date(2027, 3, 26), HOLIDAY, "Good Friday (Moselle)", "Good Friday"),
        (date(2027, 3, 29), date(2027, 3, 29), HOLIDAY, "Easter Monday", "Easter Monday"),
        (date(2027, 4, 3), date(2027, 4, 18), SCHOOL, "School holidays, Zone C", "Zone C"),
        (date(2027, 4, 6), date(2027, 4, 6), CLOSED, "Lab closed", "Lab closed"),
    ]
    assert rows(Calendar(None, "A"), first=date(2027, 3, 22), last=date(2027, 4, 6), more=(closing,)) == [
        (date(2027, 3, 29), date(2027, 3, 29), HOLIDAY, "Easter Monday", "Easter Monday")
    ]


@pytest.mark.parametrize(("day", "is_inside"), [(date(2027, 7, 9), False), (date(2027, 7, 10), True)])
def test_the_closed_season_is_one_period_with_its_own_days(day: date, is_inside: bool):
    found = rows(Calendar("20R"), first=day, last=day)
    season = (date(2027, 7, 10), date(2027, 8, 31), CLOSED, "Services half empty", "Services half empty")
    assert found == ([season] if is_inside else [])


def test_school_holidays_of_an_area_without_a_zone_come_from_the_table_of_periods():
    own = Period(
        date(2027, 3, 1), date(2027, 3, 14), PeriodKind.SCHOOL_HOLIDAY, subdivisions=frozenset({"20R"}), name="Hiver"
    )
    (row,) = rows(Calendar("20R"), first=date(2027, 3, 10), last=date(2027, 3, 20), more=(own,))
    assert row == (date(2027, 3, 1), date(2027, 3, 14), SCHOOL, "School holidays, Corsica", "Corsica")
