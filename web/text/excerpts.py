"""Excerpts of texts as safe HTML, with the words of a search marked.

PostgreSQL cuts the excerpts and puts a control character before and after each word that matches. Here the text is
escaped, and the control characters become `<mark>`.
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

HEADLINE_CONFIGS: Final = ("web_french_shown", "web_english_shown")  # made by the migration `web.0001_initial`
BEGIN, END = "\x02", "\x03"
MARKERS: Final[dict[str, Any]] = {"start_sel": BEGIN, "stop_sel": END, "fragment_delimiter": " … "}
FULL_TEXT: Final[dict[str, Any]] = {"highlight_all": True}
EXCERPT: Final[dict[str, Any]] = {"max_words": 30, "min_words": 10, "max_fragments": 2, "short_word": 0}
_MARKED: Final = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
_CONTROL_CHARACTERS: Final = re.compile("[\x00-\x08\x0b-\x1f]")


def joined_texts(*columns: str) -> Func:
    """Return an expression that joins the texts of several columns with “ · ”; empty ones are left out."""
    texts = (NullIf(column, Value("")) for column in columns)
    return Func(Value(" · "), *texts, function="CONCAT_WS", output_field=TextField())


def headlines(text: str | Combinable, query: SearchQueryCombinable, *, full: bool = False) -> list[SearchHeadline]:
    """Return two expressions, one per language, for the text with control characters around each match of the query.

    With `full` they give the full text, else an excerpt. `marked_html` chooses among their values and makes HTML of it.
    """
    size = FULL_TEXT if full else EXCERPT
    return [SearchHeadline(text, query, config=language, **MARKERS, **size) for language in HEADLINE_CONFIGS]


def marked_html(readings: Iterable[str]) -> SafeString:
    """Return safe HTML of a text, with the words that a search found in `<mark>`.

    `readings` are the values of the expressions from `headlines`; the one with the most matches is used. "" without
    readings.
    """
    best = max(readings, key=lambda reading: len(_MARKED.findall(reading)), default="")
    return mark_safe("".join(_html_parts(best.strip())))  # noqa: S308 - each part is escaped


def _html_parts(reading: str) -> Iterable[str]:
    # A split by a pattern with one group returns unmarked and marked parts in turn.
    """Yield the parts of a text as HTML, each escaped, with the matches in `<mark>`.

    In `reading`, control characters surround each match.
    """
    for index, part in enumerate(_MARKED.split(reading)):
        text = escape(_CONTROL_CHARACTERS.sub("", part))
        yield f"<mark>{text}</mark>" if index % 2 else text
