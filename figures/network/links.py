"""Links from one authority to another: contributions, wanted offers, commitments, reused and replicated ideas."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import CharField, Count, F, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Cast
from django.template.defaultfilters import capfirst
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Commitment, Contribution, Exchange, Match
from figures.network.queries import CohortsArgument, CountedCohorts, in_cohorts
from figures.number_formats import number
from prototypes.models import Idea, Implementation, Lineage
from web.database.prepared import prepared
from web.site_addresses import cached_reverse
from web.text.escaping import as_html


class LinkKind(TextChoices):
    """The kinds of links between two authorities, in the order of the table."""

    CONTRIBUTION = "contribution", _("contributions to its Intertransfos")
    MATCH = "match", _("offers it had asked for")
    COMMITMENT = "commitment", _("commitments made at its Intertransfos")
    REUSE = "reuse", _("ideas it reused")
    REPLICATION = "replication", _("ideas also live there")


MAX_PAGES: Final = 3  # to which a number of links leads
PAGES: Final[dict[str, str]] = {
    LinkKind.CONTRIBUTION: "exchanges:contributions",
    LinkKind.MATCH: "exchanges:contributions",
    LinkKind.COMMITMENT: "exchanges:minutes",
    LinkKind.REUSE: "prototypes:idea",
    LinkKind.REPLICATION: "prototypes:idea",
}


class LinkRow(NamedTuple):
    """A number of links of one kind from one authority to another, by the exchange or the idea that shows them.

    `is_shared`: the edition may read what shows the link: an exchange, or an idea that its cohort shares.
    `giver_is_counted` and `taker_is_counted`: that end is among the cohorts counted. The reader may open `readable` of
    them.
    """

    link: str
    giver: int
    giver_name: str
    taker: int
    taker_name: str
    page_id: int
    label: str
    is_shared: bool
    giver_is_counted: bool
    taker_is_counted: bool
    number: int
    readable: int


@dataclass(slots=True)
class LinkCell:
    """A number of links, and those of its rows of which the reader may open the pages."""

    number: int = 0
    readable: list[LinkRow] = field(default_factory=list)

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The text and the address of the first three pages that show what is counted."""
        return [(_label(row), cached_reverse(PAGES[row.link], row.page_id)) for row in self.readable[:MAX_PAGES]]

    @property
    def page_links(self) -> str:
        """HTML with a link to each of these pages, and an ellipsis where there are more; "" without any."""
        links = (
            f'&#32;<small class="small"><a href="{as_html(href)}">{as_html(name)}</a></small>'
            for name, href in self.pages
        )
        return "".join(links) + ("…" if len(self.readable) > MAX_PAGES else "")


@dataclass(frozen=True, slots=True)
class AuthorityPair:
    """The links from one authority to another, by kind."""

    giver: str
    taker: str
    cells: dict[LinkKind, LinkCell]

    def __iter__(self) -> Iterator[tuple[StrOrPromise, LinkCell]]:
        """Yield each kind's label and its cell, with the number of links and the pages that show them."""
        return ((link.label, cell) for link, cell in self.cells.items())

    @property
    def table_cells(self) -> SafeString:
        """The table cells of the numbers, each with the first pages that show what is counted.

        They are composed here because loops in the template take several times as long.
        """
        cells = (
            f'<td class="n" data-label="{as_html(capfirst(str(label)))}">'
            f"{as_html(number(cell.number))}{cell.page_links}</td>"
            for label, cell in self
        )
        return mark_safe("".join(cells))  # noqa: S308 - every part is escaped


@dataclass(frozen=True, slots=True)
class Links:
    """The pairs that may be named, by name, and `unlisted`: by kind, the number of links that no pair lists."""

    pairs: Sequence[AuthorityPair]
    unlisted: dict[str, int]

    @property
    def totals(self) -> dict[str, int]:
        """The numbers of all these links by kind, listed or not."""
        totals = dict(self.unlisted)
        for pair in self.pairs:
            for link, cell in pair.cells.items():
                totals[link] = totals.get(link, 0) + cell.number
        return totals

    @property
    def unlisted_by_label(self) -> list[tuple[StrOrPromise, int]]:
        """Pairs of a kind's label and the number of its links that no pair lists."""
        return [(link.label, self.unlisted.get(link, 0)) for link in LinkKind]


