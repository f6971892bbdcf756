"""Queries for the comparison of editions: as many statements for two editions as for six."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, InnovationTeam, Membership, Session
from cohorts.people.enums import MembershipRole
from cohorts.sessions.enums import SessionState
from cohorts.visibility import active_on
from figures.editions.figures import UNITS, CohortRun, EditionFigures
from figures.outcomes.figures import Figures
from figures.outcomes.sql.tally import OUTCOMES_NOW
from figures.rates import MonthCounts
from figures.scope.selection import FiguresScope
from figures.work.queries import fetch_rows, work_done
from programmes.enums import EditionState, Metric
from programmes.models import Claim, Edition
from prototypes.models import Idea

# Published figures with a counterpart on the page.
COMPARABLE_METRICS = (
    *(Metric.IDEAS_IMPLEMENTED, Metric.NETWORK_START, Metric.NETWORK_LATER),
    *(Metric.AUTHORITIES_IN_EDITION, Metric.SCENARIOS_TESTED),
)

_COLUMNS = {"euros": "contribution", "days": "team_days"}


def _cost_known(unit: str) -> str:
    """Return an SQL condition that is true where the cost of the cohort `c` is known, in “euros” or “days” (`unit`).

    Known is an actual cost, or a planned one of a cohort that did not withdraw.
    """
    column = _COLUMNS[unit]
    return f"c.actual_{column} IS NOT NULL OR (c.planned_{column} IS NOT NULL AND c.state <> 'withdrawn')"


TALLY_BY_EDITION = f"""SELECT * FROM ({OUTCOMES_NOW}
SELECT c.edition_id AS edition, o.months, COUNT(*) FILTER (WHERE o.outcome = 'implemented') AS implemented,
       COUNT(*) FILTER (WHERE o.outcome = 'abandoned') AS abandoned, COUNT(*) FILTER (WHERE o.outcome = 'open') AS open,
       {", ".join(f"COUNT(*) FILTER (WHERE o.outcome = 'implemented' AND ({_cost_known(of)})) AS {of}" for of in UNITS)}
FROM o JOIN cohorts_cohort c ON c.id = o.cohort_id
WHERE o.months IS NOT NULL AND NOT c.retrospective
GROUP BY 1, 2 ORDER BY 1, 2) AS tally
"""  # noqa: S608 - constants only

EditionTallyRow: TypeAlias = dict[str, Any]


def comparable_editions(today: date) -> QuerySet[Edition]:
    """Return the editions that can be compared, by programme, format version and first day.

    Drafts and editions known from publications are left out. Annotations: `measured`, whether an idea was accepted by
    `today`; `network`, the number of people active on the edition's last day, or on `today` if that is earlier; `teams`
    and `teams_open`, the innovation teams of its cohorts recorded by `today` and open on it.
    """
    ideas = Idea.objects.measured().filter(cohort__edition=OuterRef("pk"), accepted_on__lte=today)
    last = Least(OuterRef("ends_on"), Value(today))
    network = Membership.objects.filter(active_on(last), cohort__edition=OuterRef("pk"))
    teams = InnovationTeam.objects.filter(cohort__edition=OuterRef("pk"), retrospective=False)
    return (
        Edition.objects.measured()
        .exclude(state=EditionState.DRAFT)
        .select_related("format__programme", "programme")
        .annotate(
            measured=Exists(ideas),
            network=_counted(network, "cohort__edition", Count("user", distinct=True)),
            teams=_counted(teams.as_of(today), "cohort__edition", Count("pk")),
            teams_open=_counted(teams.open_on(today), "cohort__edition", Count("pk")),
        )
        .order_by("programme__name_fr", "programme", "format__version", "starts_on", "pk")
    )


def _counted(rows: QuerySet[Any, Any], by: str, figure: Any) -> Any:
    """Return an expression that adds up `rows` in a subquery, for an annotation of an outer queryset; 0 without rows.

    `by` is the field by which `rows` are grouped (they are filtered by it with OuterRef already), `figure` the
    aggregate, such as a count or a sum.
    """
    return Coalesce(Subquery(rows.order_by().values(by).annotate(figure=figure).values("figure")), 0)


def cohort_runs(editions: Sequence[Edition]) -> dict[int, tuple[CohortRun, ...]]:
    """Return the cohorts of each edition with dates, seats, sessions and costs, by edition id; one statement.

    Cohorts known from publications are left out. An edition without cohorts gives an empty tuple.
    """
    runs: defaultdict[int, tuple[CohortRun, ...]] = defaultdict(tuple)
    for row in _runs(editions):
        run = CohortRun(**row)
        runs[run.edition] += (run,)
    return runs


def _runs(editions: Sequence[Edition]) -> QuerySet[Cohort, Any]:
    """Return one dict per cohort of the editions, its keys the fields of `CohortRun`; without cohorts known from
    publications.

    Held sessions include those with a report; cancelled ones count neither as held nor as left.
    """
    sessions = Session.objects.filter(cohort=OuterRef("pk"), retrospective=False)
    held = Q(state__in=(SessionState.HELD, SessionState.REPORTED))
    ambassadors = Membership.objects.filter(cohort=OuterRef("pk"), role=MembershipRole.AMBASSADOR)
    rows = Cohort.objects.filter(edition__in=editions, retrospective=False).order_by("pk")
    return rows.values(
        "edition",
        "authority",
        "seats",
        cohort=F("pk"),
        withdrawn=Case(When(state=CohortState.WITHDRAWN, then=Value(True)), default=Value(False)),
        started_on=F("actual_start"),
        ended_on=F("actual_end"),
        planned_euros=F("planned_contribution"),
        actual_euros=F("actual_contribution"),
        planned_days=F("planned_team_days"),
        actual_days=F("actual_team_days"),
        sessions_held=_counted(sessions.filter(held), "cohort", Count("pk")),
        sessions_left=_counted(sessions.exclude(held | Q(state=SessionState.CANCELLED)), "cohort", Count("pk")),
        ambassadors=_counted(ambassadors, "cohort", Count("pk")),
        granted_to=_counted(ambassadors, "cohort", Count("day_allowance")),
        granted=_counted(ambassadors, "cohort", Sum("day_allowance", output_field=IntegerField())),
    )


def figures_by_edition(editions: Sequence[Edition], *, as_of: date) -> dict[int, EditionFigures]:
    """Return the cohorts, the rates of ideas and the results of work of each edition, by edition id; three statements.

    `as_of` is the last day that counts. All ideas are counted, so only lab staff may see the result.
    """
    runs = cohort_runs(editions)
    cohorts = frozenset(run.cohort for edition in editions for run in runs[edition.pk])
    scope = FiguresScope(own=frozenset(), shared=cohorts, everyone=True)
    work, tallies = work_done(scope=scope, as_of=as_of), _tallies(scope, as_of)
    return {
        edition.pk: EditionFigures(
            runs[edition.pk],
            _figures(tallies[edition.pk], as_of),
            work.of_edition(edition.pk),
            {unit: sum(row[unit] for row in tallies[edition.pk]) for unit in UNITS},
        )
        for edition in editions
    }


def _tallies(scope: FiguresScope, as_of: date) -> defaultdict[int, list[EditionTallyRow]]:
    """Return, by edition id, rows that count ideas accepted by `as_of`: one per number of months since acceptance.

    Keys of a row: `edition`, `months`, `implemented`, `abandoned`, `open`, and in `euros` and `days` the implemented
    ideas of cohorts with a known cost in that unit.
    """
    tallies: defaultdict[int, list[EditionTallyRow]] = defaultdict(list)
    for row in fetch_rows(TALLY_BY_EDITION, scope=scope, as_of=as_of):
        tallies[row["edition"]].append(row)
    return tallies


def _figures(tally: list[EditionTallyRow], as_of: date) -> Figures:
    """Return the rates of one edition as of a day, from its rows of ideas counted by months since acceptance.

    Every idea counts as one the reader may open: for lab staff.
    """
    by_month = tuple(MonthCounts(*(row[name] for name in MonthCounts._fields)) for row in tally)
    return Figures(as_of, by_month, listed=sum(sum(row[1:]) for row in by_month))


def claims_of_earlier_editions(editions: Sequence[Edition]) -> QuerySet[Claim]:
    """Return published figures on the programmes of `editions` and on past editions of them, to set beside the measured
    ones.

    Only ideas implemented, size of the network at the start and later, authorities taking part, and scenarios tested.
    Sorted by the edition's first day (programmes first), metric and day.
    """
    programmes = {edition.programme_id for edition in editions}
    about = Q(edition__retrospective=True, edition__programme__in=programmes) | Q(programme__in=programmes)
    return (
        Claim.objects.filter(about, metric__in=COMPARABLE_METRICS)
        .select_related("edition", "programme")
        .order_by(F("edition__starts_on").asc(nulls_first=True), "edition", "metric", "as_of", "pk")
    )
