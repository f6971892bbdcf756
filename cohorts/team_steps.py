"""The road of an innovation team, from an idea to an open door: each step, its date, its form and its verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
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


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step that was taken: what, and when as precisely as it is known; nobody dates a prefiguration."""

    label: StrOrPromise
    day: date | None
    precision: str


def milestones(team: InnovationTeam) -> list[Milestone]:
    """The steps a team took, in order; what publications left undated stays so."""
    dated: list[tuple[StrOrPromise, date | None, str]] = [
        (pgettext_lazy("innovation team", "proposed"), team.proposed_on, team.proposed_precision),
        (TeamState.PREFIGURED.label, None, ""),
        (TeamState.DECIDED.label, team.decided_on, team.decided_precision),
        (pgettext_lazy("innovation team", "opened"), team.opened_on, team.opened_precision),
        (TeamState.CLOSED.label, team.closed_on, team.closed_precision),
    ]
    reached = list(TeamState).index(TeamState(team.state))
    return [Milestone(*step) for place, step in enumerate(dated) if step[1] or place == reached or _passed(team, place)]


def _passed(team: InnovationTeam, place: int) -> bool:
    """Steps of work done here cannot be left out; publications may never have told them."""
    return not team.retrospective and place < list(TeamState).index(TeamState(team.state))


def _where(distance: int) -> LadderState:
    if distance <= 0:
        return "went"
    return "next" if distance == 1 else "later"
