"""Guess which column of a table is which: by its heading in French or English, by synonyms, by what it contains.

Pure. A guess is always shown and can be corrected; what a person corrects is remembered for their next table.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import override
from django_stubs_ext import StrOrPromise

from imports.cells import LANGUAGES, CellError, CellOptions, Parser, day, days, normalised, text
from web.templatetags.web import clock
from web.templatetags.web import day as day_text
from web.templatetags.web import number as number_text

HEADER_ROWS: Final = 10  # the heading is one of these first rows
IGNORED: Final = ""  # the column that a column of the table becomes when it is not imported
ANY_TEXT: Final = text()
LONGEST_HEADING: Final = 200  # characters by which a heading is recognised
DECIMALS: Final = 6  # of a number: those of a latitude
_REMARK: Final = re.compile(r"\([^)]*\)|\*")  # in a heading: “Nom (obligatoire)”, “E-mail*”


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column that a kind of import knows: the name of its value, its label, and how a cell is read.

    A heading is recognised by the label in either language and by the `synonyms`; a table without headings by
    `recognises`, which tells from the text of a cell. `choices` lists slug and label where there are few values; these
    columns can have a `default` for the rows that give none, of which `default` is the slug.
    """

    name: str
    label: StrOrPromise
    parse: Parser = ANY_TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    recognises: Callable[[str], bool] | None = None
    choices: Sequence[tuple[Any, StrOrPromise]] = ()
    default: str = ""

    @property
    def reads_days(self) -> bool:
        """Return whether the cells are dates, of which day and month may be exchanged."""
        return self.parse in (day, days)

    def display_text(self, text: str, options: CellOptions) -> str:
        """Return what will be stored for a cell, in the reader's language; a cell that cannot be read as it is.

        Also takes what a plan stores: the slug of a choice, an ISO date.
        """
        try:
            value = self.parse(text, options)
        except CellError:
            return text
        labels = {str(slug): str(label) for slug, label in self.choices}
        return labels.get(str(value)) or self._text_of(value, text)

    def _text_of(self, value: object, text: str) -> str:
        """Return a date, time or number in the reader's language; of other values the text they are read from."""
        match value:
            case date():
                return day_text(value)
            case time():
                return clock(value)
            case int() | Decimal():
                return number_text(float(value), DECIMALS)
            case tuple() if self.reads_days:
                return ", ".join(map(day_text, value))
        return text

    def headings(self) -> set[str]:
        """Return the headings under which people write the column, as words are compared."""
        labels = [self.name.replace("_", " ")]
        for language in LANGUAGES:
            with override(language):
                labels.append(str(self.label))
        return {normalised(words) for words in (*labels, *self.synonyms)}


def guess_columns(
    header: Sequence[str], columns: Sequence[ImportColumn], remembered: Mapping[str, str] | None = None
) -> list[str]:
    """Return for each heading the name of the column it stands for, "" for those that are not recognised.

    What the person chose before (`remembered`, by normalised heading) comes first, then equal headings, then headings
    that contain all words of one. No column is given twice.
    """
    words = [normalised(_REMARK.sub(" ", heading[:LONGEST_HEADING])) for heading in header]
    names = {column.name for column in columns}
    guesses: list[str | None] = [None] * len(words)
    taken: set[str] = set()
    for position, heading in enumerate(words):
        name = (remembered or {}).get(heading)
        if name is not None and name not in taken and (name in names or name == IGNORED):
            guesses[position] = name
            taken |= {name} - {IGNORED}
    headings = {column.name: column.headings() for column in columns}
    for matches in (_is_equal, _contains_words):
        for position, heading in enumerate(words):
            if guesses[position] is None and heading and (name := _best_match(heading, headings, taken, matches)):
                guesses[position] = name
                taken.add(name)
    return [guess or IGNORED for guess in guesses]


def _is_equal(heading: str, candidate: str) -> bool:
    """Return whether the heading is the candidate, ignoring the plural and spaces."""
    return (
        heading == candidate
        or heading.rstrip("s") == candidate
        or heading.replace(" ", "") == candidate.replace(" ", "")
    )


def _contains_words(heading: str, candidate: str) -> bool:
    """Return whether the heading has all words of the candidate: “adresse mail professionnelle” has “mail”."""
    return set(candidate.split()) <= set(heading.split())


def _best_match(
    heading: str, headings: Mapping[str, set[str]], taken: set[str], matches: Callable[[str, str], bool]
) -> str:
    """Return the name of the column that is not taken and of which the longest heading matches; "" when none does."""
    found = [
        (len(candidate.split()), len(candidate), name)
        for name, candidates in headings.items()
        if name not in taken
        for candidate in candidates
        if matches(heading, candidate)
    ]
    return max(found)[2] if found else ""


def guess_by_content(rows: Sequence[Sequence[str]], columns: Sequence[ImportColumn]) -> list[str]:
    """Return for each position of a table without headings the column that its cells look like, "" for none.

    More than half of the cells that are filled must be recognised.
    """
    width = max((len(row) for row in rows), default=0)
    guesses, taken = [IGNORED] * width, set[str]()
    for position in range(width):
        cells = [row[position] for row in rows if position < len(row) and row[position].strip()]
        for column in columns:
            if column.recognises and column.name not in taken and cells:
                count = sum(column.recognises(cell) for cell in cells)
                if count * 2 > len(cells):
                    guesses[position] = column.name
                    taken.add(column.name)
                    break
    return guesses


def header_position(rows: Sequence[Sequence[str]], columns: Sequence[ImportColumn]) -> int | None:
    """Return the position of the heading among the first rows of a table; None when the table has none.

    It is the row in which most columns are recognised; without any, the first row unless one of its cells looks like
    a value.
    """
    scores = [sum(name != IGNORED for name in guess_columns(row, columns)) for row in rows[:HEADER_ROWS]]
    best = max(scores, default=0)
    if best:
        return scores.index(best)
    looks_like_value = [column.recognises for column in columns if column.recognises]
    first = next((position for position, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if first is None or any(recognises(cell) for cell in rows[first] for recognises in looks_like_value):
        return None
    return first