@dataclass(frozen=True, slots=True)
class LinkSource:
    """The rows of one kind of link: `rows`, with the paths to the `giver`, to the `taker` and to the page of the link.

    Both ends are cohorts, except a `taker` that is the row's own authority. `label` names the page, an exchange or an
    idea; `opened` are those the reader may open. Counted are rows, or live ideas: each once.
    """

    link: LinkKind
    rows: QuerySet[Any]
    giver: str
    taker: str
    page_id: str
    label: str
    opened: QuerySet[Any]

    @property
    def counts(self) -> str:
        """The field whose distinct values count: the idea for replications, so that each counts once, else the key."""
        return self.page_id if self.link == LinkKind.REPLICATION else "pk"

    @property
    def taker_authority(self) -> str:
        """The path to the authority of the taker."""
        return self.taker if self.taker == "authority" else f"{self.taker}__authority"

    def end_conditions(self, cohorts: CohortsArgument) -> tuple[Q, Q]:
        """Return the conditions that the giver is among `cohorts`, and that the taker is."""
        if self.taker != "authority":
            return in_cohorts(self.giver, cohorts), in_cohorts(self.taker, cohorts)
        authorities = Cohort.objects.filter(in_cohorts("pk", cohorts)).values("authority")
        return in_cohorts(self.giver, cohorts), Q(authority__in=authorities)

    def links_of(self, cohorts: CohortsArgument) -> QuerySet[Any]:
        """Return the rows of this kind that have an end among `cohorts`.

        Links within one authority and links with an unknown end are left out.
        """
        gives, takes = self.end_conditions(cohorts)
        from_other = ~Q(**{f"{self.giver}__authority": F(self.taker_authority)})
        has_both_ends = Q(**{f"{self.giver}__isnull": False, f"{self.taker_authority}__isnull": False})
        return self.rows.filter(gives | takes, from_other, has_both_ends).order_by()

    def total(self, cohorts: CohortsArgument) -> QuerySet[Any, tuple[str, int, int]]:
        """Return one row: the kind, how many links of it have an end among `cohorts`, and of how many the giver is."""
        gives, _takes = self.end_conditions(cohorts)
        number, given = (Count(self.counts, filter=ends, distinct=True) for ends in (None, gives))
        kind = self.links_of(cohorts).values_list(Value(self.link.value, CharField()))
        total: QuerySet[Any, tuple[str, int, int]] = kind.annotate(number=number, given=given)
        return total

    def between(self, cohorts: CohortsArgument) -> QuerySet[Any, tuple[Any, ...]]:
        """Return the links of this kind that have an end among `cohorts`, as rows in the order of `LinkRow`."""
        gives, takes = self.end_conditions(cohorts)
        taker_authority = self.taker_authority
        is_idea = self.link in {LinkKind.REUSE, LinkKind.REPLICATION}
        is_shared = BoolOr(f"{self.page_id}__shared_with_edition") if is_idea else Value(value=True)
        link_counts: QuerySet[Any, tuple[Any, ...]] = (
            self.links_of(cohorts)
            .values_list(
                Value(self.link.value, CharField()),
                *(
                    f"{self.giver}__authority",
                    f"{self.giver}__authority__name",
                    taker_authority,
                    f"{taker_authority}__name",
                    self.page_id,
                ),
                Cast(f"{self.page_id}__{self.label}", CharField()),
            )
            .annotate(
                is_shared=is_shared,
                giver_is_counted=BoolOr(gives),
                taker_is_counted=BoolOr(takes),
                number=Count(self.counts, distinct=True),
                readable=Count(
                    self.counts, filter=Q(**{f"{self.page_id}__in": self.opened.values("pk")}), distinct=True
                ),
            )
        )
        return link_counts


def link_rows(cohorts: CountedCohorts, user: User, *, as_of: date) -> list[LinkRow]:
    """Return the links of all kinds that have an end among `cohorts` and exist by the day `as_of`, in one statement.

    A contribution counts from the first day of its exchange; a reused idea, from its first event. Each row says how
    many of its links the user may open.
    """
    return [LinkRow(*row) for row in _links_between(user, cohorts.argument, as_of)]


@prepared
def _links_between(user: User, cohorts: CohortsArgument, as_of: date) -> QuerySet[Any, tuple[Any, ...]]:
    """Return the query of the links that have an end among these cohorts, as `link_rows`."""
    first, *rest = (source.between(cohorts) for source in _sources(user, as_of))
    return first.union(*rest, all=True)


class LinkTotals(NamedTuple):
    """The numbers of links by kind, and of the ideas of the counted cohorts that are live in another authority."""

    links: dict[str, int]
    replications: int


