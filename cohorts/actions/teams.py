"""Verbs on the innovation team that stays in an authority."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.enums import TeamState
from cohorts.models import Cohort, InnovationTeam
from web.errors import DomainError
from web.verbs import verb

# The date each step is noted under; prefiguring has none of its own.
DATED_BY = {TeamState.DECIDED: "decided_on", TeamState.OPEN: "opened_on", TeamState.CLOSED: "closed_on"}


@verb
def propose_team(*, cohort: Cohort, name: str, proposed_on: date | None = None, by: User) -> InnovationTeam:
    """Note that a team is envisaged in the cohort's authority; raises DomainError while it has one at work."""
    return InnovationTeam.objects.create(
        cohort=cohort, authority_id=cohort.authority_id, name=name, proposed_on=proposed_on
    )


@verb
def describe_team(
    *,
    team: InnovationTeam,
    name: str,
    posts: Decimal | None = None,
    budget: Decimal | None = None,
    place: str = "",
    notes: str = "",
    by: User,
) -> InnovationTeam:
    """Change the team's name, posts (full-time equivalents), yearly budget in euros and place."""
    team = _at_work(team)
    team.name, team.posts, team.budget, team.place, team.notes = name, posts, budget, place, notes
    team.save(update_fields=["name", "posts", "budget", "place", "notes"])
    return team


@verb
def prefigure_team(*, team: InnovationTeam, by: User) -> InnovationTeam:
    """Someone works on it: the team is prefigured."""
    return _step(team, TeamState.PREFIGURED, None)


@verb
def decide_team(*, team: InnovationTeam, on: date, by: User) -> InnovationTeam:
    """The authority decided on it that day."""
    return _step(team, TeamState.DECIDED, on)


@verb
def open_team(*, team: InnovationTeam, on: date, by: User) -> InnovationTeam:
    """The team began to work that day."""
    return _step(team, TeamState.OPEN, on)


@verb
def close_team(*, team: InnovationTeam, on: date, reason: str = "", by: User) -> InnovationTeam:
    """The team ended that day; the reason is kept in the history."""
    return _step(team, TeamState.CLOSED, on)


def _at_work(team: InnovationTeam) -> InnovationTeam:
    team = InnovationTeam.objects.select_for_update().get(pk=team.pk)
    if team.retrospective:
        raise DomainError(_("This team is a published fact: it does not change."))
    return team


def _step(team: InnovationTeam, state: TeamState, on: date | None) -> InnovationTeam:
    team = _at_work(team)
    team.state = state
    fields = ["state"]
    if state in DATED_BY:
        setattr(team, DATED_BY[state], on)
        fields.append(DATED_BY[state])
    team.save(update_fields=fields)
    return team
