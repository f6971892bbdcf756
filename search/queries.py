"""The search over everything: the number of matches of each kind, one page of the best ones, and their excerpts.

Three statements, however many matches there are: counts, the keys of one page, and its rows with excerpts. Each starts
from the objects that the person may see. Only the latest `MAX_ROWS_PER_KIND` of each kind are ranked, because no index
stores what ranking needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQueryCombinable, SearchRank, SearchVectorField
from django.db.models import (
    Case,
    CharField,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from accounts.models import User
from web.database.counts import RowCount
from web.database.nested_rows import nested
from web.database.text_search import SearchWords, any_word_query, search_query
from web.pages.pagination import Page, page_number
from web.search_sources import RelatedText, SearchSource, search_sources
from web.text.excerpts import HEADLINE_CONFIGS, headlines, marked_html

PER_PAGE: Final = 20
MAX_ROWS_PER_KIND: Final = 300
RELATED_TEXT_RANK: Final = (
    0.06  # the rank of one word of a text: a match in a related text ranks as one in the own text
)


@dataclass(frozen=True, slots=True)
class KindCount:
    """One kind of object with its number of matches; there are more than `count` when `capped`."""

    slug: str
    label: StrOrPromise
    count: int
    capped: bool


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One object that matches, ready for the page."""

    kind: StrOrPromise
    href: str
    title: SafeString
    excerpt: SafeString
    reference: str
    belongs_to: str
    state: StrOrPromise
    tone: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The matches by kind and one page of them; `only_common_words` when no word of the search is significant.

    PostgreSQL ignores words that nearly every text has, such as “the” and “les”.
    """

    kinds: Sequence[KindCount]
    page: Page[SearchHit]
    only_common_words: bool


def search(user: User, words: str, *, kind: str = "", page: str | None = None) -> SearchResults:
    """Return the objects that match the words among those the user may see, 20 a page, the best matches first (three
    statements).

    `kind` is the slug of the kind to search, "" for all; `page` is the page number as in the URL. The number of matches
    by kind is returned for all kinds.
    """
    query = search_query(words)
    kinds, only_common_words = _counts_by_kind(user, query)
    chosen = [each for each in kinds if kind in ("", each.slug)]
    count = sum(each.count for each in chosen)
    number = min(page_number(page), max(-(-count // PER_PAGE), 1))
    sources = {each.slug: search_sources[each.slug] for each in chosen if each.count}
    start = (number - 1) * PER_PAGE
    ranked = _ranked_keys(sources, user, query)[start : start + PER_PAGE] if sources else []
    hits = _hits(user, [(row["sort"], row["key"]) for row in ranked], query=query, words=words)
    capped = any(each.capped for each in chosen)
    return SearchResults(kinds, Page(hits, number, count, capped, number * PER_PAGE < count), only_common_words)


def _counts_by_kind(user: User, query: SearchQueryCombinable) -> tuple[list[KindCount], bool]:
    """Return the number of matches of each kind that the user may see, counted up to 300 (one statement).

    The second value says whether the words are all too common to search for, like “the”.
    """
    sources = search_sources.items()
    counts = [RowCount(source.matching(user, query).values("pk")[: MAX_ROWS_PER_KIND + 1]) for _slug, source in sources]
    nodes = Func(query, function="numnode", output_field=IntegerField())
    row = User.objects.filter(pk=user.pk).values_list(nodes, *counts).get()
    kinds = [
        KindCount(slug, source.label, min(count, MAX_ROWS_PER_KIND), count > MAX_ROWS_PER_KIND)
        for (slug, source), count in zip(sources, row[1:], strict=True)
    ]
    return kinds, not row[0]


class _WeightedWords(Func):
    """The words of a title, weighted higher than those of a text."""

    template = "(setweight(%(expressions)s))"
    arg_joiner = ", 'A') || ("
    output_field = SearchVectorField()


def _rank(source: SearchSource, query: SearchQueryCombinable) -> Any:
    """Return an SQL expression for how well a row matches: words in its title weigh more than in its text.

    A row that only matches by a related text, such as a step of a canvas, has the lowest rank.
    """
    words = _WeightedWords(SearchWords(source.title), SearchWords(source.own_text))
    return Greatest(SearchRank(words, query), Value(RELATED_TEXT_RANK))


def _ranked_keys(sources: Mapping[str, SearchSource], user: User, query: SearchQueryCombinable) -> QuerySet[Any]:
    """Return the matches that the user may see as dictionaries of `rank`, `sort` (slug of the kind) and `key`, the best
    first.

    Among equally good ones of a kind, the latest comes first. Only the latest 300 matches of each kind are ranked.
    """
    first, *others = [
        source.visible_to(user)
        .filter(pk__in=source.matching(user, query).order_by("-pk").values("pk")[:MAX_ROWS_PER_KIND])
        .values(rank=_rank(source, query), sort=Value(slug, CharField()), key=F("pk"))
        for slug, source in sources.items()
    ]
    return (first.union(*others, all=True) if others else first).order_by("-rank", "sort", "-key")


def _hits(user: User, keys: Sequence[tuple[str, int]], *, query: SearchQueryCombinable, words: str) -> list[SearchHit]:
    """Return the matches with these pairs of kind and key as the page shows them, in the order of `keys` (one
    statement).

    `query` decides which text is quoted; `words`, as typed, are marked in titles and excerpts. Objects that the user
    may no longer see are left out.
    """
    if not keys:
        return []
    slugs = list(dict.fromkeys(slug for slug, _key in keys))
    columns = [
        _rows_with_excerpts(
            search_sources[slug], user, [key for kind, key in keys if kind == slug], query, any_word_query(words)
        )
        for slug in slugs
    ]
    nested_rows = User.objects.filter(pk=user.pk).values_list(*columns).get()
    by_key = {(slug, row["pk_"]): row for slug, rows in zip(slugs, nested_rows, strict=True) for row in rows}
    return [_hit(search_sources[key[0]], by_key[key]) for key in keys if key in by_key]


_COLUMNS: Final = ("url_argument", "reference", "belongs_to", "state", "state_label", "kind")
_TITLES: Final = tuple(f"title_{config}" for config in HEADLINE_CONFIGS)
_TEXTS: Final = tuple(f"text_{config}" for config in HEADLINE_CONFIGS)


def _rows_with_excerpts(
    source: SearchSource, user: User, keys: Sequence[int], query: SearchQueryCombinable, marking: SearchQueryCombinable
) -> ArraySubquery:
    """Return a column with the rows that have these keys and that the user may see, as an array of JSON objects.

    Each has title and excerpt twice, with words compared by the rules of French and of English. `query` decides which
    text is quoted, `marking` which words are marked.
    """
    columns: dict[str, Any] = {f"of_{name}": path for name in _COLUMNS if (path := getattr(source, name))}
    columns |= zip(_TITLES, headlines(source.title, marking, full=True), strict=True)
    columns |= zip(_TEXTS, _excerpts(source, user, query, marking), strict=True)
    rows = source.visible_to(user).filter(pk__in=keys).alias(vector=SearchWords(source.own_text))
    return nested(rows, *source.title_columns, pk_="pk", **columns)


def _excerpts(
    source: SearchSource, user: User, query: SearchQueryCombinable, marking: SearchQueryCombinable
) -> Iterable[Any]:
    """Return two expressions for the excerpt of a row, with words marked by the rules of French and of English.

    The excerpt is of the row's own text if that matches `query`, else of its first related text that does. `marking`
    decides which words are marked.
    """
    related = zip(*(_related_excerpts(text, user, query, marking) for text in source.related_texts), strict=True)
    own = headlines(source.excerpt_text, marking)
    if not source.related_texts or source.text is None:
        return own
    return [
        Case(When(vector=query, then=excerpt), default=Coalesce(*others, excerpt), output_field=TextField())
        for excerpt, others in zip(own, related, strict=True)
    ]


def _related_excerpts(
    text: RelatedText, user: User, query: SearchQueryCombinable, marking: SearchQueryCombinable
) -> list[Subquery]:
    """Return two subqueries for the excerpt of a row's related text, with words marked by the rules of French and of
    English.

    It is the first such text, for example a cell of a canvas, that matches `query` and that the user may see; `marking`
    decides which words are marked.
    """
    rows = text.matching(user, query).filter(**{text.path: OuterRef("pk")}).order_by("pk")
    return [Subquery(rows.values_list(reading)[:1]) for reading in headlines(text.text, marking)]


def _hit(source: SearchSource, row: Mapping[str, Any]) -> SearchHit:
    """Return a match as the page shows it: kind, link, title and excerpt with marked words, reference, cohort and
    state.

    `row` is its object as `_rows_with_excerpts` reads it.
    """
    values = {name: row.get(f"of_{name}") or "" for name in _COLUMNS}
    state = source.states(values["state"]) if source.states and values["state"] else None
    title = escape(source.title_of(row)) if source.title_of else marked_html(row[name] or "" for name in _TITLES)
    return SearchHit(
        kind=source.kinds(values["kind"]).label if source.kinds and values["kind"] else source.singular,
        href=reverse(source.url_name, args=[values["url_argument"]]),
        title=title,
        excerpt=marked_html(row[name] or "" for name in _TEXTS),
        reference=values["reference"],
        belongs_to=values["belongs_to"],
        state=values["state_label"] or (state.label if state else ""),
        tone=getattr(state, "tone", "neutral"),
    )
