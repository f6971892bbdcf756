"""Queries of the network page, one aggregate statement per figure: people, cohorts, teams, commitments, claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam
from cohorts.teams.enums import TeamState
from cohorts.teams.models import InnovationTeamQuerySet
from exchanges.models import Commitment
from figures.network.growth import BeginningCount, GrowthChange
from figures.network.people import CIRCLE_OF, EVER, CircleChange, NetworkCircle, comparison_day
from figures.scope.selection import MAX_COHORTS, FiguresScope
from figures.scope.visibility import VisibleCohorts
from programmes.enums import Metric
from programmes.models import Claim
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared
from web.database.replica import reading_connection, replica_allowed

ORDER: Final = list(NetworkCircle)
_CIRCLE = " ".join(f"WHEN '{role}' THEN {ORDER.index(circle)}" for role, circle in CIRCLE_OF.items())
MEMBERSHIPS = f"""
    SELECT m.user_id AS person, CASE m.role {_CIRCLE} END AS circle,
           daterange(m.starts_on, m.ends_on, '[]') AS days
    FROM cohorts_membership m WHERE m.cohort_id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - constants only

# The days of each person in each circle, without those spent further in, as ranges: their ends are the changes. Days
# are rounded up to those the page shows: ends of months, the day of the figures and the one they are compared with.
CHANGES = """
WITH memberships AS ({memberships}), spans AS (
    SELECT person, circle, range_agg(days) AS days FROM memberships GROUP BY 1, 2
), innermost AS (
    SELECT circle, days - COALESCE(range_agg(days) OVER further_in, '{{}}') AS days
    FROM spans
    WINDOW further_in AS (PARTITION BY person ORDER BY circle ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), stretches AS (
    SELECT circle, unnest(days) AS days FROM innermost
), moves AS (
    SELECT circle, lower(days) AS day, 1 AS people FROM stretches
    UNION ALL SELECT circle, upper(days), -1 FROM stretches WHERE upper(days) IS NOT NULL
    UNION ALL SELECT NULL, MIN(lower(days)), 1 FROM spans GROUP BY person
), totals AS MATERIALIZED (
    SELECT circle, day, SUM(people) AS people FROM moves GROUP BY 1, 2
)
SELECT LEAST(%(as_of)s::date, CASE WHEN day <= %(earlier)s::date THEN %(earlier)s::date END,
             (date_trunc('month', day) + interval '1 month - 1 day')::date) AS until,
       circle, SUM(people)::int
FROM totals WHERE day <= %(as_of)s::date GROUP BY 1, 2
"""
# People in each circle of each of the reader's own cohorts, and of all others together (without cohort); and those who
# left (without circle).
BY_COHORT: Final = f"""
SELECT 'cohort' AS kind, cohort_id, circle, COUNT(*), NULL::bigint, NULL::date FROM (
    SELECT CASE WHEN m.cohort_id = ANY(%(own)s::bigint[]) THEN m.cohort_id END AS cohort_id, m.user_id,
           MIN(CASE m.role {_CIRCLE} END)
               FILTER (WHERE m.ends_on IS NULL OR m.ends_on >= %(as_of)s::date) AS circle
    FROM cohorts_membership m
    WHERE m.cohort_id = ANY(%(ids)s::bigint[]) AND m.starts_on <= %(as_of)s::date GROUP BY 1, 2
) AS people GROUP BY cohort_id, circle
"""  # noqa: S608 - constants only
# The days of each person in each cohort that began, as ranges. Those who were there when it began are there at month 0;
# later changes count from the end of the month, counted from that day, in which they happened.
GROWTH_BY_MONTHS: Final = """
SELECT * FROM (WITH stays AS (
    SELECT c.id AS cohort, c.actual_start AS began, unnest(range_agg(daterange(m.starts_on, m.ends_on, '[]'))) AS days
    FROM cohorts_cohort c JOIN cohorts_membership m ON m.cohort_id = c.id
    WHERE c.id = ANY(%(ids)s::bigint[]) AND c.actual_start <= %(as_of)s::date
      AND m.starts_on <= %(as_of)s::date
    GROUP BY c.id, m.user_id
), moves AS (
    SELECT began, GREATEST(lower(days), began) AS day, 1 AS people, 0 AS cohorts FROM stays
    WHERE upper_inf(days) OR upper(days) > began
    UNION ALL SELECT began, upper(days), -1, 0 FROM stays WHERE upper(days) > began
    UNION ALL SELECT began, began, 0, COUNT(*)::int FROM (SELECT DISTINCT began, cohort FROM stays) c GROUP BY 1
), totals AS MATERIALIZED (
    SELECT began, day, SUM(people)::int AS people, SUM(cohorts)::int AS cohorts FROM moves GROUP BY 1, 2
), calendar AS (
    SELECT *, date_part('year', day)::int * 12 + date_part('month', day)::int
           - date_part('year', began)::int * 12 - date_part('month', began)::int AS passed,
           (date_part('year', %(as_of)s::date) * 12 + date_part('month', %(as_of)s::date))::int
           - date_part('year', began)::int * 12 - date_part('month', began)::int AS until
    FROM totals
), counted AS (
    SELECT people, cohorts, passed + (began + make_interval(months => passed) < day)::int AS months,
           until - (began + make_interval(months => until) > %(as_of)s::date)::int AS followed
    FROM calendar
)
SELECT 'growth', followed, months, SUM(people), SUM(cohorts), NULL::date
FROM counted WHERE months <= followed GROUP BY followed, months) AS growth
"""
# People active that day, by the day on which the earliest of their cohorts began.
BEGINNINGS: Final = """
SELECT 'beginning', NULL, NULL, COUNT(*), NULL, began FROM (
    SELECT MIN(c.actual_start) AS began
    FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id
    WHERE c.id = ANY(%(ids)s::bigint[]) AND m.starts_on <= %(as_of)s::date
      AND (m.ends_on IS NULL OR m.ends_on >= %(as_of)s::date)
    GROUP BY m.user_id
) AS people GROUP BY began
"""
GROWTH_COUNTS: Final = f"{GROWTH_BY_MONTHS} UNION ALL {BEGINNINGS}"
PEOPLE_COUNTS: Final = f"{BY_COHORT} UNION ALL {GROWTH_COUNTS}"


