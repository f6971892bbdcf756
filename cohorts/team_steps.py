"""The road of an innovation team, from an idea to an open door: each step, its date, its form and its verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.actions import teams as actions
from cohorts.enums import TeamState
from cohorts.forms.teams import CloseForm, StepForm
from cohorts.models import InnovationTeam
from web.steps import LadderState, LadderStep


@dataclass(frozen=True, slots=True)
class NextStep:
    """What can be done with a team in one state; `take` is called with the team, the actor and what the form asks."""

    label: StrOrPromise
    form: type[forms.Form]
    take: Callable[..., InnovationTeam]
    consequence: StrOrPromise = ""


def _decide(*, team: InnovationTeam, happened_on: date, by: User) -> InnovationTeam:
    return actions.decide_team(team=team, on=happened_on, by=by)


def _open(*, team: InnovationTeam, happened_on: date, by: User) -> InnovationTeam:
    return actions.open_team(team=team, on=happened_on, by=by)


def _close(*, team: InnovationTeam, happened_on: date, reason: str, by: User) -> InnovationTeam:
    return actions.close_team(team=team, on=happened_on, reason=reason, by=by)


NEXT: dict[str, NextStep] = {
    TeamState.ENVISAGED: NextStep(_("Note its prefiguration"), forms.Form, actions.prefigure_team),
    TeamState.PREFIGURED: NextStep(_("Note the decision"), StepForm, _decide),
    TeamState.DECIDED: NextStep(_("Note its opening"), StepForm, _open),
    TeamState.OPEN: NextStep(
        _("Note its closing"),
        CloseForm,
        _close,
        _("A closed team does not open again; the cohort can propose another."),
    ),
}


def road_of(team: InnovationTeam) -> list[LadderStep]:
    """Every step with its date, those that were taken, the next and those to come."""
    dates: dict[str, date | None] = {
        TeamState.ENVISAGED: team.proposed_on,
        TeamState.DECIDED: team.decided_on,
        TeamState.OPEN: team.opened_on,
        TeamState.CLOSED: team.closed_on,
    }
    states = list(TeamState)
    reached = states.index(TeamState(team.state))
    return [
        LadderStep(dates.get(state), state.label.capitalize(), _where(place - reached))
        for place, state in enumerate(states)
        if state != TeamState.CLOSED or team.state == TeamState.CLOSED
    ]


def _where(distance: int) -> LadderState:
    if distance <= 0:
        return "went"
    return "next" if distance == 1 else "later"
