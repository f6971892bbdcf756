"""The cohorts that a person may count, and the scope that a choice among them covers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from figures.scope.selection import MAX_COHORTS, FiguresScope
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from programmes.models import Authority, AuthorityAdmin, Edition
from web.database.prepared import prepared
from web.dates.clock import platform_today

# The choices of lab staff, in one statement whatever the number of cohorts. Where these are too many to choose
# from, those of the chosen authority and edition are offered, or else of the chosen cohort's edition; of too many
# editions the latest. A choice named in the query string is always included.
STAFF_CHOICES: Final = """
WITH chosen AS (
    SELECT (SELECT id FROM programmes_authority WHERE slug = %(authority)s) AS authority,
           (SELECT id FROM programmes_edition WHERE slug = %(edition)s) AS edition,
           (SELECT edition_id FROM cohorts_cohort WHERE slug = %(cohort)s) AS cohort_edition,
           NOT EXISTS (SELECT FROM cohorts_cohort OFFSET %(limit)s) AS has_few
)
SELECT 'authority', a.id, a.slug, a.name, NULL::boolean, NULL::bigint, NULL::bigint
FROM programmes_authority a WHERE a.id IN (SELECT authority_id FROM cohorts_cohort)
UNION ALL (
    SELECT 'edition', e.id, e.slug, e.name, e.retrospective, NULL, NULL
    FROM programmes_edition e CROSS JOIN chosen q JOIN (
        SELECT edition_id, bool_or(authority_id = (SELECT authority FROM chosen)) AS is_chosen
        FROM cohorts_cohort GROUP BY edition_id) c ON c.edition_id = e.id
    WHERE q.authority IS NULL OR c.is_chosen OR e.id = q.edition
    ORDER BY e.id = q.edition DESC NULLS LAST, e.starts_on DESC, e.id DESC LIMIT %(limit)s
) UNION ALL (
    SELECT 'cohort', c.id, c.slug, c.name, c.retrospective, c.edition_id, c.authority_id
    FROM cohorts_cohort c, chosen q
    WHERE q.has_few OR c.slug = %(cohort)s OR CASE
        WHEN q.authority IS NULL AND q.edition IS NULL THEN c.edition_id = q.cohort_edition
        ELSE (q.authority IS NULL OR c.authority_id = q.authority) AND (q.edition IS NULL OR c.edition_id = q.edition)
    END
    ORDER BY c.slug = %(cohort)s DESC, lower(c.name), c.id LIMIT %(limit)s + 1
)
"""

# The columns that choices, lists and claims need of cohorts, of their editions and of their authorities.
COHORT_COLUMNS: Final = ("id", "name", "slug", "retrospective", "edition_id", "authority_id")
EDITION_COLUMNS: Final = ("id", "name", "slug", "retrospective", "programme_id", "format_id", "starts_on")
AUTHORITY_COLUMNS: Final = ("id", "name", "slug", "kind")
COHORT_FIELDS: Final = (
    *COHORT_COLUMNS,
    *(f"edition__{column}" for column in EDITION_COLUMNS),
    *(f"authority__{column}" for column in AUTHORITY_COLUMNS),
)


@dataclass(frozen=True, slots=True)
class VisibleCohorts:
    """The cohorts that a person may count in figures, and the authorities whose ideas they read one by one.

    `own` are the ids of those authorities, None for all: those of the cohorts the person is in, and those they
    administer today. `editions_read` are the ids of the editions in which these authorities take part, and of those of
    cohorts the person was in. Of the other cohorts of these editions, those in `shared` (by id) share their figures now
    and are counted; the `withheld` ones are not. `decides_on` are the ids of the cohorts on whose sharing the person
    decides, as their pilot or admin. Published facts are open to everyone.
    """

    cohorts: tuple[Cohort, ...]
    own: frozenset[int] | None
    shared: frozenset[int] = frozenset()
    editions_read: frozenset[int] = frozenset()
    withheld: tuple[Cohort, ...] = ()
    decides_on: frozenset[int] = frozenset()

    def owns(self, cohort: Cohort) -> bool:
        """Return whether the person may read the cohort's ideas one by one: it belongs to one of their authorities.

        Lab staff may read those of all cohorts.
        """
        return self.own is None or cohort.authority_id in self.own

    def authorities(self) -> list[Authority]:
        """Return the authorities whose ideas the person may read one by one, by name.

        These are the authorities of their present cohorts and those they administer today, if they have a cohort; for
        lab staff, all with a cohort.
        """
        return _unique_by_name(cohort.authority for cohort in self.cohorts if self.owns(cohort))

    def editions(self) -> list[Edition]:
        """Return the editions of which the person may read totals, by name.

        An edition of which only some cohort is known from publications is not among them.
        """
        cohorts = (*self.cohorts, *self.withheld)
        return _unique_by_name(cohort.edition for cohort in cohorts if self.reads_edition(cohort.edition))

    def reads_edition(self, edition: Edition) -> bool:
        """Return whether the person may read totals of the edition, over the cohorts that share their figures.

        Lab staff may read all; others those in which one of their authorities or cohorts takes part, and those known
        from publications.
        """
        return self.own is None or edition.pk in self.editions_read or edition.retrospective

    def selectable_cohorts(self) -> list[Cohort]:
        """Return the cohorts that the person may choose one by one: their authorities', and published ones."""
        return [cohort for cohort in self.cohorts if self.owns(cohort) or cohort.retrospective]

    def scope(
        self, *, authority: Authority | None = None, edition: Edition | None = None, cohort: Cohort | None = None
    ) -> FiguresScope:
        """Return the scope for a choice of authority, edition or cohort; without one, the person's own authorities.

        With an edition or a cohort, the cohorts of others that share their figures are counted too.
        """
        return FiguresScope(authority, edition, cohort, self.own, self.shared, everyone=bool(edition or cohort))

    def has_nothing_to_show(self, scope: FiguresScope) -> bool:
        """Return whether there is nothing to count: no authority, and no edition or cohort chosen."""
        return self.own == frozenset() and not scope.everyone

    def cohorts_in(self, scope: FiguresScope) -> list[Cohort]:
        """Return the cohorts that a scope counts: those it covers that the person may count."""
        return [cohort for cohort in self.cohorts if _covers(scope, cohort)]

    def withheld_from(self, scope: FiguresScope) -> list[Cohort]:
        """Return the cohorts that totals over editions leave out: they do not share their figures.

        With `scope.report_cohorts`, those of them that the printed report counted. Empty for any other scope.
        """
        if not scope.everyone or scope.authority or scope.cohort:
            return []
        withheld = [cohort for cohort in self.withheld if scope.edition in (None, cohort.edition)]
        return [cohort for cohort in withheld if scope.report_cohorts is None or cohort.pk in scope.report_cohorts]

    def counts_all_of(self, scope: FiguresScope) -> bool:
        """Return whether the total of a whole edition holds all its cohorts that this person knows of."""
        every = replace(scope, report_cohorts=None)
        return not self.withheld_from(every) and self.cohorts_in(scope) == self.cohorts_in(every)

    def sharing_decisions(self, scope: FiguresScope) -> list[tuple[Cohort, bool]]:
        """Return the cohorts of the scope on whose sharing the person decides, each with whether it shares now."""
        cohorts = [cohort for cohort in self.cohorts_in(scope) if cohort.pk in self.decides_on]
        return [(cohort, cohort.pk in self.shared) for cohort in cohorts if not cohort.retrospective]

    def lists_ideas_of(self, scope: FiguresScope) -> bool:
        """Return whether the person may see ideas of the scope one by one: some of its cohorts are theirs."""
        return self.own is None or any(self.owns(cohort) for cohort in self.cohorts_in(scope))

    def has_few_cohorts(self, scope: FiguresScope) -> bool:
        """Return whether the scope covers at least one cohort and at most 100, few enough to show one by one."""
        return 0 < len(self.cohorts_in(scope)) <= MAX_COHORTS

    def cohort_queryset(self, scope: FiguresScope) -> QuerySet[Cohort]:
        """Return the cohorts that a scope counts, as a queryset to use inside another query."""
        return Cohort.objects.filter(pk__in=[cohort.pk for cohort in self.cohorts_in(scope)])


