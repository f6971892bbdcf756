"""What goes from one authority to another: contributions, offers that were wanted, promises, ideas taken up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import CharField, Count, F, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from exchanges.models import Commitment, Contribution, Exchange, Match
from figures.groups import Group
from figures.network.queries import Counted
from prototypes.models import Idea, Implementation, Lineage


class Link(TextChoices):
    """What links two authorities, in the order of the table."""

    CONTRIBUTION = "contribution", _("contributions to its Intertransfos")
    MATCH = "match", _("offers it had asked for")
    COMMITMENT = "commitment", _("commitments made at its Intertransfos")
    REUSE = "reuse", _("ideas it took up")
    REPLICATION = "replication", _("ideas also live there")


PAGES: Final[dict[str, str]] = {
    Link.CONTRIBUTION: "exchanges:contributions",
    Link.MATCH: "exchanges:contributions",
    Link.COMMITMENT: "exchanges:minutes",
    Link.REUSE: "prototypes:idea",
    Link.REPLICATION: "prototypes:idea",
}


class LinkRow(NamedTuple):
    """So many links of one kind from one authority to another, by the exchange or the idea that shows them.

    `told`: whoever took an idea up shares what they made of it. `within`: the giving end is among the cohorts counted.
    `readable` of them the reader may open.
    """

    link: str
    giver: int
    giver_name: str
    taker: int
    taker_name: str
    place: int
    label: str
    told: bool
    within: bool
    number: int
    readable: int


@dataclass(slots=True)
class Cell:
    """A number, and the pages that show what it counts, as far as the reader may open them."""

    number: int = 0
    pages: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pair:
    """What went from one authority to another, by kind."""

    giver: str
    taker: str
    cells: dict[Link, Cell]

    def __iter__(self) -> Iterator[tuple[StrOrPromise, Cell]]:
        return ((link.label, cell) for link, cell in self.cells.items())


@dataclass(frozen=True, slots=True)
class Links:
    """The pairs that may be named, by name, and the sums of all others by kind."""

    pairs: Sequence[Pair]
    others: dict[str, Group]

    @property
    def others_told(self) -> list[tuple[StrOrPromise, int | None]]:
        """By kind, None for what would tell too much of too few."""
        return [(link.label, self.others.get(link, Group()).shown) for link in Link]


@dataclass(frozen=True, slots=True)
class Source:
    """Where links of one kind are: `rows`, the paths to the `giver`, to the `taker` and to what shows them.

    Ends are cohorts, but for a `taker` that is the row's own authority. `label` names what shows them, an exchange or
    an idea; `opened` are those the reader may open. What is counted are rows, or the ideas that are live: each once.
    """

    link: Link
    rows: QuerySet[Any]
    giver: str
    taker: str
    place: str
    label: str
    opened: QuerySet[Any]

    @property
    def counts(self) -> str:
        return self.place if self.link == Link.REPLICATION else "pk"

    def between(self, cohorts: Counted) -> QuerySet[Any, tuple[Any, ...]]:
        """Those with an end among the cohorts, counted in the columns of `LinkRow`."""
        given = Q(**{f"{self.giver}__in": cohorts.ids})
        by_cohort = self.taker != "authority"
        to = f"{self.taker}__authority" if by_cohort else self.taker
        taken = Q(**{f"{self.taker}__in" if by_cohort else f"{self.taker}__cohorts__in": cohorts.ids})
        from_other = ~Q(**{f"{self.giver}__authority": F(to)})
        known = Q(**{f"{self.giver}__isnull": False, f"{to}__isnull": False})
        told = BoolOr(f"{self.place}__shared_with_edition") if self.link == Link.REUSE else Value(value=True)
        counted: QuerySet[Any, tuple[Any, ...]] = (
            self.rows.filter(given | taken, from_other, known)
            .order_by()
            .values_list(
                Value(self.link.value, CharField()),
                *(f"{self.giver}__authority", f"{self.giver}__authority__name", to, f"{to}__name", self.place),
                Cast(f"{self.place}__{self.label}", CharField()),
            )
            .annotate(
                told=told,
                within=BoolOr(given),
                number=Count(self.counts, distinct=True),
                readable=Count(self.counts, filter=Q(**{f"{self.place}__in": self.opened.values("pk")}), distinct=True),
            )
        )
        return counted


def link_rows(cohorts: Counted, user: User, *, as_of: date) -> list[LinkRow]:
    """All kinds with an end among these cohorts by that day, in one statement.

    What is brought to an exchange counts from its first day on; an idea taken up, from the first thing told of it.
    """
    exchanges, ideas = Exchange.objects.visible_to(user), Idea.objects.visible_to(user)
    first, *rest = (Source(*source).between(cohorts) for source in _sources(exchanges, ideas, as_of))
    return [LinkRow(*row) for row in first.union(*rest, all=True)]


def _sources(exchanges: QuerySet[Any], ideas: QuerySet[Any], as_of: date) -> Iterator[tuple[Any, ...]]:
    brought = Contribution.objects.filter(exchange__first_day__lte=as_of)
    matched = Match.objects.filter(offer__exchange__first_day__lte=as_of)
    promised = Commitment.objects.filter(made_on__lte=as_of)
    taken_up = Lineage.objects.filter(kind="reuse", child__events__effective_on__lte=as_of)
    counted = Idea.objects.counted().filter(accepted_on__lte=as_of)
    live = Implementation.objects.live_that_day(as_of).filter(kind="replication", idea__in=counted)
    exchange, idea = ("number", exchanges), ("reference", ideas)
    yield Link.CONTRIBUTION, brought, "cohort", "exchange__host", "exchange", *exchange
    yield Link.MATCH, matched, "offer__cohort", "request__cohort", "offer__exchange", *exchange
    yield Link.COMMITMENT, promised, "cohort", "exchange__host", "exchange", *exchange
    yield Link.REUSE, taken_up, "parent__cohort", "child__cohort", "child", *idea
    yield Link.REPLICATION, live, "idea__cohort", "authority", "idea", *idea


def links(rows: Iterable[LinkRow], own: frozenset[int] | None) -> Links:
    """Sorts them into pairs of which the reader sees one end row by row, and all others."""
    pairs: dict[tuple[str, str, int, int], Pair] = {}
    others: dict[str, Group] = {}
    for row in rows:
        if not named(row, own):
            others[row.link] = Group(others.get(row.link, Group()).total + row.number)
            continue
        key = (row.giver_name.casefold(), row.taker_name.casefold(), row.giver, row.taker)
        pair = pairs.setdefault(key, Pair(row.giver_name, row.taker_name, {link: Cell() for link in Link}))
        pair.cells[Link(row.link)].number += row.number
        if row.readable:
            pair.cells[Link(row.link)].pages.append((_label(row), reverse(PAGES[row.link], args=[row.place])))
    return Links([pairs[key] for key in sorted(pairs)], others)


def named(row: LinkRow, own: frozenset[int] | None) -> bool:
    """Whether the reader may know which two authorities it links.

    Who took up an idea without sharing what they made of it is known to themselves and to the lab.
    """
    return own is None or row.taker in own or (row.giver in own and row.told)


def _label(row: LinkRow) -> str:
    return row.label if row.link in {Link.REUSE, Link.REPLICATION} else f"Intertransfo {row.label}"


def replicated(rows: Iterable[LinkRow], own: frozenset[int] | None) -> Group:
    """Ideas of the cohorts counted that are live in another authority: each once, however many took them up."""
    found = {row.place: row.giver for row in rows if row.link == Link.REPLICATION and row.within}
    return Group(len(found), sum(own is None or giver in own for giver in found.values()))
