"""Editions side by side, for lab staff: formats, costs, rates and work, with what can be said of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import person
from prototypes.edition_choice import EditionsForm
from prototypes.edition_queries import claims_of_the_past, comparable_editions, compared
from prototypes.editions_shown import side_by_side
from prototypes.permissions import may_compare_editions
from prototypes.rates_definitions import work_definitions
from web.clock import platform_today
from web.decisions import enforce


@require_safe
def compare_editions(request: HttpRequest) -> HttpResponse:
    """Two to six editions, a column each, grouped by format version; as of today."""
    enforce(may_compare_editions(person(request)))
    today = platform_today()
    editions = list(comparable_editions(today))
    form = EditionsForm(request.GET, editions=editions)
    form.is_valid()
    chosen = form.chosen
    context = {"form": form, "as_of": today, "editions": editions, "claims": claims_of_the_past(chosen)}
    context["work_definitions"] = work_definitions()
    return render(request, "prototypes/editions.html", context | side_by_side(chosen, compared(chosen, as_of=today)))
