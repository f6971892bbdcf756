"""The precision of dates, by default the day."""

from programmes.models import Edition
from web.dates.precision import Precision


def test_the_default_precision_is_the_day():
    assert Edition().starts_precision == "day"


def test_precision_is_day_month_or_year():
    assert Precision.values == ["day", "month", "year"]