def link_totals(cohorts: CountedCohorts, user: User, *, as_of: date) -> LinkTotals:
    """Return the numbers of the links that `link_rows` returns by pair of authorities, in one statement.

    Ideas that are live in several authorities count once.
    """
    rows = _total_links(user, cohorts.argument, as_of)
    given = {link: given for link, _number, given in rows}
    return LinkTotals({link: number for link, number, _given in rows}, given.get(LinkKind.REPLICATION, 0))


@prepared
def _total_links(user: User, cohorts: CohortsArgument, as_of: date) -> QuerySet[Any, tuple[str, int, int]]:
    """Return the query of the numbers of links of each kind, as `LinkSource.total`."""
    first, *rest = (source.total(cohorts) for source in _sources(user, as_of))
    return first.union(*rest, all=True)


def _sources(user: User, as_of: date) -> Iterator[LinkSource]:
    """Yield the source of each kind of link, with the rows that exist by the day `as_of`, for the reader."""
    exchanges, ideas = Exchange.objects.visible_to(user), Idea.objects.visible_to(user)
    contributions = Contribution.objects.filter(exchange__first_day__lte=as_of)
    matches = Match.objects.filter(offer__exchange__first_day__lte=as_of)
    commitments = Commitment.objects.filter(made_on__lte=as_of)
    reuses = Lineage.objects.filter(kind="reuse", child__events__effective_on__lte=as_of)
    counted_ideas = Idea.objects.counted().filter(accepted_on__lte=as_of)
    live = Implementation.objects.live_that_day(as_of).filter(kind="replication", idea__in=counted_ideas)
    exchange, idea = ("number", exchanges), ("reference", ideas)
    yield LinkSource(LinkKind.CONTRIBUTION, contributions, "cohort", "exchange__host", "exchange", *exchange)
    yield LinkSource(LinkKind.MATCH, matches, "offer__cohort", "request__cohort", "offer__exchange", *exchange)
    yield LinkSource(LinkKind.COMMITMENT, commitments, "cohort", "exchange__host", "exchange", *exchange)
    yield LinkSource(LinkKind.REUSE, reuses, "parent__cohort", "child__cohort", "child", *idea)
    yield LinkSource(LinkKind.REPLICATION, live, "idea__cohort", "authority", "idea", *idea)


def links(rows: Iterable[LinkRow], own: frozenset[int] | None) -> Links:
    """Return the links by pair of authorities, where one is the reader's, and the sums of links among others by kind.

    Links among others count only where both ends are cohorts that share their figures.

    `own` are the ids of the reader's authorities, None for lab staff, who may know all.
    """
    pairs: dict[tuple[str, str, int, int], AuthorityPair] = {}
    unlisted: dict[str, int] = {}
    for row in rows:
        if not can_be_named(row, own):
            if row.giver_is_counted and row.taker_is_counted:
                unlisted[row.link] = unlisted.get(row.link, 0) + row.number
            continue
        key = (row.giver_name.casefold(), row.taker_name.casefold(), row.giver, row.taker)
        if key not in pairs:
            pairs[key] = AuthorityPair(row.giver_name, row.taker_name, {link: LinkCell() for link in LinkKind})
        cell = pairs[key].cells[LinkKind(row.link)]
        cell.number += row.number
        if row.readable:
            cell.readable.append(row)
    return Links([pairs[key] for key in sorted(pairs)], unlisted)


def can_be_named(row: LinkRow, own: frozenset[int] | None) -> bool:
    """Return whether the reader may know which two authorities a row links: one end must be the reader's own.

    `own` are the ids of the reader's authorities, None for all. A link that an idea shows is recorded by one authority:
    the one that reused it, or the one whose idea is live elsewhere. If the idea is not shared, only that authority and
    the lab know of it.
    """
    if own is None:
        return True
    recorded_by = row.giver if row.link == LinkKind.REPLICATION else row.taker
    return recorded_by in own or (row.is_shared and bool(own & {row.giver, row.taker}))


def _label(row: LinkRow) -> str:
    """Return the text of the link to the page of a row: an idea's reference, or “Intertransfo” with its number."""
    return row.label if row.link in {LinkKind.REUSE, LinkKind.REPLICATION} else f"Intertransfo {row.label}"


def replication_count(rows: Iterable[LinkRow]) -> int:
    """Return the number of ideas of the counted cohorts that are live in another authority, each idea once."""
    return len({row.page_id for row in rows if row.link == LinkKind.REPLICATION and row.giver_is_counted})
