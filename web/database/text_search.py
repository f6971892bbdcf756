"""PostgreSQL's full-text search in French and English, without regard to accents and capitals.

A model declares a `words_index` over an expression. A queryset annotates `SearchWords` of the same expression and
filters it by a `search_query`, so that PostgreSQL reads the index.
"""

import re
from typing import Final

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchVectorField
from django.db.models import F, Func, GeneratedField, Index, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Lower, Replace

LANGUAGES: Final = ("french", "web_english")  # as the database function `web_words` has them
MIN_PREFIX_CHARACTERS: Final = 5  # shorter words are not searched for as the beginning of others
_STRAIGHT_QUOTATION_MARKS: Final = str.maketrans(dict.fromkeys("«»“”", '"'))
_SEARCH_WORD: Final = re.compile(r"(?<!\S)-\S+|\bOR\b|([^\W_]+)")  # a word, unless it is excluded or the word OR


class UnaccentedText(Func):
    """The text without accents, by our own database function: an index cannot use `unaccent` itself."""

    function = "web_plain"
    output_field = TextField()


class TypedWords(UnaccentedText):
    """Words as people type them, without accents, and without hyphens that no letter, digit or quotation mark follows.

    Such a hyphen excludes nothing, and PostgreSQL raises an error for 33 of them.
    """

    template = """regexp_replace(%(function)s(%(expressions)s), '-+(?=[^[:alnum:]"]|$)', ' ', 'g')"""


class SearchWords(Func):
    """The stems of the words of a text, in both languages."""

    function = "web_words"
    output_field = SearchVectorField()


class TitleWords(SearchWords):
    """The stems of the words of a title, in both languages; they weigh more than those of a text."""

    template = "setweight(%(function)s(%(expressions)s), 'A')"


class JoinedWords(Func):
    """The stems of the words of several texts together."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchVectorField()


def joined_text(*columns: str | Combinable) -> Concat:
    """Return an expression that joins columns into one text, with a space between them, to search them together."""
    spaced = [part for column in columns for part in (column, Value(" "))]
    return Concat(*spaced[:-1], output_field=TextField())


def name_order(column: str | Combinable) -> Lower:
    """Return the expression by which names in a column are sorted: accents and capitals do not count."""
    return Lower(UnaccentedText(column))


def name_index(column: str, *, name: str) -> Index:
    """Return a model's index called `name` for the order by the names in a column, then by primary key."""
    return Index(name_order(column), F("id"), name=name)


def words_index(text: str | Combinable, *, name: str) -> GinIndex:
    """Return a model's GIN index called `name` over the word stems, in French and English, of a column or an
    expression.
    """
    return GinIndex(SearchWords(text), name=name)


def words_field(title: str | Combinable, text: str | Combinable) -> GeneratedField:
    """Return a model's field in which PostgreSQL stores the stems of the words of a title and of a text, to search and
    rank many rows.
    """
    words = JoinedWords(TitleWords(title), SearchWords(text))
    return GeneratedField(expression=words, output_field=SearchVectorField(), db_persist=True)


def parts_field(text: str | Combinable) -> GeneratedField:
    """Return a model's field in which PostgreSQL stores a text as `name_order` compares it, to find parts of words."""
    return GeneratedField(expression=name_order(text), output_field=TextField(), db_persist=True)


def stem_query(words: str, *, search_type: str = "websearch") -> SearchQueryCombinable:
    """Return the query for the stems of words, as people type them: in French or in English, without accents.

    With the type "websearch" it reads “…”, «…», OR and - as `search_query` does; with "plain" it finds the texts that
    have all the words, whatever stands between them.
    """
    text = TypedWords(Value(words.translate(_STRAIGHT_QUOTATION_MARKS)))
    french, english = (SearchQuery(text, config=language, search_type=search_type) for language in LANGUAGES)
    return french | english


def search_query(words: str) -> SearchQueryCombinable:
    """Return the full-text query for words as people type them: “…”, «…» or "…" for a phrase, OR, and - to exclude a
    word.

    The last word is also searched for, without a plural s or x, as the beginning of a word: the French stemmer takes
    “designer” for a verb and “designers” for another word.
    """
    words = words.translate(_STRAIGHT_QUOTATION_MARKS)
    query = stem_query(words)
    *before, last = words.split() or [""]
    singular = last.rstrip("sxSX")
    if '"' in words or not singular.isalnum() or len(singular) < MIN_PREFIX_CHARACTERS:
        return query
    prefix = SearchQuery(_prefix_query(singular), config=LANGUAGES[0], search_type="raw")
    return query | (stem_query(" ".join(before)) & prefix if before else prefix)


class ParsedQuery(SearchQuery):
    """A full-text query as PostgreSQL writes it, which is not parsed again."""

    template = "%(expressions)s::tsquery"


def any_word_query(words: str) -> SearchQueryCombinable:
    """Return the full-text query that any one of the typed words matches, without excluded ones; excerpts mark what it
    matches.
    """
    search_words = list(dict.fromkeys(filter(None, _SEARCH_WORD.findall(words))))
    *others, last = search_words or [""]
    last_query = search_query(last)
    return stem_query(" OR ".join(others)) | last_query if others else last_query


def _prefix_query(word: str) -> Concat:
    """Return an expression for the text of a raw query that matches words beginning with `word`.

    It is quoted: `unaccent` makes “ 1/2” of “½” and “'n” of “ŉ”.
    """
    quote, space, suffix = (Value(text, output_field=TextField()) for text in ("'", " ", "':*"))
    return Concat(quote, space, Replace(UnaccentedText(Value(word)), quote, space), suffix)
