"""The network page: people and links, to read and to download."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.peers.permissions import can_read_directory
from figures.network.context import network_page
from figures.network.report import DEFINITIONS, network_table
from figures.scope.choices import CHOICES, choices_page, shows_all
from figures.scope.forms import ScopeForm
from figures.scope.sentences import scope_labels
from figures.scope.visibility import visible_cohorts
from web.dates.clock import platform_today
from web.exports.downloads import download_table


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Show people by circle and links between authorities for the cohorts that the reader may count.

    The query string chooses the scope and the day. A cohort that the reader may not count is a form error, and then no
    figures are shown.
    """
    user = person(request)
    visible = visible_cohorts(user, request.GET, own_only=not request.GET)
    form = ScopeForm(request.GET, visible=visible, today=platform_today())
    if CHOICES in request.GET:
        return choices_page(request, form)
    scope = form.scope
    context: dict[str, Any] = {
        "form": form,
        "scope_labels": scope_labels(visible, scope),
        "nothing_to_show": visible.has_nothing_to_show(scope),
        "can_read_directory": can_read_directory(user, platform_today()),
    }
    if form.is_valid() and not context["nothing_to_show"]:
        context |= network_page(visible, scope, user, form.cleaned_data["as_of"], show_all=shows_all(request.GET))
    return render(request, "figures/network/page.html", context)


@require_safe
def network_definitions(request: HttpRequest) -> HttpResponse:
    """Show how the network is counted, and who sees what."""
    return render(request, "figures/network/definitions.html", {"definitions": DEFINITIONS})


@require_safe
def network_figures(request: HttpRequest, file_format: str) -> HttpResponse:
    """Download the numbers of the network page for its query string; `file_format` is the file type, “csv” or “xlsx”.

    An invalid query string redirects to the page, which shows the errors.
    """
    user = person(request)
    form = ScopeForm(request.GET, visible=visible_cohorts(user), today=platform_today())
    if not form.is_valid():
        return redirect(f"{reverse('figures:network')}?{request.GET.urlencode()}")
    as_of = form.cleaned_data["as_of"]
    is_empty = form.visible.has_nothing_to_show(form.scope)
    page = None if is_empty else network_page(form.visible, form.scope, user, as_of, with_rows=True)
    name = f"{pgettext('name of a file', 'network')}-{as_of.isoformat()}.{file_format}"
    return download_table(network_table(form, page), file_format, name=name, language=request.LANGUAGE_CODE)
