"""Figures as lines: each one as numbers for the files, and as a page writes it."""

from dataclasses import dataclass

from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Behind:
    """A number that leads to its ideas, for those who may see them."""

    words: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: as numbers for the files, and as the page writes it.

    `slug` stays the same in every language; shares and their bounds are floats, counts integers; a figure that is not
    shown has no values, and its `note` says why. What has nothing in `shown` stands in the files only, since the page
    tells it in a table or a sentence. `meaning` says in a few words what it means; `outcome` names the ideas behind the
    value, `others` those behind the rest.
    """

    slug: str
    label: StrOrPromise
    value: int | float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    note: str = ""
    shown: str = ""
    detail: str = ""
    meaning: StrOrPromise = ""
    outcome: str = ""
    others: Behind | None = None