@dataclass(frozen=True, slots=True)
class CohortsOfScope:
    """The cohorts of an authority, of an edition or of an authority in an edition; without either, all cohorts."""

    authority_id: int | None = None
    edition_id: int | None = None

    @property
    def rows(self) -> QuerySet[Cohort]:
        """The cohorts as a query."""
        wanted = {"authority": self.authority_id, "edition": self.edition_id}
        return Cohort.objects.filter(**{name: key for name, key in wanted.items() if key is not None})


CohortsArgument = IdsArgument | CohortsOfScope  # as an argument of a prepared statement


def in_cohorts(path: str, cohorts: CohortsArgument) -> Q:
    """Return the condition that the cohort at a lookup path, such as "offer__cohort", is one of `cohorts`."""
    return among(path, cohorts) if isinstance(cohorts, IdsArgument) else Q(**{f"{path}__in": cohorts.rows})


class CountedCohorts(NamedTuple):
    """The cohorts in a scope: `ids` of all, `own` of those that the reader sees row by row.

    `condition` selects the same cohorts. It is set for lab staff with more than a hundred cohorts, so that a statement
    has no list of thousands of ids.
    """

    ids: list[int]
    own: list[int]
    condition: CohortsOfScope | None = None

    @property
    def argument(self) -> CohortsArgument:
        """The cohorts as an argument of a prepared statement."""
        return self.condition or IdsArgument(self.ids)


def counted_cohorts(visible: VisibleCohorts, scope: FiguresScope) -> CountedCohorts:
    """Return the ids of the cohorts that a scope counts, and of those of the reader's authorities among them.

    For lab staff (one statement), `own` is empty when there are more cohorts than the page lists one by one (100).
    """
    cohorts = visible.cohorts_in(scope)
    if visible.own is not None:
        ids = [row.pk for row in cohorts]
    else:
        ids = list(visible.cohort_queryset(scope).values_list("pk", flat=True))
    own = [row.pk for row in cohorts if visible.owns(row)] if len(cohorts) == len(ids) else []
    if visible.own is not None or len(ids) <= MAX_COHORTS or scope.report_cohorts is not None:
        return CountedCohorts(ids, own)
    condition = CohortsOfScope(
        authority_id=scope.authority.pk if scope.authority else None,
        edition_id=scope.edition.pk if scope.edition else None,
    )
    return CountedCohorts(ids, own, condition)


