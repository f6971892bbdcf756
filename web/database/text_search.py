"""Texts found by words: PostgreSQL's full-text search in French and English, accents and capitals set aside.

A model says with `words_index` what can be searched, a query annotates `Words` of the same expression and filters it by
`asked`: PostgreSQL then reads the index.
"""

import re
from typing import Final

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchVectorField
from django.db.models import Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Replace

LANGUAGES: Final = ("french", "web_english")  # as the database function `web_words` has them
SHORTEST_BEGINNING: Final = 5  # letters of a word that others may begin with
_LOOKED_FOR: Final = re.compile(r"(?<!\S)-\S+|\bOR\b|([^\W_]+)")  # a word, unless it is one to leave out, or “or”


class Plain(Func):
    """The text without accents, by our own function: `unaccent` alone may not stand in an index."""

    function = "web_plain"
    output_field = TextField()


class Words(Func):
    """The words of a text in both languages, each as its stem."""

    function = "web_words"
    output_field = SearchVectorField()


def together(*columns: str | Combinable) -> Concat:
    """Columns as one text, to be searched as one."""
    spaced = [part for column in columns for part in (column, Value(" "))]
    return Concat(*spaced[:-1], output_field=TextField())


def words_index(text: str | Combinable, *, name: str) -> GinIndex:
    """The index over the words of a column, or of an expression."""
    return GinIndex(Words(text), name=name)


def asked(words: str) -> SearchQueryCombinable:
    """The words as people write them (“…” together, OR, - without), or other forms of the last one.

    French rules take “designer” for a verb and “designers” for something else: the singular is looked for as the
    beginning of a word, too.
    """
    wanted = _in_both(words)
    *before, last = words.split() or [""]
    singular = last.rstrip("sxSX")
    if '"' in words or not singular.isalnum() or len(singular) < SHORTEST_BEGINNING:
        return wanted
    begun = SearchQuery(_beginning(singular), config=LANGUAGES[0], search_type="raw")
    return wanted | (_in_both(" ".join(before)) & begun if before else begun)


def any_of(words: str) -> SearchQueryCombinable:
    """What an excerpt marks: each of the words looked for, wherever it stands."""
    wanted = list(dict.fromkeys(filter(None, _LOOKED_FOR.findall(words))))
    *others, last = wanted or [""]
    alone = asked(last)
    return _in_both(" OR ".join(others)) | alone if others else alone


def _beginning(word: str) -> Concat:
    """The query for what begins with the word, quoted: without accents “½” is “ 1/2”, and “ŉ” is “'n”."""
    quote, space, begun = (Value(said, output_field=TextField()) for said in ("'", " ", "':*"))
    return Concat(quote, space, Replace(Plain(Value(word)), quote, space), begun)


def _in_both(words: str) -> SearchQueryCombinable:
    french, english = (
        SearchQuery(Plain(Value(words)), config=language, search_type="websearch") for language in LANGUAGES
    )
    return french | english
