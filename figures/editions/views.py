"""Editions side by side, for lab staff: formats, costs, rates and work, with what can be said of them."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.requests import person
from figures.editions.forms import EditionsForm
from figures.editions.permissions import may_compare_editions
from figures.editions.queries import claims_of_the_past, comparable_editions, compared
from figures.editions.table import side_by_side
from figures.work.definitions import work_definitions
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import form_page


@form_page
def compare_editions(request: HttpRequest) -> HttpResponse:
    """Two to six editions, a column each, grouped by format version; as of today.

    The choice is sent by POST, since all editions can be ticked; an accepted one leads to an address of six at most.
    """
    enforce(may_compare_editions(person(request)))
    today = platform_today()
    editions = list(comparable_editions(today))
    form = EditionsForm(request.POST if request.method == "POST" else request.GET, editions=editions)
    if form.is_valid() and request.method == "POST":
        choice = urlencode({"edition": form.cleaned_data["edition"]}, doseq=True)
        return redirect(f"{reverse('figures:compare_editions')}?{choice}")
    chosen = form.chosen
    context = {"form": form, "as_of": today, "editions": editions, "claims": claims_of_the_past(chosen)}
    context["work_definitions"] = work_definitions()
    return render(request, "figures/editions/page.html", context | side_by_side(chosen, compared(chosen, as_of=today)))
