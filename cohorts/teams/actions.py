"""Verbs on the innovation team that stays in an authority; `today` is the authority's local date."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam
from cohorts.teams.enums import TEAM_DAYS, TeamState
from web.actions import action
from web.errors import DomainError


@action(_("Team proposed"))
def propose_team(
    *, cohort: Cohort, name: str, proposed_on: date | None = None, today: date, by: User
) -> InnovationTeam:
    """Note that a team is envisaged in the cohort's authority; raises DomainError while it has one at work."""
    _come(proposed_on, today, "proposed_on")
    return InnovationTeam.objects.create(
        cohort=cohort, authority_id=cohort.authority_id, name=name, proposed_on=proposed_on, recorded_on=today
    )


@action(_("Team details changed"))
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


@action(_("Team prefigured"))
def prefigure_team(*, team: InnovationTeam, happened_on: date, today: date, by: User) -> InnovationTeam:
    """Someone works on it since that day: the team is prefigured."""
    return _step(team, TeamState.PREFIGURED, happened_on, today)


@action(_("Decision on the team recorded"))
def decide_team(*, team: InnovationTeam, happened_on: date, today: date, by: User) -> InnovationTeam:
    """The authority decided on it that day."""
    return _step(team, TeamState.DECIDED, happened_on, today)


@action(_("Team opened"))
def open_team(*, team: InnovationTeam, happened_on: date, today: date, by: User) -> InnovationTeam:
    """The team began to work that day."""
    return _step(team, TeamState.OPEN, happened_on, today)


@action(_("Team closed"))
def close_team(*, team: InnovationTeam, happened_on: date, reason: str = "", today: date, by: User) -> InnovationTeam:
    """The team ended that day; the reason is kept in the history."""
    return _step(team, TeamState.CLOSED, happened_on, today)


@action(_("Dates of the team corrected"))
def correct_team_days(
    *, team: InnovationTeam, reason: str, today: date, by: User, **days: date | None
) -> InnovationTeam:
    """Set right the days of steps the team has taken; the history keeps what they were, and the reason.

    Raises DomainError for a step not taken yet, a day to come, and days out of order.
    """
    team = _at_work(team)
    if not set(days) <= set(dated(team)):
        raise DomainError(
            _("The team has not reached this step yet. Record the step first; you can correct it afterwards.")
        )
    for column, day in days.items():
        _come(day, today, column)
        setattr(team, column, day)
    team.recorded_on = today
    team.save(update_fields=[*days, "recorded_on"])
    return team


def dated(team: InnovationTeam) -> list[str]:
    """The columns that keep the days of the steps it has taken, in their order."""
    columns = list(TEAM_DAYS.values())
    return columns[: list(TEAM_DAYS).index(TeamState(team.state)) + 1]


def _at_work(team: InnovationTeam) -> InnovationTeam:
    team = InnovationTeam.objects.select_for_update().get(pk=team.pk)
    if team.retrospective:
        raise DomainError(_("This team is one of the published facts: it cannot be changed."))
    return team


def _come(day: date | None, today: date, field: str) -> None:
    if day and day > today:
        raise DomainError(_("This date is in the future. Record it once the day has come."), field=field)


def _step(team: InnovationTeam, state: TeamState, on: date, today: date) -> InnovationTeam:
    _come(on, today, "happened_on")
    team = _at_work(team)
    team.state, team.recorded_on = state, today
    setattr(team, TEAM_DAYS[state], on)
    team.save(update_fields=["state", TEAM_DAYS[state], "recorded_on"])
    return team
