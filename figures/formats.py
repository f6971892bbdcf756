"""Numbers, shares and ranges as the pages of the rates write them, in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from web.text import formats


def language() -> str:
    """Return the two-letter code of the active language, French where none is active."""
    return (get_language() or "fr")[:2]


def number(value: float) -> str:
    """Return a number as text in the reader's language, with its separators."""
    return formats.number(value, language())


def share(value: float) -> str:
    """Return a share (0–1) as text in whole percent, in the reader's language."""
    return formats.percent(value, language(), decimals=0)


def day(value: date) -> str:
    """Return a date written out with its month's name, in the reader's language."""
    return formats.long_day(value, language())


def between(low: float | None, high: float | None) -> str:
    """Return a range of two shares (0–1) as text: “between 20% and 40%”; empty where a bound is None."""
    if low is None or high is None:
        return ""
    return _("between %(low)s and %(high)s") % {"low": share(low), "high": share(high)}


def some_of(part: int, total: int) -> str:
    """Return a count out of a total as text: “3 of 12”."""
    return _("%(some)s of %(all)s") % {"some": number(part), "all": number(total)}


def months(count: int) -> str:
    """Return a number of months as text: “6 months”."""
    return ngettext("%(months)s month", "%(months)s months", count) % {"months": count}


def nothing() -> str:
    """Return the text shown instead of a figure where nothing is counted so far: “none yet”."""
    return pgettext("figure", "none yet")


def together(*parts: str) -> str:
    """Join the parts that are not empty with a middle dot."""
    return " · ".join(part for part in parts if part)
