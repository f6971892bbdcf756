"""The page of the search over everything."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import person
from search import queries
from search.forms import SearchForm
from web.pages.htmx import render as render_part


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the objects that match the words of `?q=` among those the person may see, 20 a page, the best matches first.

    `?kind=` limits them to one kind. Without words only the form is shown; for fewer than two letters, an error.
    """
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form, "errors": [], "results": None}
    if form.is_valid():
        words = form.cleaned_data["q"]
        results = queries.search(person(request), words, kind=form.chosen_kind, page=request.GET.get("page"))
        context |= {"words": words, "results": results, "page": results.page}
    elif form.is_bound:
        context["errors"] = list(form["q"].errors)
    return render_part(request, "search/search.html", "results", context)
