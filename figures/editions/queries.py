"""Editions side by side, from the database: statements that are as many for two editions as for six."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least

from cohorts.enums import CohortState, Role, SessionState
from cohorts.models import Cohort, InnovationTeam, Membership, Session
from cohorts.queries import active_on
from figures.editions.figures import UNITS, EditionFigures, Run
from figures.groups import Group
from figures.outcomes.figures import Figures
from figures.outcomes.sql.tally import OUTCOMES_NOW
from figures.rates import MonthCounts
from figures.scope.selection import Scope
from figures.work.queries import ask, work_done
from programmes.enums import EditionState, Metric
from programmes.models import Claim, Edition
from prototypes.models import Idea

# Published figures that stand for something on the page.
COMPARABLE = (
    *(Metric.IDEAS_IMPLEMENTED, Metric.NETWORK_START, Metric.NETWORK_LATER),
    *(Metric.AUTHORITIES_IN_EDITION, Metric.SCENARIOS_TESTED),
)

_COLUMNS = {"euros": "contribution", "days": "team_days"}


def _cost_known(unit: str) -> str:
    """SQL: whether `figures.Run.cost` is known of the cohort."""
    column = _COLUMNS[unit]
    return f"c.actual_{column} IS NOT NULL OR (c.planned_{column} IS NOT NULL AND c.state <> 'withdrawn')"


BY_EDITION = f"""SELECT * FROM ({OUTCOMES_NOW}
SELECT c.edition_id AS edition, o.months, COUNT(*) FILTER (WHERE o.outcome = 'implemented') AS implemented,
       COUNT(*) FILTER (WHERE o.outcome = 'abandoned') AS abandoned, COUNT(*) FILTER (WHERE o.outcome = 'open') AS open,
       {", ".join(f"COUNT(*) FILTER (WHERE o.outcome = 'implemented' AND ({_cost_known(of)})) AS {of}" for of in UNITS)}
FROM o JOIN cohorts_cohort c ON c.id = o.cohort_id
WHERE o.months IS NOT NULL AND NOT c.retrospective
GROUP BY 1, 2 ORDER BY 1, 2) AS tally
"""  # noqa: S608 - constants only

TallyRow: TypeAlias = dict[str, Any]


def comparable_editions(today: date) -> QuerySet[Edition]:
    """Editions with work done here, drafts left out, by programme, format version and first day.

    `measured`: an idea was accepted; `network`: people active on its last day, or today; `teams`, `teams_open`.
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
    """A figure of the rows of one `by`, 0 where there are none."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(figure=figure).values("figure")), 0)


def runs_of(editions: Sequence[Edition]) -> dict[int, tuple[Run, ...]]:
    """The cohorts of each edition (one statement)."""
    found: defaultdict[int, tuple[Run, ...]] = defaultdict(tuple)
    for row in _runs(editions):
        run = Run(**row)
        found[run.edition] += (run,)
    return found


def _runs(editions: Sequence[Edition]) -> QuerySet[Cohort, Any]:
    sessions = Session.objects.filter(cohort=OuterRef("pk"), retrospective=False)
    held = Q(state__in=(SessionState.HELD, SessionState.REPORTED))
    ambassadors = Membership.objects.filter(cohort=OuterRef("pk"), role=Role.AMBASSADOR)
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


def compared(editions: Sequence[Edition], *, as_of: date) -> dict[int, EditionFigures]:
    """The figures of each edition in three statements, by its id."""
    scope = Scope(own=frozenset(), shared=frozenset(edition.pk for edition in editions), everyone=True)
    runs, work, tallies = runs_of(editions), work_done(scope=scope, as_of=as_of), _tallies(scope, as_of)
    return {
        edition.pk: EditionFigures(
            runs[edition.pk],
            _figures(tallies[edition.pk], as_of),
            work.of_edition(edition.pk),
            {unit: sum(row[unit] for row in tallies[edition.pk]) for unit in UNITS},
        )
        for edition in editions
    }


def _tallies(scope: Scope, as_of: date) -> defaultdict[int, list[TallyRow]]:
    """By edition: ideas by months and outcome, and the implemented ones of cohorts whose costs are known."""
    found: defaultdict[int, list[TallyRow]] = defaultdict(list)
    for row in ask(BY_EDITION, scope=scope, as_of=as_of):
        found[row["edition"]].append(row)
    return found


def _figures(tally: list[TallyRow], as_of: date) -> Figures:
    by_month = tuple(MonthCounts(*(row[name] for name in MonthCounts._fields)) for row in tally)
    accepted = sum(sum(row[1:]) for row in by_month)
    return Figures(as_of, by_month, Group(accepted, accepted))


def claims_of_the_past(editions: Sequence[Edition]) -> QuerySet[Claim]:
    """What publications say of earlier rounds of these editions' programmes, by edition."""
    programmes = {edition.programme_id for edition in editions}
    about = Q(edition__retrospective=True, edition__programme__in=programmes) | Q(programme__in=programmes)
    return (
        Claim.objects.filter(about, metric__in=COMPARABLE)
        .select_related("edition", "programme")
        .order_by(F("edition__starts_on").asc(nulls_first=True), "edition", "metric", "as_of", "pk")
    )
