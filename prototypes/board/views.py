"""The board of a cohort's ideas: one column for each state, with the possible actions of each idea."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, OuterRef, QuerySet, Subquery, When
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
from prototypes.action_pages.definitions import IDEA_ACTIONS, NEXT_STEPS, OfferedAction
from prototypes.action_pages.views import available_actions
from prototypes.board.outputs import outputs
from prototypes.enums import IDEA_EXITS, IDEA_PATH, LOGGABLE_STATES, IdeaState, PrototypeState
from prototypes.ideas.views.idea_timeline import OpenWork, next_button, work_button_for
from prototypes.models import Challenge, Idea, Prototype, Trial
from prototypes.permissions import can_add_work, can_steer_idea
from prototypes.views.lookups import idea_rows, roles_in
from web.database.prepared import one_or_404, prepared
from web.forms.filters import IgnoredValue
from web.pages.htmx import render as render_page
from web.site_addresses import cached_reverse

MAIN_STATES = (*IDEA_PATH, IdeaState.IMPLEMENTED)
SIDE_STATES = (*IDEA_EXITS, IdeaState.SPLIT, "")  # "": published facts without a state
MAX_IDEAS, MAX_CARDS_PER_COLUMN = 300, 6  # ideas on the whole board; in one column, until all are asked for
CARD_COLUMNS = (
    "reference",
    "title",
    "state",
    "retrospective",
    "owner__full_name",
    "owner__email",
    "acceptance_request__id",
)
STATES_WITH_WORK = (IdeaState.PROTOTYPING, IdeaState.TESTING)
# Actions that do not change the state of an idea.
ACTIONS_WITHOUT_STATE_CHANGE = frozenset({"share", "stop-sharing", "replicate", "ask-for-acceptance"})
RETURN_TO_BOARD = "?from=board"


class BoardCard(NamedTuple):
    """An idea on the board: the button of its next action and the URL of its other actions; None and "" if the reader
    may take none.
    """

    idea: Idea
    next_action: Button | None
    other_actions_href: str


@dataclass(frozen=True, slots=True)
class BoardColumn:
    state: str
    label: StrOrPromise
    cards: list[BoardCard]
    count: int  # of all its ideas, including those not shown


@cache
def other_actions_in(state: str) -> Mapping[str, OfferedAction]:
    """Return the actions that change an idea in this state, except the next action, which is on the card itself."""
    next_step = NEXT_STEPS.get(state)
    excluded = ACTIONS_WITHOUT_STATE_CHANGE | ({next_step.action} if next_step else set())
    return {
        slug: action for slug, action in IDEA_ACTIONS.items() if state in action.from_states and slug not in excluded
    }


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ideas of a cohort in one column for each state, with the next actions of each; `?challenge=` limits them
    to one.

    A column shows six ideas, with `?all=1` all of them. Raises Http404 for a cohort that the person may not see.
    """
    cohort = get_cohort_or_404(request, slug)
    roles = roles_in(request, cohort)
    user = person(request)
    challenges = _challenges(user, cohort.pk)
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
        "can_steer": can_steer_idea(roles),
    }
    return render(request, "prototypes/board/board.html", context)


