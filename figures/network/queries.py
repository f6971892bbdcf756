"""What the network's page counts, in one aggregate statement per figure: people, cohorts, teams, promises, claims."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam
from cohorts.queries import with_last_day
from exchanges.models import Commitment
from figures.groups import Group
from figures.network.people import CIRCLE_OF, EVER, Change, Circle, look_back
from figures.scope.selection import Scope
from figures.scope.visibility import Reach
from programmes.enums import Metric
from programmes.models import Claim

ORDER: Final = list(Circle)
_CIRCLE = " ".join(f"WHEN '{role}' THEN {ORDER.index(circle)}" for role, circle in CIRCLE_OF.items())
HELD = f"""
    SELECT m.user_id AS person, CASE m.role {_CIRCLE} END AS circle,
           daterange(m.starts_on, m.ends_on, '[]') AS days, m.cohort_id = ANY(%(own)s::bigint[]) AS own
    FROM cohorts_membership m WHERE m.cohort_id = ANY(%(cohorts)s::bigint[])
"""  # noqa: S608 - constants only

# The days of each person in each circle, less those spent further in, as ranges: their ends are the changes. What a
# reader may see one by one is the person, so one of their own stays it in every circle. Days are rounded up to those
# the page shows: ends of months, the day of the figures and the one they are compared with.
CHANGES = """
WITH held AS ({held}), spans AS (
    SELECT person, circle, range_agg(days) AS days, bool_or(own) AS own FROM held GROUP BY 1, 2
), innermost AS (
    SELECT person, circle, bool_or(own) OVER (PARTITION BY person) AS own,
           days - COALESCE(range_agg(days) OVER further_in, '{{}}') AS days
    FROM spans
    WINDOW further_in AS (PARTITION BY person ORDER BY circle ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), moves AS (
    SELECT circle, own, lower(span) AS day, 1 AS people FROM innermost, unnest(days) AS span
    UNION ALL SELECT circle, own, upper(span), -1 FROM innermost, unnest(days) AS span WHERE upper(span) IS NOT NULL
    UNION ALL SELECT NULL, bool_or(own), MIN(lower(days)), 1 FROM spans GROUP BY person
)
SELECT LEAST(%(as_of)s::date, CASE WHEN day <= %(earlier)s::date THEN %(earlier)s::date END,
             (date_trunc('month', day) + interval '1 month - 1 day')::date) AS until,
       circle, SUM(people), COALESCE(SUM(people) FILTER (WHERE own), 0)
FROM moves WHERE day <= %(as_of)s::date GROUP BY 1, 2
"""
BY_COHORT = f"""
SELECT cohort_id, circle, COUNT(*) FROM (
    SELECT m.cohort_id, m.user_id, MIN(CASE m.role {_CIRCLE} END)
               FILTER (WHERE m.ends_on IS NULL OR m.ends_on >= %(as_of)s::date) AS circle
    FROM cohorts_membership m
    WHERE m.cohort_id = ANY(%(cohorts)s::bigint[]) AND m.starts_on <= %(as_of)s::date GROUP BY 1, 2
) AS people GROUP BY 1, 2
"""  # noqa: S608 - constants only


class Counted(NamedTuple):
    """The cohorts within a choice: `ids` of all, `own` of those the reader sees row by row."""

    ids: list[int]
    own: list[int]


def counted(reach: Reach, scope: Scope) -> Counted:
    cohorts = reach.within(scope)
    return Counted([row.pk for row in cohorts], [row.pk for row in cohorts if reach.owns(row)])


def _read(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def people_changes(cohorts: Counted, *, as_of: date, held: str = HELD) -> list[Change]:
    """Who came to and left each circle, by the days the page shows."""
    rows = _read(CHANGES.format(held=held), cohorts=cohorts.ids, own=cohorts.own, as_of=as_of, earlier=look_back(as_of))
    return [Change(day, EVER if circle is None else ORDER[circle], *people) for day, circle, *people in rows]


def people_by_cohort(cohorts: Sequence[int], *, as_of: date) -> dict[int, dict[str, int]]:
    """Of each cohort that has had people: how many are in which of its circles, and how many have left (`EVER`)."""
    found: dict[int, dict[str, int]] = {}
    for cohort, circle, people in _read(BY_COHORT, cohorts=list(cohorts), as_of=as_of):
        found.setdefault(cohort, {})[EVER if circle is None else ORDER[circle]] = people
    return found


def opened(user: User, cohorts: Sequence[int], own: frozenset[int] | None) -> set[int]:
    """Those of these cohorts whose pages the reader opens; no statement for lab staff, who open all."""
    if own is None:
        return set(cohorts)
    return set(Cohort.objects.visible_to(user).filter(pk__in=cohorts).values_list("pk", flat=True))


def teams_within(cohorts: Sequence[Cohort], as_of: date, user: User) -> QuerySet[InnovationTeam]:
    """Innovation teams of these cohorts on a day, and those of their authorities that no cohort brought forth.

    `came_after` says of each whether it came to a cohort that the reader had left, and reads no more of.
    """
    left = Exists(with_last_day(user).filter(cohort=OuterRef("cohort")))
    read = Exists(InnovationTeam.objects.visible_to(user).filter(pk=OuterRef("pk")))
    of_authority = Q(cohort=None, authority__in={row.authority_id for row in cohorts})
    rows = InnovationTeam.objects.filter(Q(cohort__in=[row.pk for row in cohorts]) | of_authority)
    rows = rows.annotate(came_after=ExpressionWrapper(Q(left) & ~Q(read), BooleanField()))
    return rows.as_of(as_of).select_related("authority", "cohort").order_by("authority__name", "pk")


class Promises(NamedTuple):
    """Commitments due by a day: how many of them were kept by then, dropped, or are late."""

    kept: Group
    dropped: Group
    late: Group

    @property
    def due(self) -> Group:
        return Group(sum(group.total for group in self), sum(group.own for group in self))

    @property
    def masked(self) -> bool:
        """Whether any of the counts is: the others would give it away."""
        return self.due.masked or any(group.masked for group in self)


def promises(cohorts: Counted, scope: Scope, user: User, *, as_of: date) -> Promises:
    """Those of the cohorts; with an edition chosen, or by lab staff for all, those of the lab's own people too."""
    lab_too = Q(cohort=None, exchange__edition__cohorts__in=cohorts.ids) if _whole(scope) else Q(pk__in=())
    due = Commitment.objects.filter(Q(cohort__in=cohorts.ids) | lab_too, due_on__lte=as_of)
    open_then = Q(state="open") | Q(closed_on__gt=as_of)
    seen = Q(pk__in=Commitment.objects.visible_to(user).values("pk"))
    sides = {"kept": Q(state="kept") & ~open_then, "dropped": Q(state="dropped") & ~open_then, "late": open_then}
    counts = {name: Count("pk", filter=which, distinct=True) for name, which in sides.items()}
    own = {f"{name}_own": Count("pk", filter=which & seen, distinct=True) for name, which in sides.items()}
    found = due.aggregate(**counts, **own)
    return Promises(*(Group(found[name], found[f"{name}_own"]) for name in sides))


def _whole(scope: Scope) -> bool:
    """An edition as a whole, or everything there is."""
    return scope.cohort is None and scope.authority is None and (scope.everyone or scope.own is None)


# The published growth of the network, and what else publications say of its people.
GROWTH: Final = (Metric.NETWORK_START, Metric.NETWORK_LATER)
PEOPLE: Final = (
    *GROWTH,
    *(Metric.AMBASSADORS, Metric.RELAYS, Metric.RESIDENTS, Metric.HOME_RESIDENTS, Metric.REFERENTS),
    *(Metric.PERMANENT_MEMBERS, Metric.APPRENTICE_DESIGNERS, Metric.CAMPUS_AGENTS, Metric.VOLUNTEERS),
    *(Metric.NEW_MEMBERS, Metric.AGENTS_TRAINED, Metric.AUTHORITIES_IN_EDITION, Metric.AUTHORITIES_PLANNED),
)


def claims_about(cohorts: Iterable[Cohort]) -> QuerySet[Claim]:
    """Published figures about people of these cohorts' editions and programmes."""
    rows = list(cohorts)
    about = Q(edition__in={row.edition_id for row in rows})
    about |= Q(edition=None, programme__in={row.edition.programme_id for row in rows})
    return Claim.objects.filter(about, metric__in=PEOPLE).select_related("edition", "programme")
