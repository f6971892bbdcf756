"""The network: who stays, to read and to take away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from figures.network.context import network_page
from figures.network.report import DEFINITIONS, network_table
from figures.scope.forms import ReachForm
from figures.scope.sentences import whose
from figures.scope.visibility import reach_of
from web.dates.clock import platform_today
from web.exports.downloads import download_table


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Who stays: everyone reads what is within their reach; the form refuses an address that names anything else."""
    user = person(request)
    reach = reach_of(user)
    form = ReachForm(request.GET, reach=reach, today=platform_today())
    scope = form.scope
    context: dict[str, Any] = {
        "form": form,
        "whose": whose(reach, scope),
        "nowhere": reach.owns_nothing(scope),
        "definitions": DEFINITIONS,
    }
    if form.is_valid() and not context["nowhere"]:
        context |= network_page(reach, scope, user, form.cleaned_data["as_of"])
    return render(request, "figures/network/page.html", context)


@require_safe
def network_figures(request: HttpRequest, kind: str) -> HttpResponse:
    """The numbers of that page, at the same choices; what its form refuses, it says there."""
    user = person(request)
    form = ReachForm(request.GET, reach=reach_of(user), today=platform_today())
    if not form.is_valid():
        return redirect(f"{reverse('figures:network')}?{request.GET.urlencode()}")
    as_of = form.cleaned_data["as_of"]
    shown = None if form.reach.owns_nothing(form.scope) else network_page(form.reach, form.scope, user, as_of)
    name = f"{pgettext('name of a file', 'network')}-{as_of.isoformat()}.{kind}"
    return download_table(network_table(form, shown), kind, name=name, language=request.LANGUAGE_CODE)