@dataclass(frozen=True, slots=True)
class StaffVisibleCohorts(VisibleCohorts):
    """All cohorts, as lab staff read them: `cohorts` are those that the query string can narrow the figures to.

    They are all that a choice covers, at most one more than `MAX_COHORTS`; none where nothing is chosen of so many.
    """

    choices_by_model: tuple[tuple[Authority, ...], tuple[Edition, ...]] = ((), ())

    def authorities(self) -> list[Authority]:
        """Return all authorities that have a cohort, by name."""
        return list(self.choices_by_model[0])

    def editions(self) -> list[Edition]:
        """Return the editions that can be chosen, by name: those of the chosen authority, else all; the latest 100 if
        more.
        """
        return list(self.choices_by_model[1])

    def selectable_cohorts(self) -> list[Cohort]:
        """Return the cohorts that lab staff can choose with the present choice of authority and edition, by name."""
        return list(self.cohorts)

    def cohort_queryset(self, scope: FiguresScope) -> QuerySet[Cohort]:
        """Return all cohorts of the chosen authority, edition and cohort as a queryset, even those not offered as a
        choice.
        """
        wanted = {"authority": scope.authority, "edition": scope.edition, "pk": scope.cohort and scope.cohort.pk}
        cohorts = Cohort.objects.filter(**{path: row for path, row in wanted.items() if row is not None})
        return cohorts if scope.report_cohorts is None else cohorts.filter(pk__in=scope.report_cohorts)


