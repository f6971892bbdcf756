"""Excerpts of texts with the words that were looked for marked, as harmless HTML.

PostgreSQL cuts them, with a sign before and after each word; here all is escaped and the signs become `<mark>`.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from django.contrib.postgres.search import SearchHeadline, SearchQueryCombinable
from django.db.models import Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import NullIf
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SHOWN_IN: Final = ("web_french_shown", "web_english_shown")  # made by the migration `web.0001_initial`
BEGIN, END = "\x02", "\x03"
SIGNS: Final[dict[str, Any]] = {"start_sel": BEGIN, "stop_sel": END, "fragment_delimiter": " … "}
WHOLE: Final[dict[str, Any]] = {"highlight_all": True}
PART: Final[dict[str, Any]] = {"max_words": 30, "min_words": 10, "max_fragments": 2, "short_word": 0}
_MARKED: Final = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
_SIGNS: Final = re.compile("[\x00-\x08\x0b-\x1f]")


def beside(*columns: str) -> Func:
    """Texts to be shown as one, those that say nothing left out."""
    said = (NullIf(column, Value("")) for column in columns)
    return Func(Value(" · "), *said, function="CONCAT_WS", output_field=TextField())


def cut(text: str | Combinable, query: SearchQueryCombinable, *, whole: bool = False) -> list[SearchHeadline]:
    """The text with signs around what the query finds, read as French and as English; the `whole` of it, or a part."""
    size = WHOLE if whole else PART
    return [SearchHeadline(text, query, config=language, **SIGNS, **size) for language in SHOWN_IN]


def shown(readings: Iterable[str]) -> SafeString:
    """The reading with the most marks, as HTML."""
    best = max(readings, key=lambda reading: len(_MARKED.findall(reading)), default="")
    return mark_safe("".join(_parts(best.strip())))  # noqa: S308 - each part is escaped


def _parts(reading: str) -> Iterable[str]:
    # A split by a pattern with one group gives in turn what lies between and what was marked.
    for place, part in enumerate(_MARKED.split(reading)):
        said = escape(_SIGNS.sub("", part))
        yield f"<mark>{said}</mark>" if place % 2 else said