@replica_allowed
def _read(sql: str, cohorts: CountedCohorts, **parameters: Any) -> list[tuple[Any, ...]]:
    """Run an SQL statement about cohorts with its named parameters and return all rows as tuples."""
    with reading_connection().cursor() as cursor:
        cursor.execute(sql, parameters | {"ids": cohorts.ids, "own": cohorts.own})
        return list(cursor.fetchall())


def people_changes(cohorts: CountedCohorts, *, as_of: date, memberships: str = MEMBERSHIPS) -> list[CircleChange]:
    """Return how many people joined and left each circle of the cohorts by the day `as_of`, in one statement.

    Changes are dated by the days that the page shows: ends of months, the comparison two years before, and `as_of`.
    `memberships` is the SQL that selects the memberships; another may be given to count others.
    """
    rows = _read(CHANGES.format(memberships=memberships), cohorts, as_of=as_of, earlier=comparison_day(as_of))
    return [CircleChange(day, EVER if circle is None else ORDER[circle], people) for day, circle, people in rows]


class PeopleCounts(NamedTuple):
    """People on a day: by cohort id and circle, by complete months since cohorts began, by the day these began.

    `by_cohort` has the reader's own cohorts that ever had members, and under None all others together; each person
    counts once in each, in the innermost circle, and those who left under “ever”. In `growth`, a person counts once in
    a cohort, and cohorts followed for as many months are added up. In `beginnings`, someone in several cohorts counts
    in the one that began first.
    """

    by_cohort: dict[int | None, dict[str, int]]
    growth: list[GrowthChange]
    beginnings: list[BeginningCount]


def people_counts(cohorts: CountedCohorts, *, as_of: date, by_cohort: bool = True) -> PeopleCounts:
    """Return the people of the cohorts on the day `as_of`, counted in three ways, in one statement.

    Unless `by_cohort`, they are not counted by cohort.
    """
    counts, sql = PeopleCounts({}, [], []), PEOPLE_COUNTS if by_cohort else GROWTH_COUNTS
    for kind, first, second, people, number, day in _read(sql, cohorts, as_of=as_of):
        if kind == "growth":
            counts.growth.append(GrowthChange(first, second, int(people), int(number)))
        elif kind == "beginning":
            counts.beginnings.append(BeginningCount(day, int(people)))
        else:
            counts.by_cohort.setdefault(first, {})[EVER if second is None else ORDER[second]] = int(people)
    return counts


def readable_cohort_ids(user: User, cohorts: Sequence[int], own: frozenset[int] | None) -> set[int]:
    """Return the ids whose cohorts' pages the user may open: all for lab staff (`own` is None), without a statement."""
    if own is None:
        return set(cohorts)
    return set(Cohort.objects.visible_to(user).filter(pk__in=cohorts).values_list("pk", flat=True))


@prepared
def teams(user: User, cohorts: CohortsArgument, as_of: date) -> QuerySet[InnovationTeam]:
    """Return the innovation teams of these cohorts as of a day, and those of their authorities without a cohort.

    Each team is annotated with its state on `as_of`, and with `joined_after_leaving`: it came to its cohort after the
    user's last day there. Sorted by authority.
    """
    left = among("cohort", user.access.ending_cohorts)
    read = Exists(InnovationTeam.objects.visible_to(user).filter(pk=OuterRef("pk")))
    rows = _teams_of(cohorts).annotate(joined_after_leaving=ExpressionWrapper(left & ~Q(read), BooleanField()))
    return rows.as_of(as_of).select_related("authority", "cohort").order_by("authority__name", "pk")


def _teams_of(cohorts: CohortsArgument) -> InnovationTeamQuerySet:
    """Return the innovation teams of these cohorts, and those of their authorities without a cohort."""
    authorities = Cohort.objects.filter(in_cohorts("pk", cohorts)).values("authority")
    return InnovationTeam.objects.filter(in_cohorts("cohort", cohorts) | Q(cohort=None, authority__in=authorities))