def _unique_by_name(rows: Iterable[Any]) -> list[Any]:
    """Return each row once, sorted by name whatever the case; two rows are the same if their primary keys are equal."""
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: (row.name.casefold(), row.pk))


def _covers(scope: FiguresScope, cohort: Cohort) -> bool:
    """Return whether the scope counts the cohort: it matches the choice, and the reader may count it.

    The reader may count cohorts of their own authorities and, in a whole edition or single cohort, also published ones
    and those that share their figures.
    """
    is_own = scope.own is None or cohort.authority_id in scope.own
    if not is_own and not (scope.everyone and (cohort.retrospective or cohort.pk in scope.shared)):
        return False
    return (
        (scope.report_cohorts is None or cohort.pk in scope.report_cohorts)
        and (scope.authority is None or scope.authority.pk == cohort.authority_id)
        and (scope.edition is None or scope.edition.pk == cohort.edition_id)
        and (scope.cohort is None or scope.cohort.pk == cohort.pk)
    )


def visible_cohorts(
    user: User, query: QueryDict | None = None, *, edition: Edition | None = None, own_only: bool = False
) -> VisibleCohorts:
    """Return the cohorts whose ideas the user may count, in one statement; with an `edition` only those of it.

    These are the cohorts of the user's authorities (as a member today or as an admin), the others in editions of these
    or of the user's past cohorts that share their figures now, and those known from publications. Lab staff get all or,
    with a `query` string, those it lets them choose from. With `own_only`, others get those of their authorities alone:
    all that counts where nothing is chosen. Without any of these, they get all after all (one more statement).
    """
    if user.is_lab_staff and query is not None:
        return _staff_visible_cohorts(query)
    if user.is_lab_staff:
        return VisibleCohorts(tuple(_cohorts_of(_rows_of_all_cohorts())), None)
    cohorts = _cohorts_with_access(user.pk, platform_today(), edition.pk if edition else None, own_only)
    if own_only and not cohorts:
        return visible_cohorts(user, edition=edition)
    return VisibleCohorts(
        tuple(cohort for cohort, access in cohorts if cohort.retrospective or access.is_own or access.shares),
        own=frozenset(cohort.authority_id for cohort, access in cohorts if access.is_own),
        shared=frozenset(cohort.pk for cohort, access in cohorts if access.shares),
        editions_read=frozenset(cohort.edition_id for cohort, access in cohorts if access.takes_part),
        withheld=tuple(cohort for cohort, access in cohorts if access.is_withheld and not cohort.retrospective),
        decides_on=frozenset(cohort.pk for cohort, access in cohorts if access.can_decide),
    )


