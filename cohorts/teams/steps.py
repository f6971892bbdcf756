"""The road of an innovation team, from an idea to an open door: each step, its date, its form and its action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from cohorts.models import InnovationTeam
from cohorts.teams import actions
from cohorts.teams.enums import TEAM_DAYS, TeamState
from cohorts.teams.forms import CloseForm, StepForm
from web.pages.steps import LadderState, LadderStep


@dataclass(frozen=True, slots=True)
class NextStep:
    """What can be done with a team in one state; `take` is called with the team, today, the actor and the form's."""

    label: StrOrPromise
    take: Callable[..., InnovationTeam]
    form: type[forms.Form] = StepForm
    consequence: StrOrPromise = ""


NEXT: dict[str, NextStep] = {
    TeamState.ENVISAGED: NextStep(_("Record the prefiguration"), actions.prefigure_team),
    TeamState.PREFIGURED: NextStep(_("Record the decision"), actions.decide_team),
    TeamState.DECIDED: NextStep(_("Record the opening"), actions.open_team),
    TeamState.OPEN: NextStep(
        _("Record the closing"),
        actions.close_team,
        CloseForm,
        _("A closed team does not open again; the cohort can propose another."),
    ),
}


# What the day of each step is the day of, where the state's own name does not say it.
SAID: dict[TeamState, StrOrPromise] = {
    TeamState.ENVISAGED: pgettext_lazy("innovation team", "proposed"),
    TeamState.OPEN: pgettext_lazy("innovation team", "opened"),
}


def road_of(team: InnovationTeam) -> list[LadderStep]:
    """Return every step: those taken, by the name that their day has in forms, the next one, and those to come."""
    states = list(TeamState)
    reached = states.index(TeamState(team.state))
    steps = []
    for position, state in enumerate(states):
        if state == TeamState.CLOSED and team.state != TeamState.CLOSED:
            continue
        label = SAID.get(state, state.label) if position <= reached else state.label
        steps.append(LadderStep(getattr(team, TEAM_DAYS[state]), str(label).capitalize(), _where(position - reached)))
    return steps


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step: what, whether it was taken, and when as precisely as it is known."""

    label: StrOrPromise
    taken: bool
    day: date | None
    precision: str


def milestones(team: InnovationTeam, as_of: date) -> list[Milestone]:
    """Every step in order, as it was on the day the team was asked for `as_of`.

    Steps of work done here cannot be left out; publications may never have told them.
    """
    reached = list(TeamState).index(team.then)
    told = []
    for place, (step, column) in enumerate(TEAM_DAYS.items()):
        kept = getattr(team, column)
        day = kept if kept and kept <= as_of else None
        passed = place == reached or (place < reached and not team.retrospective)
        precision = getattr(team, column.replace("_on", "_precision"))
        told.append(Milestone(SAID.get(step, step.label), bool(day) or passed, day, precision))
    return told


def _where(distance: int) -> LadderState:
    if distance <= 0:
        return "went"
    return "next" if distance == 1 else "later"
