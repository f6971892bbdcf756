"""One figure as a line: as numbers for the files, and as a page writes it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# Why a share at some age is not known yet.
TOO_FEW_FOLLOWED: Final = _("too few ideas have been followed that long")


@dataclass(frozen=True, slots=True)
class ComplementLink:
    """A link to the ideas that a figure does not count, for readers who may see them."""

    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: as numbers for the files, and as the page writes it.

    `slug` is the same in every language; shares and their bounds are floats, counts integers; a figure that is not
    shown has no values, and its `note` says why. A line with an empty `display` appears in the files only, because the
    page shows it in a table or a sentence. `meaning` explains the figure in a few words; `outcome` names the ideas
    behind the value, `complement` those behind the rest; `interval` names the interval of the bounds: “wilson”,
    “log-log” or “by cohort”.
    """

    slug: str
    label: StrOrPromise
    value: int | float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    note: str = ""
    display: str = ""
    detail: str = ""
    meaning: StrOrPromise = ""
    outcome: str = ""
    complement: ComplementLink | None = None
    interval: str = ""