def shared_cohorts(edition: Edition, audience: Audience) -> VisibleCohorts:
    """Return the cohorts of an edition whose figures this audience may count, read by someone of none of them.

    They share their figures with it now, or are known from publications. Of the others, those of the edition are
    `withheld`; what is published does not name them. One statement.
    """
    rows = Cohort.objects.filter(edition=edition).select_related("edition", "authority").only(*COHORT_FIELDS)
    consents = FiguresConsent.objects.open(audience).filter(cohort=OuterRef("pk"))
    was_agreed = ExpressionWrapper(~Q(state=CohortState.PROSPECT), BooleanField())
    cohorts = list(rows.annotate(shares=Exists(consents), was_agreed=was_agreed).order_by(Lower("name"), "pk"))
    shared = [row for row in cohorts if row.retrospective or vars(row)["shares"]]
    named = audience == Audience.EDITION
    return VisibleCohorts(
        tuple(shared),
        own=frozenset(),
        shared=frozenset(row.pk for row in shared),
        editions_read=frozenset({edition.pk}),
        withheld=tuple(row for row in cohorts if named and row not in shared and vars(row)["was_agreed"]),
    )


def _cohorts_by_name() -> QuerySet[Cohort]:
    """Return all cohorts with what choices, lists and claims need, by name."""
    return Cohort.objects.select_related("edition", "authority").only(*COHORT_FIELDS).order_by(Lower("name"), "pk")


class CohortAccess(NamedTuple):
    """What a person has to do with a cohort."""

    is_own: bool  # it is of an authority of theirs
    takes_part: bool  # they take part in its edition
    shares: bool  # it shares its figures with its edition
    can_decide: bool  # they decide about that, as its pilot or admin
    is_agreed: bool  # it is no prospect

    @property
    def is_withheld(self) -> bool:
        """Whether the cohort is agreed, but the person may not count its ideas."""
        return self.is_agreed and not (self.is_own or self.shares)


def _cohorts_with_access(
    user: int, today: date, edition: int | None, own_only: bool
) -> list[tuple[Cohort, CohortAccess]]:
    """Return the cohorts of a user and, unless `own_only`, those of their editions and published ones, by name.

    `user` is the key, and `edition` that of the only edition to read, None for all.
    """
    rows = _cohort_rows(user, today, edition, own_only)
    access = (CohortAccess(*row[len(COHORT_FIELDS) :]) for row in rows)
    return list(zip(_cohorts_of(rows), access, strict=True))


def _cohorts_of(rows: Iterable[tuple[Any, ...]]) -> Iterator[Cohort]:
    """Yield the cohorts of rows that begin with the columns of COHORT_FIELDS.

    Cohorts of one edition or authority share one instance of it: an instance for each took most of the time.
    """
    editions, authorities = dict[int, Edition](), dict[int, Authority]()
    edition_at, authority_at = len(COHORT_COLUMNS), len(COHORT_COLUMNS) + len(EDITION_COLUMNS)
    for row in rows:
        cohort = _partial_row(Cohort, COHORT_COLUMNS, row)
        edition_id, authority_id = cohort.edition_id, cohort.authority_id
        if edition_id not in editions:
            editions[edition_id] = _partial_row(Edition, EDITION_COLUMNS, row[edition_at:])
        if authority_id not in authorities:
            authorities[authority_id] = _partial_row(Authority, AUTHORITY_COLUMNS, row[authority_at:])
        cohort.edition, cohort.authority = editions[edition_id], authorities[authority_id]
        yield cohort


