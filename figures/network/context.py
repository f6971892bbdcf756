"""Template context of the network page."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam
from cohorts.teams.enums import TeamState
from figures.network import queries
from figures.network.charts import growth_chart, network_chart, network_key
from figures.network.growth import changed_points, growth, people_in_later_cohorts
from figures.network.links import LinkKind, Links, link_rows, link_totals, links, replication_count
from figures.network.people import EVER, NetworkCircle, NetworkPoint, network
from figures.network.table_rows import NetworkCohortRow, TeamOnDay, cohort_table_rows, team_table_rows
from figures.scope.selection import MAX_COHORTS, FiguresScope
from figures.scope.sentences import coverage
from figures.scope.visibility import VisibleCohorts
from programmes.models import Claim
from web.site_addresses import cached_reverse

MAX_LISTED: Final = 20  # rows of a table on the page; the file has all
MAX_TEAMS: Final = 5  # innovation teams in each of the two tables on the page


class CurveTableRow(NamedTuple):
    """One row of the table behind the curve."""

    point: NetworkPoint
    circles: Sequence[int]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the row's cells: people by circle, in all, and those who left."""
        return [*self.circles, self.point.active, self.point.left]


def network_page(
    visible: VisibleCohorts,
    scope: FiguresScope,
    user: User,
    as_of: date,
    *,
    with_rows: bool = False,
    show_all: bool = False,
) -> dict[str, Any]:
    """Return the template context of the network page for a scope on the day `as_of`.

    At most six statements. Where there are more than a hundred cohorts, the page has the numbers of people, teams and
    links without a row for each cohort, team and pair of authorities. `with_rows` keeps the rows of cohorts and pairs
    all the same, for the file. Tables list the first cohorts, teams and pairs of authorities, or with `show_all` all.
    """
    max_listed, max_teams = (sys.maxsize, sys.maxsize) if show_all else (MAX_LISTED, MAX_TEAMS)
    counted = queries.counted_cohorts(visible, scope)
    has_few_cohorts = len(counted.ids) <= MAX_COHORTS
    has_rows = has_few_cohorts or with_rows
    readable_cohort_ids = queries.readable_cohort_ids(user, counted, visible.own) if has_rows else set()
    people = queries.people_counts(counted, as_of=as_of, by_cohort=has_rows)
    network_figures = network(people.changes, as_of=as_of)
    points, compared = growth(people.growth), network_figures.compared
    rows = cohort_rows(visible.cohorts_in(scope), people.by_cohort, readable_cohort_ids) if has_rows else []
    own_rows = [row for row in rows if row.cohort]
    return {
        "as_of": as_of,
        "network": network_figures,
        "circles": list(NetworkCircle),
        "chart": network_chart(network_figures),
        "key": network_key(network_figures),
        "table": [
            CurveTableRow(point, [point.circles[circle] for circle in NetworkCircle])
            for point in network_figures.changed_points
        ],
        "in_later_cohorts": people_in_later_cohorts(people.beginnings, compared.day) if compared else 0,
        "growth_chart": growth_chart(points),
        "growth_points": changed_points(points),
        "too_many_cohorts": not has_rows,
        "max_listed": max_listed,
        "max_teams": max_teams,
        "kinds": list(LinkKind),
        "commitments": queries.commitments(counted, scope, as_of=as_of),
        "coverage": coverage(visible, scope).sentences,
        "cohort_rows": rows,
        "cohort_table_rows": cohort_table_rows([*own_rows[:max_listed], *(row for row in rows if not row.cohort)]),
        "cohort_count": len(own_rows),
        **links_context(visible, counted, user, as_of=as_of, has_rows=has_rows),
        **(
            teams_context(
                queries.teams(user, counted.argument, as_of), visible, readable_cohort_ids, as_of, limit=max_teams
            )
            if has_few_cohorts
            else open_teams_context(counted, as_of)
        ),
        **claims_context(queries.claims_about(counted.argument) if has_few_cohorts else ()),
    }


