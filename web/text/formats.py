"""Dates, times and numbers as people write them in French and in English, for pages, e-mails and exports.

Every function takes the locale as an argument; French uses narrow no-break spaces.
"""

from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from web.dates.runs import consecutive_runs

Precision = Literal["day", "month", "year"]

NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT = {"fr": "dd/MM/y", "en": "d MMM y"}


@lru_cache(maxsize=8192)
def _formatted(value: date, pattern: str, locale: str) -> str:
    """Return the date in Babel's `pattern`, such as “d MMMM y”, and the language `locale`.

    Cached, because Babel is slow and a list has hundreds of dates.
    """
    return format_date(value, pattern, locale)


def _by_pattern(value: date, pattern: str, locale: str) -> str:
    """Return a date in Babel's `pattern`, such as “d MMMM y”, and the language `locale`.

    In French, the first of the month is “1er”.
    """
    if locale == "fr" and value.day == 1:
        pattern = pattern.replace("d MMM", "d'er' MMM")
    return _formatted(value, pattern, locale)


def short_day(value: date, locale: str) -> str:
    """Return a date as 24/11/2026 where `locale` is “fr”, as 24 Nov 2026 where it is “en”, since 12/11 could be read
    two ways.
    """
    return _by_pattern(value, SHORT[locale], locale)


def long_day(value: date, locale: str) -> str:
    """Return a date with its month written out, in French or English (`locale` “fr” or “en”): 24 novembre 2026."""
    return _by_pattern(value, "d MMMM y", locale)


def weekday(value: date, locale: str) -> str:
    """Return a date with its weekday, in French or English (`locale`): mar. 24 novembre 2026.

    Use it for every date on which people meet.
    """
    return _by_pattern(value, "EEE d MMMM y", locale)


def day_month(value: date, locale: str) -> str:
    """Return a date without its year, in French or English (`locale`): 24 nov.

    Use it where the year is clear from the context.
    """
    return _by_pattern(value, "d MMM", locale)


def weekday_number(value: date, locale: str) -> str:
    """Return a date as weekday and day of the month, in French or English (`locale`): mar. 24.

    Use it for days of the next two weeks.
    """
    return _by_pattern(value, "EEE d", locale)


def month(value: date, locale: str) -> str:
    """Return the month and year of a date, the month written out in French or English (`locale`): novembre 2026."""
    return _formatted(value, "MMMM y", locale)


def short_month(value: date, locale: str) -> str:
    """Return the month and year of a date, the month abbreviated in French or English (`locale`): nov. 2026."""
    return _formatted(value, "MMM y", locale)


def month_name(value: date, locale: str) -> str:
    """Return the abbreviated month of a date without its year, in French or English (`locale`): nov."""
    return _formatted(value, "MMM", locale)


def precise_to(value: date, precision: str, locale: str) -> str:
    """Return a date as precisely as it is known: 24/11/2026, novembre 2026 or 2026, in French or English (`locale`).

    `precision` is “day”, “month” or “year”; KeyError for anything else.
    """
    by_precision = {"day": short_day(value, locale), "month": month(value, locale), "year": str(value.year)}
    return by_precision[precision]


def period(first: date, last: date, locale: str, *, with_weekday: bool = False) -> str:
    """Return the period from the first to the last date, without repetitions: 8–9 juin 2027.

    With `with_weekday`, each date has its weekday. One date alone if both are equal.
    """
    day, year = ("EEE d", " y") if with_weekday else ("d", " y")
    full = f"{day} MMMM{year}"
    if first == last:
        return _by_pattern(last, full, locale)
    if (first.year, first.month) == (last.year, last.month):
        start = _by_pattern(first, f"{day} MMMM", locale).rsplit(" ", 1)[0]
        dash = " – " if with_weekday else "–"
        return f"{start}{dash}{_by_pattern(last, full, locale)}"
    start = f"{day} MMMM" if first.year == last.year else full
    return f"{_by_pattern(first, start, locale)} – {_by_pattern(last, full, locale)}"