@prepared
def _challenges(user: User, cohort_id: int) -> QuerySet[Challenge]:
    """Return the challenges of a cohort that the person may read, by title."""
    return Challenge.objects.visible_to(user).filter(cohort=cohort_id).order_by("title", "pk")


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

    Each has only the columns of its card. There is one more than the board shows (300), to tell that some are left out.
    """
    return _ideas(person(request), cohort.pk, challenge.pk if challenge else None, local_today(cohort))


@prepared
def _ideas(user: User, cohort_id: int, challenge_id: int | None, today: date) -> QuerySet[Idea]:
    """Return the ideas of a cohort, or of one challenge, that the person may read, latest updated first.

    Each has the columns of `_open_work_columns`. `today` decides whether a state needs confirming. There is one row
    more than the board shows.
    """
    visible = Idea.objects.visible_to(user).with_confirmation_flags(user, today)
    rows: QuerySet[Idea] = visible.latest_update_first().filter(cohort=cohort_id)
    rows = rows.filter(challenge=challenge_id) if challenge_id else rows
    rows = rows.select_related("owner", "acceptance_request").only(*CARD_COLUMNS)
    return rows.annotate(**_open_work_columns())[: MAX_IDEAS + 1]


def _open_work_columns() -> dict[str, Case]:
    """Return the columns of the work to go on with, for a query of ideas; NULL unless it is being prototyped or tested.

    `open_prototype` is the key of the latest prototype that is not retired, `open_test` that of the latest locked or
    held test.
    """
    in_use = Prototype.objects.filter(idea=OuterRef("pk")).exclude(state=PrototypeState.RETIRED)
    to_log = Trial.objects.filter(prototype__idea=OuterRef("pk"), state__in=LOGGABLE_STATES)
    open_work = {
        "open_prototype": in_use.order_by("-version"),
        "open_test": to_log.order_by("-prototype__version", "-number"),
    }
    return {
        name: Case(When(state__in=STATES_WITH_WORK, then=Subquery(work.values("pk")[:1])))
        for name, work in open_work.items()
    }


def card(idea: Any, roles: Roles, *, has_other_actions: bool) -> BoardCard:
    """Return the board's card of an idea, with a button for what these roles may do next.

    In test, people who may not decide get the button of the test instead. `has_other_actions` tells whether these roles
    may take any other action in the idea's state. Published facts have no actions. `idea` comes from `ideas_of`.
    """
    if idea.retrospective:
        return BoardCard(idea, None, "")
    work = OpenWork(idea.open_test, idea.open_prototype)
    next_action = next_button(idea, work, roles)
    if idea.state == IdeaState.TESTING and next_action and not next_action.decision:
        next_action = work_button_for(idea, work, roles, test=_("Plan test"))
    return BoardCard(
        idea,
        returning_to_board(next_action) if next_action and next_action.decision else None,
        cached_reverse("prototypes:other_actions", idea.pk) if has_other_actions else "",
    )


def returning_to_board(button: Button) -> Button:
    """Return the button with a link that comes back to the board after the action."""
    return replace(button, href=f"{button.href}{RETURN_TO_BOARD}")


@require_safe
def other_actions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the actions on an idea that its card on the board leaves out; htmx puts them into the card.

    Those that these roles may not take are listed with the reason, as is the next action. Raises Http404 for people who
    may not read the idea.
    """
    row = one_or_404(_idea_with_open_work(person(request), pk))
    roles = roles_in(request, row.cohort)
    actions = available_actions(other_actions_in(row.state), "prototypes:idea_action", row, roles)
    work = OpenWork(row.open_test, row.open_prototype)
    context = {
        "idea": row,
        "next_action": None if row.retrospective else next_button(row, work, roles),
        "offered": [returning_to_board(button) for button in actions.offered],
        "refused": actions.refused,
    }
    return render_page(request, "prototypes/board/other_actions.html", "in_card", context)


@prepared
def _idea_with_open_work(user: User, pk: int) -> QuerySet[Any]:
    """Return the idea with the key `pk`, if the person may read it, with `_open_work_columns`."""
    return idea_rows(user).filter(pk=pk).annotate(**_open_work_columns())


def columns(ideas: list[Idea], roles: Roles, max_cards: int) -> list[BoardColumn]:
    """Return the board's columns: all states on the path to implementation, and those other states that have ideas.

    A column shows the first `max_cards` of its ideas, with buttons for these roles, and counts all of them.
    """
    by_state: dict[str, list[Idea]] = {state: [] for state in (*MAIN_STATES, *SIDE_STATES)}
    for idea in ideas:
        by_state[idea.state].append(idea)
    labels = dict(IdeaState.choices) | {"": _("not known")}
    return [
        BoardColumn(state, labels[state], _cards(state, state_ideas[:max_cards], roles), len(state_ideas))
        for state, state_ideas in by_state.items()
        if state_ideas or state in MAIN_STATES
    ]


def _cards(state: str, ideas: list[Idea], roles: Roles) -> list[BoardCard]:
    """Return the cards of ideas that are all in this state, with the buttons for these roles."""
    has_other_actions = any(action.permission(roles) for action in other_actions_in(state).values())
    return [card(idea, roles, has_other_actions=has_other_actions) for idea in ideas]
