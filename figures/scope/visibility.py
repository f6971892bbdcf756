"""Whose ideas a person may count: the cohorts within their reach, and the scope that a choice among them covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict

from accounts.models import User
from cohorts.models import Cohort
from figures.scope.selection import MOST_COHORTS, Scope
from programmes.models import Authority, AuthorityAdmin, Edition
from web.dates.clock import platform_today

# What lab staff may choose from, in one statement whatever the number of cohorts. Where these are too many to choose
# from, those of the chosen authority and edition are offered, or else of the chosen cohort's edition; of too many
# editions the latest. Whatever the address names is there.
OFFERED: Final = """
WITH asked AS (
    SELECT (SELECT id FROM programmes_authority WHERE slug = %(authority)s) AS authority,
           (SELECT id FROM programmes_edition WHERE slug = %(edition)s) AS edition,
           (SELECT edition_id FROM cohorts_cohort WHERE slug = %(cohort)s) AS siblings,
           NOT EXISTS (SELECT FROM cohorts_cohort OFFSET %(most)s) AS few
)
SELECT 'authority', a.id, a.slug, a.name, NULL::bigint, NULL::bigint
FROM programmes_authority a WHERE a.id IN (SELECT authority_id FROM cohorts_cohort)
UNION ALL (
    SELECT 'edition', e.id, e.slug, e.name, NULL, NULL
    FROM programmes_edition e CROSS JOIN asked q JOIN (
        SELECT edition_id, bool_or(authority_id = (SELECT authority FROM asked)) AS theirs
        FROM cohorts_cohort GROUP BY edition_id) c ON c.edition_id = e.id
    WHERE q.authority IS NULL OR c.theirs OR e.id = q.edition
    ORDER BY e.id = q.edition DESC NULLS LAST, e.starts_on DESC, e.id DESC LIMIT %(most)s
) UNION ALL (
    SELECT 'cohort', c.id, c.slug, c.name, c.edition_id, c.authority_id
    FROM cohorts_cohort c, asked q
    WHERE q.few OR c.slug = %(cohort)s OR CASE
        WHEN q.authority IS NULL AND q.edition IS NULL THEN c.edition_id = q.siblings
        ELSE (q.authority IS NULL OR c.authority_id = q.authority) AND (q.edition IS NULL OR c.edition_id = q.edition)
    END
    ORDER BY c.slug = %(cohort)s DESC, lower(c.name), c.id LIMIT %(most)s + 1
)
"""

# Of each cohort within reach, which may be a hundred, what choices, lists and claims need.
READ: Final = (
    *("name", "slug", "retrospective"),
    *(f"edition__{field}" for field in ("name", "slug", "retrospective", "programme")),
    *(f"authority__{field}" for field in ("name", "slug")),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """The cohorts that count in what a person may read, and (`own`, None: all) the authorities they read row by row.

    A person's authorities are those of the cohorts they are in, and those they answer for today. The editions in which
    these take part, and those of cohorts they were in (`shared`), are read as a whole; published facts are open to
    everyone.
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

    def few(self, scope: Scope) -> bool:
        """Whether it covers so few cohorts that they may stand beside one another."""
        return 0 < len(self.within(scope)) <= MOST_COHORTS

    def rows(self, scope: Scope) -> QuerySet[Cohort]:
        """The same as `within`, for a statement."""
        return Cohort.objects.filter(pk__in=[cohort.pk for cohort in self.within(scope)])


@dataclass(frozen=True, slots=True)
class WholeReach(Reach):
    """Lab staff's, who read everything, as an address asks for it: `cohorts` are those it can be narrowed to.

    They are all that a choice covers, one more than `MOST_COHORTS` at most; none where nothing is chosen of so many.
    """

    offered: tuple[tuple[Authority, ...], tuple[Edition, ...]] = ((), ())

    def authorities(self) -> list[Authority]:
        return list(self.offered[0])

    def editions(self) -> list[Edition]:
        return list(self.offered[1])

    def choosable(self) -> list[Cohort]:
        return list(self.cohorts)

    def rows(self, scope: Scope) -> QuerySet[Cohort]:
        wanted = {"authority": scope.authority, "edition": scope.edition, "pk": scope.cohort and scope.cohort.pk}
        return Cohort.objects.filter(**{path: row for path, row in wanted.items() if row is not None})


def _named(rows: Iterable[Any]) -> list[Any]:
    """Each row once, by name."""
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: (row.name.casefold(), row.pk))


def _covers(scope: Scope, cohort: Cohort) -> bool:
    wanted = (
        (scope.authority, cohort.authority_id),
        (scope.edition, cohort.edition_id),
        (scope.cohort, cohort.pk),
    )
    mine = scope.own is None or cohort.authority_id in scope.own
    shared = scope.everyone and (mine or cohort.retrospective or cohort.edition_id in scope.shared)
    return (mine or shared) and all(row is None or row.pk == pk for row, pk in wanted)


def reach_of(user: User, asked: QueryDict | None = None) -> Reach:
    """One statement; of what lab staff reach only what an address asks for, where it is given."""
    if user.is_lab_staff and asked is not None:
        return _whole_reach(asked)
    rows = Cohort.objects.select_related("edition", "authority").only(*READ).order_by(Lower("name"), "pk")
    if user.is_lab_staff:
        return Reach(tuple(rows), None)
    today = platform_today()
    there = user.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=today)).values("cohort")
    member = Cohort.objects.filter(pk__in=there, authority=OuterRef("authority"))
    admin = AuthorityAdmin.objects.active(today).filter(user=user, authority=OuterRef("authority"))
    owned = Exists(member) | Exists(admin)
    lived = Q(edition__in=Cohort.objects.filter(owned).values("edition"))
    lived |= Q(edition__in=user.memberships.values("cohort__edition"))
    whole = ExpressionWrapper(lived, BooleanField())
    found = rows.annotate(owned=owned, whole=whole).filter(Q(owned=True) | Q(whole=True) | Q(retrospective=True))
    return Reach(
        tuple(found),
        own=frozenset(row.authority_id for row in found if vars(row)["owned"]),
        shared=frozenset(row.edition_id for row in found if vars(row)["whole"]),
    )


def _whole_reach(asked: QueryDict) -> WholeReach:
    slugs = {name: asked.get(name, "").replace("\0", "") for name in ("authority", "edition", "cohort")}
    with connection.cursor() as cursor:
        cursor.execute(OFFERED, slugs | {"most": MOST_COHORTS})
        found = cursor.fetchall()
    authorities = {row[1]: _row(Authority, row[1:4]) for row in found if row[0] == "authority"}
    editions = [_row(Edition, row[1:4]) for row in found if row[0] == "edition"]
    cohorts = [_row(Cohort, row[1:]) for row in found if row[0] == "cohort"]
    for cohort in cohorts:
        cohort.authority = authorities[cohort.authority_id]
    offered = tuple(_named(authorities.values())), tuple(_named(editions))
    return WholeReach(tuple(_named(cohorts)), None, offered=offered)


def _row(model: Any, values: Iterable[Any]) -> Any:
    """Of a row no more is read than its choice needs."""
    told = dict(zip(("id", "slug", "name", "edition_id", "authority_id"), values, strict=False))
    names = [field.attname for field in model._meta.concrete_fields if field.attname in told]
    return model.from_db("default", names, [told[name] for name in names])
