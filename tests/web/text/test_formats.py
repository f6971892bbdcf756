"""Dates, times and numbers as French and English readers write them."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.text import formats

NOVEMBER = date(2026, 11, 24)
FIRST = date(2026, 9, 1)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("write", "day", "french", "english"),
    [
        (formats.short_day, NOVEMBER, "24/11/2026", "24 Nov 2026"),
        (formats.short_day, FIRST, "01/09/2026", "1 Sep 2026"),
        (formats.long_day, NOVEMBER, "24 novembre 2026", "24 November 2026"),
        (formats.long_day, FIRST, "1er septembre 2026", "1 September 2026"),
        (formats.weekday, NOVEMBER, "mar. 24 novembre 2026", "Tue 24 November 2026"),
        (formats.weekday, FIRST, "mar. 1er septembre 2026", "Tue 1 September 2026"),
        (formats.day_month, NOVEMBER, "24 nov.", "24 Nov"),
        (formats.day_month, FIRST, "1er sept.", "1 Sep"),
        (formats.month, NOVEMBER, "novembre 2026", "November 2026"),
        (formats.short_month, FIRST, "sept. 2026", "Sep 2026"),
        (formats.month_name, FIRST, "sept.", "Sep"),
    ],
)
def test_a_date_in_both_languages(write, day: date, french: str, english: str):
    assert (write(day, "fr"), write(day, "en")) == (french, english)


@pytest.mark.parametrize(
    ("precision", "french", "english"),
    [
        ("day", "24/11/2026", "24 Nov 2026"),
        ("month", "novembre 2026", "November 2026"),
        ("year", "2026", "2026"),
    ],
)
def test_a_date_is_no_more_precise_than_it_is_known(precision: str, french: str, english: str):
    assert (formats.precise_to(NOVEMBER, precision, "fr"), formats.precise_to(NOVEMBER, precision, "en")) == (
        french,
        english,
    )


def test_an_unknown_precision_is_an_error():
    with pytest.raises(KeyError):
        formats.precise_to(NOVEMBER, "decade", "fr")


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        (NOVEMBER, NOVEMBER, "24 novembre 2026", "24 November 2026"),
        (date(2027, 6, 8), date(2027, 6, 9), "8–9 juin 2027", "8–9 June 2027"),
        (date(2027, 6, 1), date(2027, 6, 2), "1er–2 juin 2027", "1–2 June 2027"),
        (date(2027, 6, 30), date(2027, 7, 1), "30 juin – 1er juillet 2027", "30 June – 1 July 2027"),
        (
            date(2026, 12, 30),
            date(2027, 1, 2),
            "30 décembre 2026 – 2 janvier 2027",
            "30 December 2026 – 2 January 2027",
        ),
        (
            date(2026, 11, 3),
            date(2027, 11, 4),
            "3 novembre 2026 – 4 novembre 2027",
            "3 November 2026 – 4 November 2027",
        ),
    ],
)
def test_a_period_repeats_only_what_changes(first: date, last: date, french: str, english: str):
    assert (formats.period(first, last, "fr"), formats.period(first, last, "en")) == (french, english)


def test_a_period_can_have_weekdays():
    first, last = date(2027, 6, 8), date(2027, 6, 9)
    assert formats.period(first, last, "fr", with_weekday=True) == "mar. 8 – mer. 9 juin 2027"
    assert formats.period(first, last, "en", with_weekday=True) == "Tue 8 – Wed 9 June 2027"


def test_consecutive_days_are_one_period():
    days = [date(2027, 6, 11), date(2027, 6, 8), date(2027, 6, 9)]
    assert formats.periods(days, "en") == "Tue 8 – Wed 9 June 2027, Fri 11 June 2027"
    assert formats.periods([], "en") == ""


@given(DAYS, DAYS)
def test_a_period_ends_like_its_last_day(first: date, last: date):
    assert formats.period(first, last, "fr").endswith(formats.long_day(last, "fr"))


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        (time(14, 30), "14\u00a0h\u00a030", "14:30"),
        (time(9, 5), "9\u00a0h\u00a005", "9:05"),
        (time(9), "9\u00a0h", "9:00"),
        (time(0), "0\u00a0h", "0:00"),
    ],
)
def test_a_time_in_both_languages(moment: time, french: str, english: str):
    assert (formats.clock(moment, "fr"), formats.clock(moment, "en")) == (french, english)


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (7900, 1, "7\u202f900", "7,900"),
        (1234567.89, 1, "1\u202f234\u202f567,9", "1,234,567.9"),
        (12.5, 1, "12,5", "12.5"),
        (12.0, 1, "12", "12"),
        (0.04, 0, "0", "0"),
        (-3.25, 2, "-3,25", "-3.25"),
    ],
)
def test_a_number_in_both_languages(value: float, decimals: int, french: str, english: str):
    assert (formats.number(value, "fr", decimals=decimals), formats.number(value, "en", decimals=decimals)) == (
        french,
        english,
    )


def test_an_amount_in_euros_has_cents_unless_it_is_rounded():
    amount = Decimal("-1234.5")
    assert [formats.euros(amount, locale) for locale in ("fr", "en")] == ["-1\u202f234,50\xa0€", "-€1,234.50"]
    rounded = [formats.euros(amount, locale, rounded=True) for locale in ("fr", "en")]
    assert rounded == ["-1\u202f234\xa0€", "-€1,234"]


@pytest.mark.parametrize(
    ("share", "decimals", "french", "english"),
    [
        (0.125, 1, "12,5\u202f%", "12.5%"),
        (0.416666, 1, "41,7\u202f%", "41.7%"),
        (0.307209, 0, "31\u202f%", "31%"),
        (1, 1, "100\u202f%", "100%"),
        (0, 1, "0\u202f%", "0%"),
    ],
)
def test_a_share_as_a_percentage(share: float, decimals: int, french: str, english: str):
    assert (formats.percent(share, "fr", decimals=decimals), formats.percent(share, "en", decimals=decimals)) == (
        french,
        english,
    )


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Anne Martin", "AM"),
        ("Jean-Luc Le Gall", "JG"),
        ("camille", "C"),
        ("élodie Vasseur", "ÉV"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_initials_are_those_of_first_and_last_word(name: str, initials: str):
    assert formats.initials(name) == initials


@pytest.mark.parametrize(
    ("names", "initials"),
    [
        ([], []),
        (["Anne Martin", "Bruno Petit"], ["AM", "BP"]),
        (["Camille Flandre", "Charlie Flandre", "Sacha Flandre"], ["CaF", "ChF", "SF"]),
        (["Camille Flandre", "Camila Flandre"], ["CaF1", "CaF2"]),
        (["Anne Martin", "Anne Martin"], ["AnM1", "AnM2"]),
        (["Camille", "Chloé"], ["Ca", "Ch"]),
    ],
)
def test_initials_in_a_list_are_distinct(names: list[str], initials: list[str]):
    assert formats.distinct_initials(names) == initials
