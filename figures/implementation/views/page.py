"""What became of the ideas: the sentence, the curve, the figures and the ideas behind them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from figures.implementation.context import figures_shown
from figures.implementation.definitions import NOT_ROLLED_BACK, definitions
from figures.implementation.forms import RatesForm, end_of, narrowed
from figures.implementation.ideas import Asked, listed
from figures.implementation.sentences import narrowed_to
from figures.outcomes.figures import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import Scope
from figures.scope.sentences import whose
from figures.scope.visibility import Reach, reach_of
from figures.work.lines import work_shown
from prototypes.enums import IdeaState
from prototypes.ideas.claims import claims_beside
from web.dates.clock import platform_today
from web.pages.pagination import page_number


@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """Everyone reads what is within their reach; the form refuses an address that names anything else."""
    user, today = person(request), platform_today()
    reach = reach_of(user, request.GET)
    form = RatesForm(request.GET, reach=reach, today=today)
    scope = form.scope
    context: dict[str, Any] = {
        "form": form,
        "whose": whose(reach, scope),
        "nowhere": reach.owns_nothing(scope),
        "days": list(_days(request.GET, today)),
        "made_on": today,
        "definitions": definitions(),
    }
    if form.is_valid() and not context["nowhere"]:
        context |= _figures(request, user, reach, scope, form)
    return render(request, "figures/implementation/page.html", context)


def _figures(request: HttpRequest, user: User, reach: Reach, scope: Scope, form: RatesForm) -> dict[str, Any]:
    chosen = form.cleaned_data
    tags = {name: (label, value, _without(request.GET, name)) for name, label, value in form.chosen()}
    figures = implementation_rates(scope=scope, as_of=chosen["as_of"], known_at=end_of(chosen["known_at"]))
    few = reach.few(scope)
    return {
        **figures_shown(figures, reach.cohorts if few else ()),
        **_rows(request, user, scope, figures, chosen["outcome"]),
        **_beside(reach, scope, figures),
        **(work_shown(scope, figures) if few and not figures.known_at else {}),
        "many": bool(figures.accepted) and not few,
        "counted": narrowed_to(scope, chosen["known_at"]),
        "others_left_out": bool(reach.own is not None and scope.edition and narrowed(request.GET)),
        "not_rolled_back": NOT_ROLLED_BACK,
        "tags": list(tags.values()),
        "outcome": chosen["outcome"],
        "listed": tags.get("outcome"),
    }


def _without(asked: QueryDict, *names: str, **instead: str) -> str:
    """The address with some choices taken back, and others made."""
    kept = asked.copy()
    for name in (*names, "page"):
        kept.pop(name, None)
    for name, value in instead.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


def _days(asked: QueryDict, today: date) -> Iterator[tuple[str, str]]:
    """Days that people ask for, each with its address."""
    last_year, year_ago = date(today.year - 1, 12, 31), today - relativedelta(years=1)
    yield _("today"), _without(asked, "as_of")
    yield _("end of %(year)d") % {"year": last_year.year}, _without(asked, as_of=last_year.isoformat())
    yield _("a year ago"), _without(asked, as_of=year_ago.isoformat())


def _rows(request: HttpRequest, user: User, scope: Scope, figures: Figures, outcome: str) -> dict[str, Any]:
    """One page of the ideas behind the figures, those the reader may see."""
    if not (figures.group.own or figures.captured.own or figures.merged.own):
        return {"page": None, "rows": []}
    asked = Asked(scope, user, figures.as_of, platform_today(), figures.known_at)
    page, told = listed(asked, outcome, page_number(request.GET.get("page")), counted=figures.group.own)
    return {"page": page, "rows": [(idea, told[idea.pk]) for idea in page], "sees_rows": True}


def _beside(reach: Reach, scope: Scope, figures: Figures) -> dict[str, Any]:
    """What publications say: counted or claimed, never mixed with what is measured."""
    known = {IdeaState(state).label if state else "": count for state, count in (figures.published or {}).items()}
    claims = [] if scope.by_kind_or_period else claims_beside(reach.rows(scope))  # they are of all ideas
    return {
        "published": sorted(known.items(), key=lambda pair: -pair[1]),
        "claims": [(claim, float(claim.value) / 100) for claim in claims],
    }