@prepared
def _rows_of_all_cohorts() -> QuerySet[Cohort, tuple[Any, ...]]:
    """Return all cohorts, in the columns of COHORT_FIELDS."""
    return _cohorts_by_name().values_list(*COHORT_FIELDS)


@prepared
def _cohort_rows(user: int, today: date, edition: int | None, own_only: bool) -> QuerySet[Cohort, tuple[Any, ...]]:
    """Return the cohorts of `_cohorts_with_access`, in the columns of COHORT_FIELDS, then of `CohortAccess`."""
    current_cohorts = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), user=user).values("cohort")
    member = Cohort.objects.filter(pk__in=current_cohorts, authority=OuterRef("authority"))
    admin = AuthorityAdmin.objects.active(today).filter(user=user, authority=OuterRef("authority"))
    pilot = Membership.objects.active(today).filter(user=user, role=MembershipRole.PILOT, cohort=OuterRef("pk"))
    is_own = Exists(member) | Exists(admin)
    of_own_editions = Q(edition__in=Cohort.objects.filter(is_own).values("edition"))
    of_own_editions |= Q(edition__in=Membership.objects.filter(user=user).values("cohort__edition"))
    consents = FiguresConsent.objects.open(Audience.EDITION).filter(cohort=OuterRef("pk"))
    rows = _cohorts_by_name() if edition is None else _cohorts_by_name().filter(edition=edition)
    annotated = rows.annotate(
        is_own=is_own,
        takes_part=ExpressionWrapper(of_own_editions, BooleanField()),
        shares=Exists(consents),
        can_decide=Exists(pilot) | Exists(admin),
        is_agreed=ExpressionWrapper(~Q(state=CohortState.PROSPECT), BooleanField()),
    )
    others = Q() if own_only else Q(takes_part=True) | Q(retrospective=True)
    visible = annotated.filter(Q(is_own=True) | others)
    return visible.values_list(*COHORT_FIELDS, *CohortAccess._fields)


def _staff_visible_cohorts(query: QueryDict) -> StaffVisibleCohorts:
    """Return the choices that lab staff are offered for a query string, in one statement.

    At most 100 editions and 101 cohorts; what the query string names is always among them.
    """
    slugs = {name: query.get(name, "").replace("\0", "") for name in ("authority", "edition", "cohort")}
    with connection.cursor() as cursor:
        cursor.execute(STAFF_CHOICES, slugs | {"limit": MAX_COHORTS})
        rows = cursor.fetchall()
    columns = ("id", "slug", "name", "retrospective", "edition_id", "authority_id")
    authorities = {row[1]: _partial_row(Authority, columns[:3], row[1:]) for row in rows if row[0] == "authority"}
    editions = [_partial_row(Edition, columns[:4], row[1:]) for row in rows if row[0] == "edition"]
    cohorts = [_partial_row(Cohort, columns, row[1:]) for row in rows if row[0] == "cohort"]
    for cohort in cohorts:
        cohort.authority = authorities[cohort.authority_id]
    choices_by_model = tuple(_unique_by_name(authorities.values())), tuple(_unique_by_name(editions))
    return StaffVisibleCohorts(tuple(_unique_by_name(cohorts)), None, choices_by_model=choices_by_model)


def _partial_row(model: Any, columns: tuple[str, ...], values: Sequence[Any]) -> Any:
    """Return a model instance, as if read from the database, from the first of `values`, one for each of the columns.

    Other fields are deferred: reading one runs a query.
    """
    names, positions = _in_model_order(model, columns)
    return model.from_db("default", names, [values[position] for position in positions])


@cache
def _in_model_order(model: Any, columns: tuple[str, ...]) -> tuple[frozenset[str], list[int]]:
    """Return the columns as a set, and their positions in the order of the model's fields, in which it takes values."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return frozenset(columns), [columns.index(name) for name in names]