def links_context(
    visible: VisibleCohorts, counted: queries.CountedCohorts, user: User, *, as_of: date, has_rows: bool
) -> dict[str, Any]:
    """Return the context of the links: by pair of authorities, or without `has_rows` the numbers of all pairs together.

    Lab staff may know all links, so PostgreSQL counts theirs; for others each pair is checked first.
    """
    if visible.own is None and not has_rows:
        totals = link_totals(counted, user, as_of=as_of)
        return {"links": Links([], totals.links), "replications": totals.replications}
    rows = link_rows(counted, user, as_of=as_of)
    all_links = links(rows, visible.own)
    return {"links": all_links if has_rows else Links([], all_links.totals), "replications": replication_count(rows)}


def open_teams_context(counted: queries.CountedCohorts, as_of: date) -> dict[str, Any]:
    """Return the context of `teams_context` where there are too many cohorts: the number of open teams alone."""
    return {"teams": [], "published_teams": [], "teams_open": queries.count_open_teams(counted, as_of)}


def cohort_rows(
    cohorts: Iterable[Cohort], people: Mapping[int | None, Mapping[str, int]], readable_cohort_ids: Collection[int]
) -> list[NetworkCohortRow]:
    """Return a row of people by circle for each of the reader's own cohorts, then one for the people of all others.

    `people` are the numbers by cohort id, None for the others, and circle; cohorts that never had members are left out.
    A row links to the cohort's members if its id is in `readable_cohort_ids`.
    """
    own = [_row(cohort, people[cohort.pk], readable_cohort_ids) for cohort in cohorts if cohort.pk in people]
    return own + ([_row(None, people[None], ())] if None in people else [])


def _row(cohort: Cohort | None, people: Mapping[str, int], readable_cohort_ids: Collection[int]) -> NetworkCohortRow:
    """Return the row of one cohort; `people` is the numbers by circle, with those who left under “ever”."""
    circles = [people.get(circle, 0) for circle in NetworkCircle]
    is_readable = cohort is not None and cohort.pk in readable_cohort_ids
    href = cached_reverse("cohorts:members", cohort.slug) if cohort and is_readable else ""
    return NetworkCohortRow(cohort, circles, people.get(EVER, 0), sum(circles), href)


def teams_context(
    teams: Iterable[InnovationTeam],
    visible: VisibleCohorts,
    readable_cohort_ids: Collection[int],
    as_of: date,
    *,
    limit: int,
) -> dict[str, Any]:
    """Return the context of the innovation teams on a day: `teams`, `published_teams` and `teams_open`.

    `teams` are those of the reader's authorities, `published_teams` those known from publications, `teams_open` the
    number of all that are open. A team links to its cohort if its id is in `readable_cohort_ids`.
    """
    rows = [TeamOnDay(team, as_of, team.cohort_id in readable_cohort_ids) for team in teams]
    at_work = [row for row in rows if not row.team.retrospective]
    own = [row for row in at_work if _is_visible(row.team, visible)]
    published = [row for row in rows if row.team.retrospective]
    return {
        "teams": own,
        "team_rows": team_table_rows(own[:limit]),
        "published_teams": published,
        "published_team_rows": team_table_rows(published[:limit]),
        "teams_open": sum(row.state == TeamState.OPEN for row in at_work),
    }


def _is_visible(team: InnovationTeam, visible: VisibleCohorts) -> bool:
    """Return whether the team is shown to the reader: all are to lab staff, to others those of their own authorities.

    A team that came to its cohort after the reader left that cohort is not shown.
    """
    return visible.own is None or (team.authority_id in visible.own and not vars(team)["joined_after_leaving"])


def claims_context(rows: Iterable[Claim]) -> dict[str, Any]:
    """Return published figures as context: `growth` for those on the network's size, `claims` for others on people.

    Growth is the size at the start, then the later one.
    """
    claims = list(rows)
    growth = [claim for claim in claims if claim.metric in queries.GROWTH]
    return {
        "growth": sorted(growth, key=lambda claim: queries.GROWTH.index(claim.metric)),
        "claims": [claim for claim in claims if claim.metric not in queries.GROWTH],
    }
