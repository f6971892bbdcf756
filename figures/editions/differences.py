"""What may be said of editions beside one another, in words: a sentence, and every difference with its interval."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from figures.editions.figures import Comparison, Difference
from figures.formats import number

MINUS = "\u2212"
TOO_FEW = gettext_lazy(
    "Too early to compare: fewer than two of these editions have five ideas that were followed for a year."
)
ALIKE = gettext_lazy(
    "%(months)s months after acceptance, %(one)s and %(other)s are not shown to differ. The difference is"
    " %(points)s; any difference between %(low)s and %(high)s would be compatible with the results."
)
ALL_ALIKE = gettext_lazy(
    "%(months)s months after acceptance, no two of these editions are shown to differ: %(names)s. Each"
    " difference is small enough to be due to chance."
)
APART = gettext_lazy(
    "%(months)s months after acceptance, these editions are shown to differ: %(pairs)s. The figures do not"
    " say why: authorities, subjects and years differ too."
)
OTHERS_ALIKE = gettext_lazy("No other two editions are shown to differ.")
LEFT_OUT = gettext_lazy("Not compared, because fewer than five of their ideas were followed that long: %(names)s.")


class Pair(NamedTuple):
    """A difference in words."""

    names: str
    difference: str
    low: str
    high: str
    shown: bool


def pairs(told: Comparison, names: Sequence[str]) -> list[Pair]:
    return [_pair(difference, names) for difference in told.differences]


def _pair(difference: Difference, names: Sequence[str]) -> Pair:
    low, high = points(difference.low), points(difference.high)
    return Pair(_both(difference, names), points(difference.estimate), low, high, difference.shown)


def _both(difference: Difference, names: Sequence[str]) -> str:
    return _("%(one)s and %(other)s") % {"one": names[difference.one], "other": names[difference.other]}


def sentence(told: Comparison, names: Sequence[str]) -> str:
    """What may be said of the editions, and what may not; those left out are named."""
    if len(told.compared) < 2:
        return str(TOO_FEW)
    left_out = LEFT_OUT % {"names": "; ".join(names[place] for place in told.left_out)} if told.left_out else ""
    return " ".join(part for part in (_said(told, names), left_out) if part)


def _said(told: Comparison, names: Sequence[str]) -> str:
    if told.apart:
        said = APART % {"months": told.months, "pairs": "; ".join(_both(pair, names) for pair in told.apart)}
        return said if len(told.apart) == len(told.differences) else f"{said} {OTHERS_ALIKE}"
    if len(told.differences) > 1:
        return ALL_ALIKE % {"months": told.months, "names": "; ".join(names[place] for place in told.compared)}
    only = told.differences[0]
    ends = {"points": points(only.estimate), "low": points(only.low), "high": points(only.high)}
    return ALIKE % {"months": told.months, "one": names[only.one], "other": names[only.other], **ends}


def points(share: float) -> str:
    """A difference between two shares, with its sign."""
    count = round(100 * share)
    sign = MINUS if count < 0 else "+" if count else ""
    return ngettext("%(points)s point", "%(points)s points", abs(count)) % {"points": f"{sign}{number(abs(count))}"}