def count_open_teams(cohorts: CountedCohorts, as_of: date) -> int:
    """Return how many teams of `teams` were open on a day, without those known from publications."""
    rows = _open_team_count(cohorts.argument, as_of)
    return rows[0][1] if rows else 0


@prepared
def _open_team_count(cohorts: CohortsArgument, as_of: date) -> QuerySet[InnovationTeam, tuple[int, int]]:
    """Return a query of one row, 1 and the number of open teams; of no row if none was open."""
    rows: Any = _teams_of(cohorts).as_of(as_of)
    open_teams = rows.filter(retrospective=False, state_on_day=TeamState.OPEN).order_by()
    one_group: QuerySet[InnovationTeam, tuple[int, int]] = open_teams.values_list(Value(1)).annotate(number=Count("pk"))
    return one_group


class CommitmentCounts(NamedTuple):
    """Commitments due by a day: how many were kept by then, dropped, or are late."""

    fulfilled: int
    dropped: int
    late: int

    @property
    def due(self) -> int:
        """The number of commitments due by the day: kept, dropped and late added up."""
        return sum(self)


def commitments(cohorts: CountedCohorts, scope: FiguresScope, *, as_of: date) -> CommitmentCounts:
    """Return the number of commitments due by `as_of` that were fulfilled, dropped, or are late.

    Late is a commitment still open that day, even if it was closed later. For a whole edition, or everything,
    commitments of the lab's own people count too.
    """
    rows = _commitment_counts(cohorts.argument, _is_full_edition_or_all(scope), as_of)
    return CommitmentCounts(*rows[0][1:]) if rows else CommitmentCounts(0, 0, 0)


@prepared
def _commitment_counts(
    cohorts: CohortsArgument, with_lab: bool, as_of: date
) -> QuerySet[Commitment, tuple[int, int, int, int]]:
    """Return a query of one row, 1 and the numbers of `CommitmentCounts`; of no row if nothing was due by `as_of`.

    `with_lab` counts commitments of the lab's own people too. Unlike `aggregate`, a query can be prepared: all rows are
    one group, that of the number 1.
    """
    editions = Cohort.objects.filter(in_cohorts("pk", cohorts)).values("edition")
    of_lab = Q(cohort=None, exchange__edition__in=editions) if with_lab else Q(pk__in=())
    due = Commitment.objects.filter(in_cohorts("cohort", cohorts) | of_lab, due_on__lte=as_of).order_by()
    open_then = Q(state="open") | Q(closed_on__gt=as_of)
    sides = {"fulfilled": Q(state="kept") & ~open_then, "dropped": Q(state="dropped") & ~open_then, "late": open_then}
    counts = {name: Count("pk", filter=which) for name, which in sides.items()}
    one_group: QuerySet[Commitment, tuple[int, int, int, int]] = due.values_list(Value(1)).annotate(**counts)
    return one_group


def _is_full_edition_or_all(scope: FiguresScope) -> bool:
    """Return whether the scope is a whole edition or everything: no single cohort or authority was chosen."""
    return scope.cohort is None and scope.authority is None and (scope.everyone or scope.own is None)


# The published growth of the network, and other published figures about its people.
GROWTH: Final = (Metric.NETWORK_START, Metric.NETWORK_LATER)
PEOPLE: Final = (
    *GROWTH,
    *(Metric.AMBASSADORS, Metric.RELAYS, Metric.RESIDENTS, Metric.HOME_RESIDENTS, Metric.REFERENTS),
    *(Metric.PERMANENT_MEMBERS, Metric.APPRENTICE_DESIGNERS, Metric.CAMPUS_AGENTS, Metric.VOLUNTEERS),
    *(Metric.NEW_MEMBERS, Metric.AGENTS_TRAINED, Metric.AUTHORITIES_IN_EDITION, Metric.AUTHORITIES_PLANNED),
)


@prepared
def claims_about(cohorts: CohortsArgument) -> QuerySet[Claim]:
    """Return the published figures on people in the network, of these cohorts' editions and of their programmes."""
    rows = Cohort.objects.filter(in_cohorts("pk", cohorts))
    about = Q(edition__in=rows.values("edition"))
    about |= Q(edition=None, programme__in=rows.values("edition__programme"))
    return Claim.objects.filter(about, metric__in=PEOPLE).select_related("edition", "programme")
