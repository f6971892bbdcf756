"""Dates, times and numbers as people write them in French and in English, for pages, letters and exports.

Every function takes the locale as an argument; French uses narrow no-break spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

Precision = Literal["day", "month", "year"]

NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT = {"fr": "dd/MM/y", "en": "d MMM y"}


@lru_cache(maxsize=8192)
def _formatted(value: date, pattern: str, locale: str) -> str:
    """Babel reads its pattern anew each time, and a list writes hundreds of dates."""
    return format_date(value, pattern, locale)


def _written(value: date, pattern: str, locale: str) -> str:
    """A date by pattern, the first of the month being “1er” in French."""
    if locale == "fr" and value.day == 1:
        pattern = pattern.replace("d MMM", "d'er' MMM")
    return _formatted(value, pattern, locale)


def short_day(value: date, locale: str) -> str:
    """24/11/2026, or 24 Nov 2026 in English, where 12/11 would be read two ways."""
    return _written(value, SHORT[locale], locale)


def long_day(value: date, locale: str) -> str:
    """24 novembre 2026."""
    return _written(value, "d MMMM y", locale)


def weekday(value: date, locale: str) -> str:
    """mar. 24 novembre 2026: for every date on which someone must turn up."""
    return _written(value, "EEE d MMMM y", locale)


def day_month(value: date, locale: str) -> str:
    """24 nov.: where the year is plain from what surrounds it."""
    return _written(value, "d MMM", locale)


def weekday_number(value: date, locale: str) -> str:
    """mar. 24: within a week or two."""
    return _written(value, "EEE d", locale)


def month(value: date, locale: str) -> str:
    return _formatted(value, "MMMM y", locale)


def short_month(value: date, locale: str) -> str:
    return _formatted(value, "MMM y", locale)


def month_name(value: date, locale: str) -> str:
    return _formatted(value, "MMM", locale)


def precise_to(value: date, precision: str, locale: str) -> str:
    """A date no more precise than it is known: `precision` is day, month or year."""
    by_precision = {"day": short_day(value, locale), "month": month(value, locale), "year": str(value.year)}
    return by_precision[precision]


def period(first: date, last: date, locale: str, *, with_weekday: bool = False) -> str:
    """From the first to the last day, repeating only what changes: 8–9 juin 2027."""
    day, year = ("EEE d", " y") if with_weekday else ("d", " y")
    whole = f"{day} MMMM{year}"
    if first == last:
        return _written(last, whole, locale)
    if (first.year, first.month) == (last.year, last.month):
        start = _written(first, f"{day} MMMM", locale).rsplit(" ", 1)[0]
        dash = " – " if with_weekday else "–"
        return f"{start}{dash}{_written(last, whole, locale)}"
    start = f"{day} MMMM" if first.year == last.year else whole
    return f"{_written(first, start, locale)} – {_written(last, whole, locale)}"


def periods(days: Iterable[date], locale: str) -> str:
    """Days with their weekdays, those that follow one another as one period: mar. 8 – mer. 9 juin 2027."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(period(run[0], run[-1], locale, with_weekday=True) for run in runs)


def span(first: str, last: str) -> str:
    """Two dates already written, from one to the other; one date where both read alike: 2016, 2016 – 2018."""
    return first if first == last else f"{first} – {last}"


def full_stop(text: str) -> str:
    """The text as a sentence: a full stop at its end unless it is empty or has its own punctuation."""
    return text if not text or text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def clock(value: time, locale: str) -> str:
    """14 h 30 in French (14 h on the hour), 14:30 in English."""
    if locale != "fr":
        return f"{value.hour}:{value.minute:02}"
    minutes = f"{NO_BREAK}{value.minute:02}" if value.minute else ""
    return f"{value.hour}{NO_BREAK}h{minutes}"


def number(value: float, locale: str, *, decimals: int = 1) -> str:
    """A number with its thousands set apart and at most `decimals` decimals."""
    return format_decimal(round(value, decimals), locale=locale, decimal_quantization=False)


def percent(share: float, locale: str, *, decimals: int = 1) -> str:
    """A share (0–1) as a percentage: 12,5 % in French, 12.5% in English."""
    return f"{number(share * 100, locale, decimals=decimals)}{_before_percent(locale)}%"


def measured(value: Decimal, unit: str, locale: str) -> str:
    """A value with its unit, a percentage as `percent` writes it: 1,5 %, 12 min."""
    written = number(float(value), locale, decimals=2)
    space = _before_percent(locale) if unit.startswith("%") else NO_BREAK
    return f"{written}{space}{unit}" if unit else written


def _before_percent(locale: str) -> str:
    return NARROW if locale == "fr" else ""


def initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def distinct_initials(names: Sequence[str]) -> list[str]:
    """Initials that tell these people apart: where some clash, with a second letter, then with a number."""
    short, longer = [initials(name) for name in names], [f"{name[:2]}{initials(name)[1:]}" for name in names]
    chosen = [longer[at] if short.count(letters) > 1 else letters for at, letters in enumerate(short)]
    return [
        f"{letters}{chosen[: at + 1].count(letters)}" if chosen.count(letters) > 1 else letters
        for at, letters in enumerate(chosen)
    ]
