"""Whose ideas a person may count: the cohorts within their reach, and the scope that a choice among them covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import User
from cohorts.models import Cohort
from programmes.models import Authority, AuthorityAdmin, Edition
from prototypes.rates_queries import Scope


@dataclass(frozen=True, slots=True)
class Reach:
    """The cohorts that count in what a person may read, and (`own`, None: all) the authorities they read row by row.

    A person's authorities are those of their cohorts, past ones too, and those they answer for. The editions in which
    these take part (`shared`) are read as a whole; published facts are open to everyone.
    """

    cohorts: tuple[Cohort, ...]
    own: frozenset[int] | None
    shared: frozenset[int] = frozenset()

    def owns(self, cohort: Cohort) -> bool:
        return self.own is None or cohort.authority_id in self.own

    def authorities(self) -> list[Authority]:
        return _named(cohort.authority for cohort in self.cohorts if self.owns(cohort))

    def editions(self) -> list[Edition]:
        """Those read as a whole; one in which only some cohort is published is not among them."""
        return _named(cohort.edition for cohort in self.cohorts if self.shares(cohort.edition))

    def shares(self, edition: Edition) -> bool:
        return self.own is None or edition.pk in self.shared or edition.retrospective

    def choosable(self) -> list[Cohort]:
        """Cohorts whose own figures the person may read."""
        return [cohort for cohort in self.cohorts if self.owns(cohort) or cohort.retrospective]

    def scope(
        self, *, authority: Authority | None = None, edition: Edition | None = None, cohort: Cohort | None = None
    ) -> Scope:
        """What a choice among the above covers; without any, the person's own authorities."""
        return Scope(authority, edition, cohort, self.own, self.shared, everyone=bool(edition or cohort))

    def owns_nothing(self, scope: Scope) -> bool:
        """Nothing was chosen, and nothing is the person's own: there is no figure to begin with."""
        return self.own == frozenset() and not scope.everyone

    def within(self, scope: Scope) -> list[Cohort]:
        """The cohorts that a scope covers."""
        return [cohort for cohort in self.cohorts if _covers(scope, cohort)]


def _named(rows: Iterable[Any]) -> list[Any]:
    """Each row once, by name."""
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: (row.name.casefold(), row.pk))


def _covers(scope: Scope, cohort: Cohort) -> bool:
    wanted = (
        (scope.authority, cohort.authority_id),
        (scope.edition, cohort.edition_id),
        (scope.cohort, cohort.pk),
    )
    shared = scope.everyone and (cohort.retrospective or cohort.edition_id in scope.shared)
    mine = shared or scope.own is None or cohort.authority_id in scope.own
    return mine and all(row is None or row.pk == pk for row, pk in wanted)


def reach_of(user: User) -> Reach:
    """One statement."""
    rows = Cohort.objects.select_related("edition__programme", "authority").order_by(Lower("name"), "pk")
    if user.is_lab_staff:
        return Reach(tuple(rows), None)
    member = Cohort.objects.filter(pk__in=user.memberships.values("cohort"), authority=OuterRef("authority"))
    admin = AuthorityAdmin.objects.filter(user=user, authority=OuterRef("authority"))
    owned = Exists(member) | Exists(admin)
    editions = Cohort.objects.filter(owned).values("edition")
    found = rows.annotate(owned=owned).filter(Q(owned=True) | Q(edition__in=editions) | Q(retrospective=True))
    owned_rows = [row for row in found if getattr(row, "owned", False)]
    return Reach(
        tuple(found),
        own=frozenset(row.authority_id for row in owned_rows),
        shared=frozenset(row.edition_id for row in owned_rows),
    )
