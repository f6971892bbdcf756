"""Queries of the network page, one aggregate statement per figure: people, cohorts, teams, commitments, claims."""

from collections.abc import Mapping
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
from figures.network.people import EVER, CircleChange, comparison_day
from figures.network.people_sql import MEMBERSHIPS, ORDER, PEOPLE_BY_COHORT, PEOPLE_OVER_TIME
from figures.scope.selection import MAX_COHORTS, FiguresScope
from figures.scope.visibility import VisibleCohorts
from programmes.enums import Metric
from programmes.models import Claim
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared
from web.database.replica import reading_connection, replica_allowed


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

    @property
    def are_all(self) -> bool:
        """Whether these are all cohorts of the platform, so that no condition is needed."""
        return self.condition == CohortsOfScope()


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


class PeopleCounts(NamedTuple):
    """The people of cohorts, counted in four ways.

    - `changes`: how many joined and left each circle, dated by the days that the page shows: ends of months, the
      comparison two years before, and the day of the figures.
    - `growth`: by complete months since cohorts began. A person counts once in a cohort, and cohorts followed for as
      many months are added up.
    - `beginnings`: by the day on which cohorts began. Someone in several counts in the one that began first.
    - `by_cohort`: by cohort id and circle. It has the reader's own cohorts that ever had members, and under None all
      others together; each person counts once in each, in the innermost circle, and those who left under “ever”.
    """

    changes: list[CircleChange]
    growth: list[GrowthChange]
    beginnings: list[BeginningCount]
    by_cohort: dict[int | None, dict[str, int]]


@replica_allowed
def people_counts(cohorts: CountedCohorts, *, as_of: date, by_cohort: bool = True) -> PeopleCounts:
    """Return the people of the cohorts by the day `as_of`, counted in four ways, in one statement.

    Unless `by_cohort`, they are not counted by cohort.
    """
    ids = None if cohorts.are_all else cohorts.ids
    sql = PEOPLE_OVER_TIME.format(memberships=MEMBERSHIPS) + (PEOPLE_BY_COHORT if by_cohort else "")
    return read_people_counts(sql, {"ids": ids, "own": cohorts.own, "as_of": as_of, "earlier": comparison_day(as_of)})


def read_people_counts(sql: str, parameters: Mapping[str, Any]) -> PeopleCounts:
    """Return the counts in the rows of `PEOPLE_OVER_TIME`, with or without `PEOPLE_BY_COHORT`."""
    counts = PeopleCounts([], [], [], {})
    with reading_connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        for kind, first, second, people, number, day in cursor:
            if kind == "change":
                circle = first
                counts.changes.append(CircleChange(day, EVER if circle is None else ORDER[circle], int(people)))
            elif kind == "growth":
                followed, months, cohort_count = first, second, int(number)
                counts.growth.append(GrowthChange(followed, months, int(people), cohort_count))
            elif kind == "beginning":
                counts.beginnings.append(BeginningCount(day, int(people)))
            else:
                cohort_id, circle = first, second
                counts.by_cohort.setdefault(cohort_id, {})[EVER if circle is None else ORDER[circle]] = int(people)
    return counts


def readable_cohort_ids(user: User, cohorts: CountedCohorts, own: frozenset[int] | None) -> set[int]:
    """Return the ids of the cohorts whose pages the user may open: all for lab staff (`own` is None), without a
    statement.
    """
    if own is None:
        return set(cohorts.ids)
    return {pk for (pk,) in _readable_cohorts(user, cohorts.argument)}


@prepared
def _readable_cohorts(user: User, cohorts: CohortsArgument) -> QuerySet[Cohort, tuple[int]]:
    """Return the ids of those of these cohorts whose pages the user may open."""
    return Cohort.objects.visible_to(user).filter(in_cohorts("pk", cohorts)).values_list("pk")


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
