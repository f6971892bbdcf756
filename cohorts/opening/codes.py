"""Codes and short names suggested for a new cohort (pure): “Pays de la Loire” gives PDL and pays-de-la-loire."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import product
from string import ascii_uppercase

LONGEST = 5
SHORTEST = 2
UNSPOKEN = frozenset({"L", "LA", "LE", "LES", "D", "ET", "THE", "AND"})


def words_of(name: str) -> list[str]:
    """The words of a name in plain capitals, without accents, figures or articles."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE")).upper()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [word for word in re.findall(r"[A-Z]+", letters) if word not in UNSPOKEN]


def suggest_code(name: str, taken: Collection[str]) -> str:
    """Two to five capitals that recall the name and are not taken: its initials if they can, else its first letters."""
    return next(code for code in _candidates(words_of(name)) if code not in taken)


def _candidates(words: list[str]) -> Iterator[str]:
    initials = "".join(word[0] for word in words)[:LONGEST]
    letters = "".join(words) or "COHORT"
    if len(initials) >= SHORTEST:
        yield initials
    for length in (3, 4, 5, 2):
        if len(letters) >= length:
            yield letters[:length]
    stem = (initials or letters)[:SHORTEST]
    for length in (1, 2, 3):
        yield from (stem + "".join(ending) for ending in product(ascii_uppercase, repeat=length) if len(stem) > 1)
        yield from (stem[0] + "".join(ending) for ending in product(ascii_uppercase, repeat=length))


def suggest_slug(stem: str, year: int, taken: Collection[str], *, longest: int = 80) -> str:
    """The stem itself, else with the year, else with a figure as well."""
    stem = stem[: longest - 10].strip("-")
    numbered = (f"{stem}-{year}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, f"{stem}-{year}", *numbered) if slug not in taken)
