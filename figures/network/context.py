"""What the templates of the network's page need, with what may not be told left out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.enums import TeamState
from cohorts.models import Cohort, InnovationTeam
from cohorts.team_steps import Milestone, milestones
from figures.groups import Group
from figures.network import queries
from figures.network.charts import network_chart, network_key
from figures.network.links import Link, link_rows, links, replicated
from figures.network.people import EVER, Circle, Network, Point, network
from figures.scope.forms import month_end_by
from figures.scope.selection import Scope
from figures.scope.visibility import Reach
from programmes.models import Claim


@dataclass(frozen=True, slots=True)
class CohortRow:
    """People of one cohort by circle, those who have left, and all of them; `cohort` is None for the others' sum.

    None stands for what may not be told; without `href` the reader may not open its members' page.
    """

    cohort: Cohort | None
    circles: Sequence[int | None]
    left: int | None
    active: int | None
    href: str = ""

    @property
    def by_label(self) -> Iterable[tuple[StrOrPromise, int | None]]:
        return zip(Circle.labels, self.circles, strict=True)


@dataclass(frozen=True, slots=True)
class Team:
    """An innovation team on a day, with the steps it had taken by then; `opens` for who may open its cohort's pages."""

    team: InnovationTeam
    steps: list[Milestone]
    opens: bool

    @property
    def href(self) -> str:
        """Its page; its authority's where no cohort brought it forth."""
        if self.team.cohort is None:
            return self.team.authority.get_absolute_url()
        return reverse("cohorts:innovation_team", args=[self.team.cohort.slug]) if self.opens else ""

    @property
    def words(self) -> StrOrPromise:
        """The state in the words of its source, where it has some and that is how it was last told."""
        return self.team.state_label if self.team.state_label and self.state == self.team.state else self.state.label

    @property
    def state(self) -> TeamState:
        return self.team.then


class Line(NamedTuple):
    """One line of the table behind the curve."""

    point: Point
    circles: Sequence[int | None]


def network_page(reach: Reach, scope: Scope, user: User, as_of: date) -> dict[str, Any]:
    """Everything on the page, in seven statements, one less for lab staff."""
    cohorts, counted = reach.within(scope), queries.counted(reach, scope)
    opened = queries.opened(user, counted.ids, reach.own)
    grown = network(queries.people_changes(counted, as_of=as_of), as_of=as_of)
    linked_by = as_of if reach.own is None else month_end_by(as_of)  # links among others are summed up there
    rows = link_rows(counted, user, as_of=linked_by)
    return {
        "as_of": as_of,
        "network": grown,
        "circles": list(Circle),
        "chart": network_chart(grown),
        "key": network_key(grown),
        "table": [Line(point, [point.of(circle) for circle in Circle]) for point in grown.turns],
        "cohort_rows": cohort_rows(cohorts, queries.people_by_cohort(counted.own, as_of=as_of), grown, opened),
        "kinds": list(Link),
        "links": links(rows, reach.own),
        "linked_by": linked_by,
        "replications": replicated(rows, reach.own),
        "promises": queries.promises(counted, scope, user, as_of=as_of),
        **teams_shown(queries.teams_within(cohorts, as_of, user), reach, opened, as_of),
        **claims_shown(queries.claims_about(cohorts)),
    }


def cohort_rows(
    cohorts: Iterable[Cohort], people: Mapping[int, Mapping[str, int]], grown: Network, opened: Collection[int]
) -> list[CohortRow]:
    """The reader's own cohorts one by one, and what is left of the whole when their people are taken off it."""
    own = [_row(cohort, people[cohort.pk], opened) for cohort in cohorts if cohort.pk in people]
    return own + _others(grown)


def _row(cohort: Cohort, people: Mapping[str, int], opened: Collection[int]) -> CohortRow:
    circles = [people.get(circle, 0) for circle in Circle]
    href = reverse("cohorts:members", args=[cohort.slug]) if cohort.pk in opened else ""
    return CohortRow(cohort, circles, people.get(EVER, 0), sum(circles), href)


def _others(grown: Network) -> list[CohortRow]:
    now = grown.now
    if now is None or not now.ever.hidden:
        return []
    told = now.by_circle and not now.active.masked
    circles = [now.circles[circle].hidden if told else None for circle in Circle]
    left, active = (None if group.masked else group.hidden for group in (now.left, now.active))
    return [CohortRow(None, circles, left, active)]


def teams_shown(found: Iterable[InnovationTeam], reach: Reach, opened: Collection[int], as_of: date) -> dict[str, Any]:
    """Teams at work the reader may see one by one, those known from publications, and how many are open in all."""
    rows = [Team(team, milestones(team, as_of), team.cohort_id in opened) for team in found]
    at_work = [row for row in rows if not row.team.retrospective]
    own = [row for row in at_work if _is_shown(row.team, reach)]
    return {
        "teams": own,
        "published_teams": [row for row in rows if row.team.retrospective],
        "teams_open": Group(*(sum(row.state == TeamState.OPEN for row in some) for some in (at_work, own))),
    }


def _is_shown(team: InnovationTeam, reach: Reach) -> bool:
    """Of one's own authorities, but of none that came when one had left: see `queries.teams_within`."""
    return reach.own is None or (team.authority_id in reach.own and not vars(team)["came_after"])


def claims_shown(found: Iterable[Claim]) -> dict[str, Any]:
    """The published growth of the network, and the other figures about its people."""
    claims = list(found)
    growth = [claim for claim in claims if claim.metric in queries.GROWTH]
    return {
        "growth": sorted(growth, key=lambda claim: queries.GROWTH.index(claim.metric)),
        "claims": [claim for claim in claims if claim.metric not in queries.GROWTH],
    }
