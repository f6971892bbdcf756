"""Dates say how precise they are; unless told otherwise, to the day."""

from programmes.models import Edition
from web.dates.precision import Precision


def test_a_date_is_known_to_the_day_unless_told_otherwise():
    assert Edition().starts_precision == "day"


def test_day_month_and_year_and_nothing_else():
    assert Precision.values == ["day", "month", "year"]
