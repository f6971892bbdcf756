"""The search over everything: how much there is of each kind, the best of it in pages, and an excerpt of each.

Three statements, however much is found: counts, places of one page, what these say. Each starts from what the person
may see. Of each kind the latest `MOST` are weighed: no index keeps the words of a text in a form that could be.
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
from web.database.nested_rows import nested
from web.database.text_search import Words, any_of, asked
from web.pages.pagination import Page, page_number
from web.search_sources import Beside, Source, search_sources
from web.text.excerpts import SHOWN_IN, cut, shown

PER_PAGE: Final = 20
MOST: Final = 300
FOUND_BESIDE: Final = 0.06  # the rank of one word of a text: what is found by a text beside it ranks as by its own


class CountOf(Subquery):
    """How many rows a queryset has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of thing, with how much of it was found; more than `count` where `capped`."""

    slug: str
    label: StrOrPromise
    count: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found."""

    kind: StrOrPromise
    href: str
    title: SafeString
    excerpt: SafeString
    reference: str
    where: str
    state: StrOrPromise
    tone: str


@dataclass(frozen=True, slots=True)
class Found:
    """`says_nothing` when there are only words that every text has, “the” and “les”."""

    choices: Sequence[Choice]
    page: Page[Hit]
    says_nothing: bool


def search(user: User, words: str, *, kind: str = "", page: str | None = None) -> Found:
    """What the person may see of what the words find, of one kind or of all (three statements)."""
    query = asked(words)
    choices, says_nothing = _counted(user, query)
    within = [choice for choice in choices if kind in ("", choice.slug)]
    count = sum(choice.count for choice in within)
    number = min(page_number(page), max(-(-count // PER_PAGE), 1))
    sources = {choice.slug: search_sources[choice.slug] for choice in within if choice.count}
    start = (number - 1) * PER_PAGE
    places = _places(sources, user, query)[start : start + PER_PAGE] if sources else []
    hits = _told(user, [(row["sort"], row["place"]) for row in places], query=query, words=words)
    capped = any(choice.capped for choice in within)
    return Found(choices, Page(hits, number, count, capped, number * PER_PAGE < count), says_nothing)


def _counted(user: User, query: SearchQueryCombinable) -> tuple[list[Choice], bool]:
    """How much there is of each kind, and whether the query looks for nothing (one statement)."""
    sources = search_sources.items()
    counts = [CountOf(source.matching(user, query).values("pk")[: MOST + 1]) for _slug, source in sources]
    nodes = Func(query, function="numnode", output_field=IntegerField())
    found = User.objects.filter(pk=user.pk).values_list(nodes, *counts).get()
    choices = [
        Choice(slug, source.label, min(count, MOST), count > MOST)
        for (slug, source), count in zip(sources, found[1:], strict=True)
    ]
    return choices, not found[0]


class _Weighed(Func):
    """The words of a title before those of a text."""

    template = "(setweight(%(expressions)s))"
    arg_joiner = ", 'A') || ("
    output_field = SearchVectorField()


def _rank(source: Source, query: SearchQueryCombinable) -> Any:
    return Greatest(SearchRank(_Weighed(Words(source.title), Words(source.own_text)), query), Value(FOUND_BESIDE))


def _places(sources: Mapping[str, Source], user: User, query: SearchQueryCombinable) -> QuerySet[Any]:
    """Kind and key of what is found, the best first, the latest before others as good."""
    first, *others = [
        source.visible_to(user)
        .filter(pk__in=source.matching(user, query).order_by("-pk").values("pk")[:MOST])
        .values(rank=_rank(source, query), sort=Value(slug, CharField()), place=F("pk"))
        for slug, source in sources.items()
    ]
    return (first.union(*others, all=True) if others else first).order_by("-rank", "sort", "-place")


def _told(user: User, places: Sequence[tuple[str, int]], *, query: SearchQueryCombinable, words: str) -> list[Hit]:
    """What is said of each place, in their order (one statement)."""
    if not places:
        return []
    slugs = list(dict.fromkeys(slug for slug, _key in places))
    rows = [
        _rows(search_sources[slug], user, [key for kind, key in places if kind == slug], query, any_of(words))
        for slug in slugs
    ]
    found = User.objects.filter(pk=user.pk).values_list(*rows).get()
    told = {(slug, row["place"]): row for slug, kept in zip(slugs, found, strict=True) for row in kept}
    return [_hit(search_sources[place[0]], told[place]) for place in places if place in told]


_COLUMNS: Final = ("key", "reference", "where", "state", "state_label", "kind")
_TITLES: Final = tuple(f"title_{language}" for language in SHOWN_IN)
_TEXTS: Final = tuple(f"text_{language}" for language in SHOWN_IN)


def _rows(
    source: Source, user: User, keys: Sequence[int], query: SearchQueryCombinable, marking: SearchQueryCombinable
) -> ArraySubquery:
    """The rows with these keys, each as an object."""
    told: dict[str, Any] = {f"of_{name}": path for name in _COLUMNS if (path := getattr(source, name))}
    told |= zip(_TITLES, cut(source.title, marking, whole=True), strict=True)
    told |= zip(_TEXTS, _excerpts(source, user, query, marking), strict=True)
    rows = source.visible_to(user).filter(pk__in=keys).alias(vector=Words(source.own_text))
    return nested(rows, *source.named_by, place="pk", **told)


def _excerpts(
    source: Source, user: User, query: SearchQueryCombinable, marking: SearchQueryCombinable
) -> Iterable[Any]:
    """What is shown of a row, in each reading: its own text where that is found, else the first one beside it."""
    beside = zip(*(_beside(kept, user, query, marking) for kept in source.beside), strict=True)
    own = cut(source.said, marking)
    if not source.beside or source.text is None:
        return own
    return [
        Case(When(vector=query, then=said), default=Coalesce(*others, said), output_field=TextField())
        for said, others in zip(own, beside, strict=True)
    ]


def _beside(kept: Beside, user: User, query: SearchQueryCombinable, marking: SearchQueryCombinable) -> list[Subquery]:
    rows = kept.saying(user, query).filter(**{kept.leads_to: OuterRef("pk")}).order_by("pk")
    return [Subquery(rows.values_list(reading)[:1]) for reading in cut(kept.text, marking)]


def _hit(source: Source, row: Mapping[str, Any]) -> Hit:
    said = {name: row.get(f"of_{name}") or "" for name in _COLUMNS}
    state = source.states(said["state"]) if source.states and said["state"] else None
    title = escape(source.name(row)) if source.name else shown(row[name] or "" for name in _TITLES)
    return Hit(
        kind=source.kinds(said["kind"]).label if source.kinds and said["kind"] else source.one,
        href=reverse(source.address, args=[said["key"]]),
        title=title,
        excerpt=shown(row[name] or "" for name in _TEXTS),
        reference=said["reference"],
        where=said["where"],
        state=said["state_label"] or (state.label if state else ""),
        tone=getattr(state, "tone", "neutral"),
    )
