"""The differences between editions in words: one sentence, and each difference with its interval."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from figures.editions.figures import Difference, EditionsComparison
from figures.formats import number

MINUS = "\u2212"
TOO_FEW = gettext_lazy(
    "Too early to compare: fewer than two of these editions have five ideas that were followed for a year."
)
NOT_SIGNIFICANT = gettext_lazy(
    "%(months)s months after acceptance, %(one)s and %(other)s are not shown to differ. The difference is"
    " %(points)s; any difference between %(low)s and %(high)s would be compatible with the results."
)
NO_TWO_DIFFER = gettext_lazy(
    "%(months)s months after acceptance, no two of these editions are shown to differ: %(names)s. Each"
    " difference is small enough to be due to chance."
)
SIGNIFICANT = gettext_lazy(
    "%(months)s months after acceptance, these editions are shown to differ: %(pairs)s. The figures do not"
    " say why: authorities, subjects and years differ too."
)
NO_OTHER_TWO_DIFFER = gettext_lazy("No other two editions are shown to differ.")
LEFT_OUT = gettext_lazy("Not compared, because fewer than five of their ideas were followed that long: %(names)s.")


class DifferenceText(NamedTuple):
    """The difference between two editions in words."""

    names: str
    points: str
    low: str
    high: str
    is_significant: bool


def difference_texts(comparison: EditionsComparison, names: Sequence[str]) -> list[DifferenceText]:
    """Return each difference in words, one entry per pair of compared editions, in the order of the comparison.

    An entry holds both names, the difference and its two bounds in percentage points, and whether it is significant.
    `names` are the names of all editions, in the order in which the comparison received them.
    """
    return [_difference_text(difference, names) for difference in comparison.differences]


def _difference_text(difference: Difference, names: Sequence[str]) -> DifferenceText:
    """Return one difference in words: both names, estimate and bounds in percentage points, whether it is significant.

    `names` are the names of all editions, in the order in which the comparison received them.
    """
    low, high = points(difference.low), points(difference.high)
    return DifferenceText(
        _two_names(difference, names), points(difference.estimate), low, high, difference.is_significant
    )


def _two_names(difference: Difference, names: Sequence[str]) -> str:
    """Return the names of the two editions of a difference, joined by “and”.

    `names` are the names of all editions, in the order in which the comparison received them.
    """
    return _("%(one)s and %(other)s") % {"one": names[difference.one], "other": names[difference.other]}


def sentence(comparison: EditionsComparison, names: Sequence[str]) -> str:
    """Return the text about the comparison: which editions differ, which do not, and which are left out.

    `names` are the names of all editions, in the order in which the comparison received them. With fewer than two
    comparable editions, the text says that it is too early.
    """
    if len(comparison.compared) < 2:
        return str(TOO_FEW)
    left_out = (
        LEFT_OUT % {"names": "; ".join(names[index] for index in comparison.left_out)} if comparison.left_out else ""
    )
    return " ".join(part for part in (_differences_sentence(comparison, names), left_out) if part)


def _differences_sentence(comparison: EditionsComparison, names: Sequence[str]) -> str:
    """Return the sentence on which of the compared editions differ; at least two must have been compared.

    Editions left out of the comparison are not mentioned. `names` are the names of all editions, in the comparison's
    order.
    """
    if comparison.significant_differences:
        sentence = SIGNIFICANT % {
            "months": comparison.months,
            "pairs": "; ".join(_two_names(pair, names) for pair in comparison.significant_differences),
        }
        return (
            sentence
            if len(comparison.significant_differences) == len(comparison.differences)
            else f"{sentence} {NO_OTHER_TWO_DIFFER}"
        )
    if len(comparison.differences) > 1:
        return NO_TWO_DIFFER % {
            "months": comparison.months,
            "names": "; ".join(names[index] for index in comparison.compared),
        }
    single = comparison.differences[0]
    ends = {"points": points(single.estimate), "low": points(single.low), "high": points(single.high)}
    return NOT_SIGNIFICANT % {
        "months": comparison.months,
        "one": names[single.one],
        "other": names[single.other],
        **ends,
    }


def points(share: float) -> str:
    """Return a difference between two shares (0.12) as text in whole percentage points, with its sign: “+12 points”.

    A difference that rounds to 0 has no sign.
    """
    count = round(100 * share)
    sign = MINUS if count < 0 else "+" if count else ""
    return ngettext("%(points)s point", "%(points)s points", abs(count)) % {"points": f"{sign}{number(abs(count))}"}
