"""The search over everything: the number of matches of each kind, one page of the best ones, and their excerpts.

Three statements, however many matches there are: the query as PostgreSQL reads it, the matches of each kind with their
rank, and the rows of one page with excerpts. Matches are those among the objects that the person may see: the latest
`MAX_ROWS_PER_KIND` of each kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQueryCombinable, SearchRank
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, JSONObject
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from accounts.models import User
from web.database.nested_rows import nested
from web.database.prepared import TextArgument, prepared
from web.database.replica import replica_allowed
from web.database.text_search import ParsedQuery, any_word_query, search_query
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


class Match(NamedTuple):
    """One object that matches: the better, the smaller. Among equally good ones of a kind, the latest comes first."""

    negative_rank: float
    kind: str
    negative_key: int


@replica_allowed
def search(user: User, words: str, *, kind: str = "", page: str | None = None) -> SearchResults:
    """Return the objects that match the words among those the user may see, 20 a page, the best matches first (three
    statements).

    `kind` is the slug of the kind to search, "" for all; `page` is the page number as in the URL. The number of matches
    by kind is returned for all kinds.
    """
    query, marking = _parsed_queries(user, words)
    matches = _matches_by_kind(user, query) if query else {}
    kinds = [_kind_count(slug, source, len(matches.get(slug, ()))) for slug, source in search_sources.items()]
    chosen = [each for each in kinds if kind in ("", each.slug)]
    count = sum(each.count for each in chosen)
    number = min(page_number(page), max(-(-count // PER_PAGE), 1))
    best = sorted(match for each in chosen for match in matches.get(each.slug, ()))
    hits = _hits(user, best[(number - 1) * PER_PAGE : number * PER_PAGE], query, marking)
    capped = any(each.capped for each in chosen)
    return SearchResults(kinds, Page(hits, number, count, capped, number * PER_PAGE < count), not query)


def _parsed_queries(user: User, words: str) -> tuple[str, str]:
    """Return two queries as PostgreSQL writes them (one statement): the one that objects must match, "" if all of its
    words are too common to search for, and the one whose matches are marked.
    """
    queries: list[Any] = [search_query(words), any_word_query(words)]
    texts = User.objects.filter(pk=user.pk).values_list(*(Cast(query, TextField()) for query in queries))
    query, marking = texts.get()
    return query, marking


def _kind_count(slug: str, source: SearchSource, count: int) -> KindCount:
    """Return the number of matches of one kind, counted up to 300."""
    return KindCount(slug, source.label, min(count, MAX_ROWS_PER_KIND), count > MAX_ROWS_PER_KIND)


def _matches_by_kind(user: User, query: str) -> dict[str, list[Match]]:
    """Return the latest 301 matches of each kind that the user may see, by its slug (one statement)."""
    [columns] = _latest_matches(user, TextArgument(query))
    return {
        slug: [Match(-rank, slug, -key) for rank, key in zip(found["ranks"], found["keys"], strict=True)]
        for slug, found in zip(search_sources.slugs(), columns, strict=True)
        if found["keys"]
    }


@prepared
def _latest_matches(user: User, query: TextArgument) -> QuerySet[Any, Any]:
    """Return one row with a column for each kind: the keys and ranks of its latest 301 matches, None without any."""
    columns = [_ranked_keys(source, user, ParsedQuery(query)) for _slug, source in search_sources.items()]
    return User.objects.filter(pk=user.pk).values_list(*columns)


def _ranked_keys(source: SearchSource, user: User, query: SearchQueryCombinable) -> Subquery:
    """Return a column with the keys of the latest 301 matches of a kind that the user may see, and their ranks.

    Words in the title weigh more than in the text. A row that only matches by a text that is not stored, or by a
    related one, such as a step of a canvas, has the lowest rank.
    """
    by_key = (F("pk") + 0).desc()  # no index has this order: else PostgreSQL walks all rows in search of a rare word
    latest = source.matching(user, query).order_by(by_key).values("pk")[: MAX_ROWS_PER_KIND + 1]
    rank = Greatest(SearchRank(source.ranked_words, query), Value(RELATED_TEXT_RANK))
    rows = source.model._default_manager.filter(pk__in=latest).order_by().values(one_group=Value(1))
    ranked = rows.annotate(keys=ArrayAgg("pk"), ranks=ArrayAgg(rank))
    return Subquery(ranked.values(found=JSONObject(keys=F("keys"), ranks=F("ranks"))))


def _hits(user: User, matches: Sequence[Match], query: str, marking: str) -> list[SearchHit]:
    """Return these matches as the page shows them, in their order (one statement).

    `query` decides which text is quoted; `marking` which words are marked in titles and excerpts.
    """
    if not matches:
        return []
    keys = [_keys_of_kind(slug, matches) for slug in search_sources.slugs()]
    [columns] = _rows_by_kind(user, TextArgument(query), TextArgument(marking), *keys)
    by_kind = zip(search_sources.slugs(), columns, strict=True)
    by_key = {(slug, row["pk_"]): row for slug, rows in by_kind for row in rows}
    pairs = [(match.kind, -match.negative_key) for match in matches]
    return [_hit(search_sources[slug], by_key[slug, key]) for slug, key in pairs if (slug, key) in by_key]


def _keys_of_kind(slug: str, matches: Sequence[Match]) -> tuple[int, ...]:
    """Return the keys of the matches of one kind, followed by keys that no row has: always 20, for one statement."""
    keys = [-match.negative_key for match in matches if match.kind == slug]
    return (*keys, *range(len(keys) - PER_PAGE + 1, 1))


@prepared
def _rows_by_kind(user: User, query: TextArgument, marking: TextArgument, *keys: tuple[int, ...]) -> QuerySet[Any, Any]:
    """Return one row with a column for each kind: its rows with these keys, with excerpts."""
    columns = [
        _rows_with_excerpts(source, user, keys_of_kind, ParsedQuery(query), ParsedQuery(marking))
        for (_slug, source), keys_of_kind in zip(search_sources.items(), keys, strict=True)
    ]
    return User.objects.filter(pk=user.pk).values_list(*columns)


_COLUMNS: Final = ("url_argument", "reference", "belongs_to", "state", "state_label", "kind")
_TITLES: Final = tuple(f"title_{config}" for config in HEADLINE_CONFIGS)
_TEXTS: Final = tuple(f"text_{config}" for config in HEADLINE_CONFIGS)


def _rows_with_excerpts(
    source: SearchSource, user: User, keys: Sequence[int], query: SearchQueryCombinable, marking: SearchQueryCombinable
) -> ArraySubquery:
    """Return a column with the rows that have these keys, which the user may see, as an array of JSON objects.

    Each has title and excerpt twice, with words compared by the rules of French and of English. `query` decides which
    text is quoted, `marking` which words are marked.
    """
    columns: dict[str, Any] = {f"of_{name}": path for name in _COLUMNS if (path := getattr(source, name))}
    columns |= zip(_TITLES, headlines(source.title, marking, full=True), strict=True)
    columns |= zip(_TEXTS, _excerpts(source, user, query, marking), strict=True)
    rows = source.model._default_manager.filter(pk__in=keys).order_by().alias(words=source.words)
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
        Case(When(words=query, then=excerpt), default=Coalesce(*others, excerpt), output_field=TextField())
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
