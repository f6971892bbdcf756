"""The steps of an innovation team, from the idea to its opening: the date, form and action of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from cohorts.models import InnovationTeam
from cohorts.teams import actions
from cohorts.teams.enums import TEAM_DAYS, TeamState
from cohorts.teams.forms import CloseForm, TeamStepForm
from web.pages.steps import PageStep, StepState
from web.text import formats
from web.text.escaping import as_html
from web.text.language import active_language


@dataclass(frozen=True, slots=True)
class TeamNextStep:
    """The next step that an innovation team can take from one state: its label, action, form and consequence.

    `action` is called with the team, today, the actor and the values of the form.
    """

    label: StrOrPromise
    action: Callable[..., InnovationTeam]
    form: type[forms.Form] = TeamStepForm
    consequence: StrOrPromise = ""


NEXT_STEPS: dict[str, TeamNextStep] = {
    TeamState.ENVISAGED: TeamNextStep(_("Record the prefiguration"), actions.prefigure_team),
    TeamState.PREFIGURED: TeamNextStep(_("Record the decision"), actions.decide_team),
    TeamState.DECIDED: TeamNextStep(_("Record the opening"), actions.open_team),
    TeamState.OPEN: TeamNextStep(
        _("Record the closing"),
        actions.close_team,
        CloseForm,
        _("A closed team does not open again; the cohort can propose another."),
    ),
}


# Labels of days, where the state's own name does not fit.
DAY_LABELS: dict[TeamState, StrOrPromise] = {
    TeamState.ENVISAGED: pgettext_lazy("innovation team", "proposed"),
    TeamState.OPEN: pgettext_lazy("innovation team", "opened"),
}


def page_steps_of(team: InnovationTeam) -> list[PageStep]:
    """Return the steps of an innovation team for its page: those taken with their days, the next one, and later ones.

    The steps are envisaged, prefigured, decided, open; closed only once the team is closed.
    """
    states = list(TeamState)
    reached = states.index(TeamState(team.state))
    steps = []
    for position, state in enumerate(states):
        if state == TeamState.CLOSED and team.state != TeamState.CLOSED:
            continue
        label = DAY_LABELS.get(state, state.label) if position <= reached else state.label
        steps.append(
            PageStep(getattr(team, TEAM_DAYS[state]), str(label).capitalize(), _step_state(position - reached))
        )
    return steps


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of an innovation team: whether it was taken, and when, as precisely as is known."""

    label: StrOrPromise
    taken: bool
    day: date | None
    precision: str


def milestones(team: InnovationTeam, as_of: date) -> list[Milestone]:
    """Return the five steps of an innovation team, in order, each with whether it was taken by the day `as_of`, and
    when.

    The team has been read by the queryset's `as_of`. It has taken every step before its state, even without a date; a
    published team may have left steps out.
    """
    reached = list(TeamState).index(team.state_at_date)
    rows = []
    for position, (step, column) in enumerate(TEAM_DAYS.items()):
        recorded = getattr(team, column)
        day = recorded if recorded and recorded <= as_of else None
        passed = position == reached or (position < reached and not team.retrospective)
        precision = getattr(team, column.replace("_on", "_precision"))
        rows.append(Milestone(DAY_LABELS.get(step, step.label), bool(day) or passed, day, precision))
    return rows


def milestone_items(team: InnovationTeam, as_of: date) -> SafeString:
    """Return the steps that an innovation team has taken by the day `as_of` as HTML list items: the list of teams has
    five in each row, which a template takes several times as long for.
    """
    language = active_language()
    items = []
    for step in milestones(team, as_of):
        day = f' <span class="fig">{formats.precise_to(step.day, step.precision, language)}</span>' if step.day else ""
        items += [f"<li>{as_html(step.label)}{day}</li>"] if step.taken else []
    return mark_safe("".join(items))  # noqa: S308 - labels are escaped, days are formatted dates


def _step_state(distance: int) -> StepState:
    """Return "went", "next" or "later" for a step that was taken, comes next, or comes after that.

    `distance` counts steps from the one last taken: 0 is that one.
    """
    if distance <= 0:
        return "went"
    return "next" if distance == 1 else "later"
