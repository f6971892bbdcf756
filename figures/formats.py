"""Numbers, shares and ranges as the pages of the rates write them, in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from web.text import formats


def language() -> str:
    return (get_language() or "fr")[:2]


def number(value: float) -> str:
    return formats.number(value, language())


def share(value: float) -> str:
    """In whole percent."""
    return formats.percent(value, language(), decimals=0)


def day(value: date) -> str:
    return formats.long_day(value, language())


def between(low: float | None, high: float | None) -> str:
    """A range of shares, empty where there is none."""
    if low is None or high is None:
        return ""
    return _("between %(low)s and %(high)s") % {"low": share(low), "high": share(high)}


def some_of(some: int, whole: int) -> str:
    return _("%(some)s of %(all)s") % {"some": number(some), "all": number(whole)}


def months(count: int) -> str:
    return ngettext("%(months)s month", "%(months)s months", count) % {"months": count}


def nothing() -> str:
    return pgettext("figure", "none yet")


def together(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
