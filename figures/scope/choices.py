"""The form of a page of figures, which is loaded when a reader opens it."""

from collections.abc import Iterable
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict

from figures.scope.forms import ScopeForm
from web.pages.htmx import render

# The name in the query string that asks for the form of a page instead of its figures.
CHOICES: Final = "choices"

# The name in the query string that asks for all rows of tables of which a page lists the first ones.
SHOW_ALL: Final = "show_all"


def shows_all(query: QueryDict) -> bool:
    """Return whether the query string asks for all rows of the tables of a page of figures."""
    return query.get(SHOW_ALL) == "1"


def choices_page(request: HttpRequest, form: ScopeForm, *, days: Iterable[tuple[str, str]] = ()) -> HttpResponse:
    """Show the form of a page of figures with the choices in the query string: into the open page, or as a page.

    `days` are labels and addresses of days that readers often choose.
    """
    return render(request, "figures/scope/choices.html", "opened", {"form": form, "days": days})
