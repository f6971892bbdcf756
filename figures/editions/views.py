"""The page that compares editions, for lab staff: formats, costs, rates and work."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.requests import person
from figures.editions.forms import EditionsForm
from figures.editions.permissions import can_compare_editions
from figures.editions.queries import claims_of_earlier_editions, comparable_editions, figures_by_edition
from figures.editions.table import comparison_context
from figures.work.definitions import work_definitions
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import form_page


@form_page
def compare_editions(request: HttpRequest) -> HttpResponse:
    """Show two to six editions to lab staff, one column each, grouped by format version, as of today; 403 for others.

    The query string names the editions. The form sends its choice by POST, since all editions can be ticked; a valid
    choice redirects to the address with it, an invalid one shows the errors.
    """
    enforce(can_compare_editions(person(request)))
    today = platform_today()
    editions = list(comparable_editions(today))
    form = EditionsForm(request.POST if request.method == "POST" else request.GET, editions=editions)
    if form.is_valid() and request.method == "POST":
        choice = urlencode({"edition": form.cleaned_data["edition"]}, doseq=True)
        return redirect(f"{reverse('figures:compare_editions')}?{choice}")
    selected = form.selected
    context = {"form": form, "as_of": today, "editions": editions, "claims": claims_of_earlier_editions(selected)}
    context["work_definitions"] = work_definitions()
    return render(
        request,
        "figures/editions/page.html",
        context | comparison_context(selected, figures_by_edition(selected, as_of=today)),
    )
