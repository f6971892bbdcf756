"""What became of the ideas: the sentence, the curve, the figures and the ideas behind them."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from prototypes.enums import IdeaState
from prototypes.figures import Figures
from prototypes.models import Idea
from prototypes.rates_form import RatesForm, chosen_scope
from prototypes.rates_queries import (
    Reach,
    Scope,
    Told,
    claims_beside,
    ideas_behind,
    implementation_rates,
    reach_of,
    told_one_by_one,
)
from prototypes.rates_shown import figures_shown
from prototypes.rates_wording import whose
from web.pagination import Page, paginate

PER_PAGE = 25


@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """Everyone reads what is within their reach; the form refuses an address that names anything else."""
    user, today = person(request), localdate()
    reach = reach_of(user)
    scope = chosen_scope(reach, request.GET)
    form = RatesForm(request.GET, reach=reach, today=today)
    context: dict[str, Any] = {"form": form, "whose": whose(reach, scope), "nowhere": reach.owns_nothing(scope)}
    if form.is_valid() and not context["nowhere"]:
        as_of = form.cleaned_data["as_of"]
        figures = implementation_rates(scope=scope, as_of=as_of)
        context |= figures_shown(figures) | _rows(request, user, scope, figures)
        context |= _beside(reach, scope, figures)
    return render(request, "prototypes/rates.html", context)


def _rows(request: HttpRequest, user: User, scope: Scope, figures: Figures) -> dict[str, Any]:
    """One page of the ideas behind the figures, those the reader may see."""
    if not figures.group.own:
        return {"page": None, "rows": []}
    page = paginate(ideas_behind(scope, user, as_of=figures.as_of), request.GET.get("page"), per_page=PER_PAGE)
    return {"page": page, "rows": _told(page, figures.as_of)}


def _told(page: Page[Idea], as_of: date) -> list[tuple[Idea, Told]]:
    told = told_one_by_one(page.rows, as_of=as_of)
    return [(idea, told[idea.pk]) for idea in page]


def _beside(reach: Reach, scope: Scope, figures: Figures) -> dict[str, Any]:
    """What publications say: counted or claimed, never mixed with what is measured."""
    known = {IdeaState(state).label if state else "": count for state, count in (figures.published or {}).items()}
    return {
        "published": sorted(known.items(), key=lambda pair: -pair[1]),
        "claims": [(claim, float(claim.value) / 100) for claim in claims_beside(reach.within(scope))],
    }
