"""Numbers, shares and ranges as the pages of the rates write them, in the reader's language."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from web.text import formats
from web.text.language import active_language

INTERVALS = {"wilson": "Wilson", "log-log": gettext_lazy("log-log"), "by cohort": gettext_lazy("by cohort")}

MINUS = "\u2212"


def number(value: float) -> str:
    """Return a number as text with the decimal and thousands separators of the reader's language."""
    return formats.number(value, active_language())


def share(value: float) -> str:
    """Return a share (0–1) as text in percent without decimals, in the reader's language."""
    return formats.percent(value, active_language(), decimals=0)


def day(value: date) -> str:
    """Return a date as text with the month written out, in the reader's language: “24 November 2026”."""
    return formats.long_day(value, active_language())


def share_range(low: float | None, high: float | None) -> str:
    """Return an interval of shares (0–1) as text: “95% confidence interval 20% to 40%”; empty where a bound is None."""
    if low is None or high is None:
        return ""
    return _("95%% confidence interval %(low)s to %(high)s") % {"low": share(low), "high": share(high)}


def points(difference: float) -> str:
    """Return a difference of shares (0.12) as text in whole points with its sign: “+12 points”; 0 has no sign."""
    count = round(100 * difference)
    sign = MINUS if count < 0 else "+" if count else ""
    return ngettext("%(points)s point", "%(points)s points", abs(count)) % {"points": f"{sign}{number(abs(count))}"}


def interval_name(interval: str | None) -> str:
    """Return the name of an interval in the reader's language: “by cohort”; "" for None and for ""."""
    return str(INTERVALS[interval]) if interval else ""


def count_of_total(part: int, total: int) -> str:
    """Return a count out of a total as text in the reader's language: “3 of 12”."""
    return _("%(some)s of %(all)s") % {"some": number(part), "all": number(total)}


def months(count: int) -> str:
    """Return a number of months as text in the reader's language: “6 months”."""
    return ngettext("%(months)s month", "%(months)s months", count) % {"months": count}


def none_yet() -> str:
    """Return “none yet”, in the reader's language: the text in place of a figure where nothing is counted so far."""
    return pgettext("figure", "none yet")


def join_parts(*parts: str) -> str:
    """Return the parts joined by “ · ”, without the empty ones; "" where all are empty."""
    return " · ".join(part for part in parts if part)