def periods(days: Iterable[date], locale: str) -> str:
    """Return dates in words with weekdays, consecutive ones as a period: mar. 8 – mer. 9 juin 2027.

    Dates may come in any order; periods are joined with commas. "" without any.
    """
    return ", ".join(period(run[0], run[-1], locale, with_weekday=True) for run in consecutive_runs(days))


def span(first: str, last: str) -> str:
    """Return the period of two dates that are already texts, such as 2016 – 2018; one of them when they are equal."""
    return first if first == last else f"{first} – {last}"


def full_stop(text: str) -> str:
    """Return the text with a full stop at its end, unless it is empty or ends with . ! ? … or a colon."""
    return text if not text or text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def clock(value: time, locale: str) -> str:
    """Return a time as 14 h 30 where `locale` is “fr” (14 h on the hour), as 14:30 for any other locale."""
    if locale != "fr":
        return f"{value.hour}:{value.minute:02}"
    minutes = f"{NO_BREAK}{value.minute:02}" if value.minute else ""
    return f"{value.hour}{NO_BREAK}h{minutes}"


@lru_cache(maxsize=8192)
def number(value: float, locale: str, *, decimals: int = 1) -> str:
    """Return a number as text with separated thousands and at most `decimals` decimals, without zeros at the end.

    `locale` (“fr” or “en”) gives the separators. Cached as dates are: equal numbers have the same text.
    """
    return format_decimal(round(value, decimals), locale=locale, decimal_quantization=False)


@lru_cache(maxsize=1024)
def euros(value: Decimal, locale: str, *, rounded: bool = False) -> str:
    """Return an amount in euros: 1 234,50 € where `locale` is “fr”, else €1,234.50; in whole euros if `rounded`.

    Cached, because Babel is slow: equal amounts have the same text.
    """
    if not rounded:
        return format_currency(value, "EUR", locale=locale)
    pattern = f"#,##0{NO_BREAK}¤" if locale == "fr" else "¤#,##0"
    return format_currency(value, "EUR", pattern, locale=locale, currency_digits=False)


def percent(share: float, locale: str, *, decimals: int = 1) -> str:
    """Return a share (0–1) as a percentage with at most `decimals` decimals: 12,5 % where `locale` is “fr”,
    else 12.5%.
    """
    return f"{number(share * 100, locale, decimals=decimals)}{_before_percent(locale)}%"


def measured(value: Decimal, unit: str, locale: str) -> str:
    """Return a value with its unit, with at most two decimals: 12 min; without a unit, only the number.

    A unit that begins with % has the space of a percentage: 1,5 % where `locale` is “fr”, else 1.5%.
    """
    text = number(float(value), locale, decimals=2)
    space = _before_percent(locale) if unit.startswith("%") else NO_BREAK
    return f"{text}{space}{unit}" if unit else text


def _before_percent(locale: str) -> str:
    """Return what comes between a number and a percent sign: a narrow space where `locale` is “fr”, "" elsewhere."""
    return NARROW if locale == "fr" else ""


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, in capitals: “AL” for “Ada de Lovelace”.

    Of a name of one word, one letter; "" for an empty one. A hyphen separates words.
    """
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def distinct_initials(names: Sequence[str]) -> list[str]:
    """Return the initials of each name, in the order of the names, so that all differ.

    Equal ones get the name's second letter; those still equal get a number.
    """
    short, longer = [initials(name) for name in names], [f"{name[:2]}{initials(name)[1:]}" for name in names]
    chosen = [longer[index] if short.count(mark) > 1 else mark for index, mark in enumerate(short)]
    return [
        f"{mark}{chosen[: index + 1].count(mark)}" if chosen.count(mark) > 1 else mark
        for index, mark in enumerate(chosen)
    ]


def duration(minutes: int) -> str:
    """Return a number of minutes as hours and minutes, in both languages alike: 45 min, 2 h, 1 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NO_BREAK}min"
    return f"{hours}{NO_BREAK}h{NO_BREAK}{rest:02}" if rest else f"{hours}{NO_BREAK}h"
