"""The board of a cohort's ideas: a column for each state, the next move of each idea, and the others."""

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
from cohorts.clock import local_today
from cohorts.models import Cohort
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.offered import IDEA_ACTS, NEXT
from prototypes.action_pages.views import Acts, possible_acts
from prototypes.board.outputs import outputs
from prototypes.enums import IDEA_EXITS, IDEA_PATH, TO_LOG, IdeaState, PrototypeState
from prototypes.ideas.views.story import OpenWork, next_button
from prototypes.models import Challenge, Idea, Prototype, Trial
from prototypes.permissions import Letters, may_add_work
from prototypes.views.lookups import cohort_at, letters
from web.database.prepared import prepared
from web.forms.filters import IgnoredValue

PATH = (*IDEA_PATH, IdeaState.IMPLEMENTED)
ASIDE = (*IDEA_EXITS, IdeaState.SPLIT, "")  # "": published facts that do not say
MOST, IN_A_COLUMN = 300, 6  # ideas on the whole board; in one column, until all are asked for
# What changes nothing of where an idea stands.
NO_MOVES = frozenset({"share", "stop-sharing", "replicate"})
FROM = "?from=board"


@dataclass(frozen=True, slots=True)
class Card:
    """An idea on the board: its next move, and the others with the reasons why not."""

    idea: Idea
    step: Button | None
    acts: Acts


@dataclass(frozen=True, slots=True)
class Column:
    state: str
    label: StrOrPromise
    cards: list[Card]
    count: int  # of all its ideas, those not shown as well


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The cohort's ideas by state, or those of one challenge."""
    cohort = cohort_at(request, slug)
    holds = letters(request, cohort)
    user = person(request)
    challenges = list(cohort.challenges.visible_to(user).order_by("title", "pk"))
    chosen = chosen_challenge(request, challenges)
    found = ideas_of(cohort, chosen, request)
    context: dict[str, Any] = {
        "cohort": cohort,
        "challenges": challenges,
        "chosen": chosen,
        "ignored": _ignored(request, chosen),
        "columns": columns(found[:MOST], holds, each=MOST if request.GET.get("all") else IN_A_COLUMN),
        "capped": len(found) > MOST,
        "outputs": outputs(user, cohort, chosen),
        "may_add": may_add_work(holds),
    }
    return render(request, "prototypes/board.html", context)


def chosen_challenge(request: HttpRequest, challenges: Iterable[Challenge]) -> Challenge | None:
    """The one asked for; anything else is all of them."""
    asked = request.GET.get("challenge", "")
    return next((challenge for challenge in challenges if str(challenge.pk) == asked), None)


def _ignored(request: HttpRequest, chosen: Challenge | None) -> list[IgnoredValue]:
    """Return the challenge in the address when it is not one of the board's."""
    value = request.GET.get("challenge", "")
    return [IgnoredValue(_("Challenge"), value)] if value and chosen is None else []


def ideas_of(cohort: Cohort, challenge: Challenge | None, request: HttpRequest) -> list[Idea]:
    """With the work that goes on in each, the latest sign first; one more than the board holds."""
    found = _ideas(person(request), cohort.pk, challenge.pk if challenge else None, local_today(cohort))
    for idea in found:
        idea.cohort = cohort
    return found


@prepared
def _ideas(user: User, cohort: int, challenge: int | None, today: date) -> QuerySet[Idea]:
    in_use = Prototype.objects.filter(idea=OuterRef("pk")).exclude(state=PrototypeState.RETIRED)
    to_note = Trial.objects.filter(prototype__idea=OuterRef("pk"), state__in=TO_LOG)
    shown = Idea.objects.visible_to(user).marked(user, today)
    rows: QuerySet[Idea] = shown.newest_sign_first().filter(cohort=cohort)
    rows = rows.filter(challenge=challenge) if challenge else rows
    going_on = {
        "open_prototype": Subquery(in_use.order_by("-version").values("pk")[:1]),
        "open_test": Subquery(to_note.order_by("-prototype__version", "-number").values("pk")[:1]),
    }
    return rows.select_related("owner").annotate(**going_on)[: MOST + 1]


def card(idea: Any, holds: Letters) -> Card:
    step = NEXT.get(idea.state)
    going_on = OpenWork(idea.open_test, idea.open_prototype)
    own = next_button(idea, going_on, holds) if step and not idea.retrospective else None
    without = NO_MOVES | ({step.act} if step else set())
    acts = possible_acts(IDEA_ACTS, "prototypes:idea_act", idea, holds, without=without)
    return Card(idea, _back_here(own), Acts([_back_here(b) or b for b in acts.offered], acts.refused))


def _back_here(button: Button | None) -> Button | None:
    """The same, coming back to the board once it is done."""
    if button is None or not button.decision:
        return button
    return Button(button.label, f"{button.href}{FROM}", button.decision, button.danger)


def columns(ideas: list[Idea], holds: Letters, each: int) -> list[Column]:
    """Those of the path always, in its order; those beside it where an idea is there. With so many cards in each."""
    by_state: dict[str, list[Idea]] = {state: [] for state in (*PATH, *ASIDE)}
    for idea in ideas:
        by_state[idea.state].append(idea)
    labels = dict(IdeaState.choices) | {"": _("not known")}
    return [
        Column(state, labels[state], [card(idea, holds) for idea in found[:each]], len(found))
        for state, found in by_state.items()
        if found or state in PATH
    ]
