"""The board of a cohort's ideas: one column for each state, with the possible actions of each idea."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.models import Cohort
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.definitions import IDEA_ACTIONS, NEXT_STEPS
from prototypes.action_pages.views import AvailableActions, available_actions
from prototypes.board.outputs import outputs
from prototypes.enums import IDEA_EXITS, IDEA_PATH, LOGGABLE_STATES, IdeaState, PrototypeState
from prototypes.ideas.views.idea_timeline import OpenWork, next_button
from prototypes.models import Challenge, Idea, Prototype, Trial
from prototypes.permissions import can_add_work
from prototypes.views.lookups import roles_in
from web.database.prepared import prepared
from web.forms.filters import IgnoredValue

MAIN_STATES = (*IDEA_PATH, IdeaState.IMPLEMENTED)
SIDE_STATES = (*IDEA_EXITS, IdeaState.SPLIT, "")  # "": published facts without a state
MAX_IDEAS, MAX_CARDS_PER_COLUMN = 300, 6  # ideas on the whole board; in one column, until all are asked for
# Actions that do not change the state of an idea.
ACTIONS_WITHOUT_STATE_CHANGE = frozenset({"share", "stop-sharing", "replicate", "ask-for-acceptance"})
RETURN_TO_BOARD = "?from=board"


@dataclass(frozen=True, slots=True)
class BoardCard:
    """An idea on the board: its next action, and the other actions with reasons for those refused."""

    idea: Idea
    next_action: Button | None
    actions: AvailableActions


@dataclass(frozen=True, slots=True)
class BoardColumn:
    state: str
    label: StrOrPromise
    cards: list[BoardCard]
    count: int  # of all its ideas, including those not shown


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ideas of a cohort in one column for each state, with the next actions of each; `?challenge=` limits them
    to one.

    A column shows six ideas, with `?all=1` all of them. Raises Http404 for a cohort that the person may not see.
    """
    cohort = get_cohort_or_404(request, slug)
    roles = roles_in(request, cohort)
    user = person(request)
    challenges = list(cohort.challenges.visible_to(user).order_by("title", "pk"))
    chosen = chosen_challenge(request, challenges)
    ideas = ideas_of(cohort, chosen, request)
    context: dict[str, Any] = {
        "cohort": cohort,
        "challenges": challenges,
        "chosen": chosen,
        "ignored": _ignored(request, chosen),
        "columns": columns(
            ideas[:MAX_IDEAS], roles, max_cards=MAX_IDEAS if request.GET.get("all") else MAX_CARDS_PER_COLUMN
        ),
        "is_truncated": len(ideas) > MAX_IDEAS,
        "outputs": outputs(user, cohort, chosen),
        "can_add": can_add_work(roles),
    }
    return render(request, "prototypes/board/board.html", context)


def chosen_challenge(request: HttpRequest, challenges: Iterable[Challenge]) -> Challenge | None:
    """Return the one of `challenges` whose key is in the query as `?challenge=`; None, which means all, for any other
    value.
    """
    requested = request.GET.get("challenge", "")
    return next((challenge for challenge in challenges if str(challenge.pk) == requested), None)


def _ignored(request: HttpRequest, chosen: Challenge | None) -> list[IgnoredValue]:
    """Return the challenge of the query for a notice that it was ignored, when the board has no such challenge; else
    [].

    `chosen` is the challenge that the board shows, None for all.
    """
    value = request.GET.get("challenge", "")
    return [IgnoredValue(_("Challenge"), value)] if value and chosen is None else []


def ideas_of(cohort: Cohort, challenge: Challenge | None, request: HttpRequest) -> list[Idea]:
    """Return the ideas of the cohort, or of the challenge, that the person may read, the latest updated first.

    Each has the keys of the prototype and test to work on. There is one more than the board shows (300), to tell that
    some are left out.
    """
    ideas = _ideas(person(request), cohort.pk, challenge.pk if challenge else None, local_today(cohort))
    for idea in ideas:
        idea.cohort = cohort
    return ideas


@prepared
def _ideas(user: User, cohort: int, challenge: int | None, today: date) -> QuerySet[Idea]:
    """Return the query for the ideas of a cohort or challenge (given by keys) that the person may read, latest updated
    first.

    `open_prototype` is the key of an idea's latest prototype that is not retired, `open_test` that of its latest locked
    or held test. `today` decides whether a state needs confirming. There is one row more than the board shows.
    """
    in_use = Prototype.objects.filter(idea=OuterRef("pk")).exclude(state=PrototypeState.RETIRED)
    to_log = Trial.objects.filter(prototype__idea=OuterRef("pk"), state__in=LOGGABLE_STATES)
    visible = Idea.objects.visible_to(user).with_confirmation_flags(user, today)
    rows: QuerySet[Idea] = visible.latest_update_first().filter(cohort=cohort)
    rows = rows.filter(challenge=challenge) if challenge else rows
    open_work = {
        "open_prototype": Subquery(in_use.order_by("-version").values("pk")[:1]),
        "open_test": Subquery(to_log.order_by("-prototype__version", "-number").values("pk")[:1]),
    }
    return rows.select_related("owner", "acceptance_request").annotate(**open_work)[: MAX_IDEAS + 1]


def card(idea: Any, roles: Roles) -> BoardCard:
    """Return the board's card of an idea, with buttons for the next action and the other actions that these roles may
    take.

    Published facts have no next action. `idea` comes from `ideas_of`.
    """
    next_step = NEXT_STEPS.get(idea.state)
    open_work = OpenWork(idea.open_test, idea.open_prototype)
    next_action = next_button(idea, open_work, roles) if next_step and not idea.retrospective else None
    without = ACTIONS_WITHOUT_STATE_CHANGE | ({next_step.action} if next_step else set())
    actions = available_actions(IDEA_ACTIONS, "prototypes:idea_action", idea, roles, without=without)
    return BoardCard(
        idea,
        _returning_to_board(next_action),
        AvailableActions([_returning_to_board(b) or b for b in actions.offered], actions.refused),
    )


def _returning_to_board(button: Button | None) -> Button | None:
    """Return the button with a link that comes back to the board after the action; None, or a refused button,
    unchanged.
    """
    if button is None or not button.decision:
        return button
    return Button(button.label, f"{button.href}{RETURN_TO_BOARD}", button.decision, button.danger)


def columns(ideas: list[Idea], roles: Roles, max_cards: int) -> list[BoardColumn]:
    """Return the board's columns: all states on the path to implementation, and those other states that have ideas.

    A column shows the first `max_cards` of its ideas, with buttons for these roles, and counts all of them.
    """
    by_state: dict[str, list[Idea]] = {state: [] for state in (*MAIN_STATES, *SIDE_STATES)}
    for idea in ideas:
        by_state[idea.state].append(idea)
    labels = dict(IdeaState.choices) | {"": _("not known")}
    return [
        BoardColumn(state, labels[state], [card(idea, roles) for idea in state_ideas[:max_cards]], len(state_ideas))
        for state, state_ideas in by_state.items()
        if state_ideas or state in MAIN_STATES
    ]
