"""The file that is loaded alone gives what the public import of `holidays` gives."""

import holidays
from holidays.constants import PUBLIC, SCHOOL

from programmes.days_off import LANGUAGES
from programmes.french_holidays import FrenchHolidays

YEARS = range(2016, 2032)


def test_days_and_names_are_those_of_the_public_import():
    assert FrenchHolidays.subdivisions == holidays.FR.subdivisions
    for place in (None, *FrenchHolidays.subdivisions):
        for category in (PUBLIC, SCHOOL):
            for language in LANGUAGES.values():
                options = {"subdiv": place, "years": YEARS, "categories": category, "language": language}
                assert dict(FrenchHolidays(**options)) == dict(holidays.FR(**options)), options
