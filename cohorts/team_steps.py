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


def state_on(team: InnovationTeam, day: date) -> TeamState | None:
    """How far a team was on a day, None before anything was told of it.

    Its prefiguration has no day: one that was decided later counts as envisaged before that. Published facts and
    teams whose last step is undated are as they were last told.
    """
    steps = {
        TeamState.CLOSED: team.closed_on,
        TeamState.OPEN: team.opened_on,
        TeamState.DECIDED: team.decided_on,
        TeamState.ENVISAGED: team.proposed_on,
    }
    known = [on for on in steps.values() if on]
    if team.retrospective or not known or max(known) <= day:
        return None if known and min(known) > day else TeamState(team.state)
    return next((state for state, on in steps.items() if on and on <= day), None)


def milestones(team: InnovationTeam, *, as_of: date | None = None) -> list[Milestone]:
    """The steps a team took, by a day where one is given, in order; what publications left undated stays so."""
    state = state_on(team, as_of) if as_of else TeamState(team.state)
    dated: list[tuple[StrOrPromise, date | None, str]] = [
        (pgettext_lazy("innovation team", "proposed"), team.proposed_on, team.proposed_precision),
        (TeamState.PREFIGURED.label, None, ""),
        (TeamState.DECIDED.label, team.decided_on, team.decided_precision),
        (pgettext_lazy("innovation team", "opened"), team.opened_on, team.opened_precision),
        (TeamState.CLOSED.label, team.closed_on, team.closed_precision),
    ]
    last = list(TeamState).index(state) if state else -1
    # Steps of work done here cannot be left out; publications may never have told them.
    taken = {last} if team.retrospective else set(range(last + 1))
    told = [Milestone(label, _by(as_of, day), precision) for label, day, precision in dated]
    return [step for place, step in enumerate(told) if step.day or place in taken]


def _by(as_of: date | None, day: date | None) -> date | None:
    """The day, unless it was still to come."""
    return None if day and as_of and day > as_of else day


def _where(distance: int) -> LadderState:
    if distance <= 0:
        return "went"
    return "next" if distance == 1 else "later"
