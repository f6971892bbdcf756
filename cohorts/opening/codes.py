"""Codes and slugs suggested for a new cohort: “Pays de la Loire” gives PDL and pays-de-la-loire."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import product
from string import ascii_uppercase

MAX_CODE_LENGTH = 5
MIN_CODE_LENGTH = 2
IGNORED_WORDS = frozenset({"L", "LA", "LE", "LES", "D", "ET", "THE", "AND"})


def words_of(name: str) -> list[str]:
    """Return the words of a name in capitals without accents, in order; digits, articles and “et” or “and” are left
    out.
    """
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE")).upper()
    capitals = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [word for word in re.findall(r"[A-Z]+", capitals) if word not in IGNORED_WORDS]


def suggest_code(name: str, taken: Collection[str]) -> str:
    """Return a code of two to five capitals for a cohort, not in `taken`: the initials of `name` if possible, else
    other capitals.

    “Pays de la Loire” gives PDL.
    """
    return next(code for code in _code_candidates(words_of(name)) if code not in taken)


def _code_candidates(words: list[str]) -> Iterator[str]:
    """Yield codes for a name in the order of preference: its initials, its first capitals, then capitals with made-up
    endings.

    `words` are the words of the name in capitals.
    """
    initials = "".join(word[0] for word in words)[:MAX_CODE_LENGTH]
    capitals = "".join(words) or "COHORT"
    if len(initials) >= MIN_CODE_LENGTH:
        yield initials
    for length in (3, 4, 5, 2):
        if len(capitals) >= length:
            yield capitals[:length]
    stem = (initials or capitals)[:MIN_CODE_LENGTH]
    for length in (1, 2, 3):
        yield from (stem + "".join(ending) for ending in product(ascii_uppercase, repeat=length) if len(stem) > 1)
        yield from (stem[0] + "".join(ending) for ending in product(ascii_uppercase, repeat=length))


def suggest_slug(stem: str, year: int, taken: Collection[str], *, max_length: int = 80) -> str:
    """Return a slug that is not in `taken`: the `stem`, else the stem with the year, else with the year and a number.

    The stem is cut so that the slug has at most `max_length` characters.
    """
    stem = stem[: max_length - 10].strip("-")
    numbered = (f"{stem}-{year}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, f"{stem}-{year}", *numbered) if slug not in taken)
