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
from figures.groups import Group
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
    """Return SQL that is true where a cohort's cost in a unit (“euros” or “days”) is known.

    That is an actual cost, or a planned one of a cohort that did not withdraw, as in `CohortRun.cost`.
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
    `today`; `network`, the number of people active on the edition's last day, or today if that is earlier; `teams` and
    `teams_open`, the innovation teams recorded and open today.
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
    """Return an expression for an aggregate (`figure`) of the rows whose field `by` is the outer row's key; 0 without
    rows.
    """
    return Coalesce(Subquery(rows.order_by().values(by).annotate(figure=figure).values("figure")), 0)


def cohort_runs(editions: Sequence[Edition]) -> dict[int, tuple[CohortRun, ...]]:
    """Return the cohorts of each edition with their dates, seats, sessions and costs, by the edition's id (one
    statement).

    Cohorts known from publications only are left out.
    """
    runs: defaultdict[int, tuple[CohortRun, ...]] = defaultdict(tuple)
    for row in _runs(editions):
        run = CohortRun(**row)
        runs[run.edition] += (run,)
    return runs


def _runs(editions: Sequence[Edition]) -> QuerySet[Cohort, Any]:
    """Return one row of values per cohort of the editions, with the fields of `CohortRun`."""
    sessions = Session.objects.filter(cohort=OuterRef("pk"), retrospective=False)
    held = Q(state__in=(SessionState.HELD, SessionState.REPORTED))
    ambassadors = Membership.objects.filter(cohort=OuterRef("pk"), role=MembershipRole.AMBASSADOR)
    rows = Cohort.objects.filter(edition__in=editions, retrospective=False).order_by("pk")
    return rows.values(
        "edition",
        "authority",
        "seats",
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
    """Return the cohorts, rates and results of each edition on the day `as_of`, by its id; three statements."""
    scope = FiguresScope(own=frozenset(), shared=frozenset(edition.pk for edition in editions), everyone=True)
    runs, work, tallies = cohort_runs(editions), work_done(scope=scope, as_of=as_of), _tallies(scope, as_of)
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
    """Return rows of counts by edition id: ideas by months and outcome, and implemented ideas of cohorts with known
    costs.
    """
    tallies: defaultdict[int, list[EditionTallyRow]] = defaultdict(list)
    for row in fetch_rows(TALLY_BY_EDITION, scope=scope, as_of=as_of):
        tallies[row["edition"]].append(row)
    return tallies


def _figures(tally: list[EditionTallyRow], as_of: date) -> Figures:
    """Return the rates of one edition from its counts by month; every accepted idea counts as the reader's own."""
    by_month = tuple(MonthCounts(*(row[name] for name in MonthCounts._fields)) for row in tally)
    accepted = sum(sum(row[1:]) for row in by_month)
    return Figures(as_of, by_month, Group(accepted, accepted))


def claims_of_earlier_editions(editions: Sequence[Edition]) -> QuerySet[Claim]:
    """Return the published figures about the programmes of `editions` and their past editions, by edition, metric and
    day.

    Only metrics with a counterpart on the page are included.
    """
    programmes = {edition.programme_id for edition in editions}
    about = Q(edition__retrospective=True, edition__programme__in=programmes) | Q(programme__in=programmes)
    return (
        Claim.objects.filter(about, metric__in=COMPARABLE_METRICS)
        .select_related("edition", "programme")
        .order_by(F("edition__starts_on").asc(nulls_first=True), "edition", "metric", "as_of", "pk")
    )
