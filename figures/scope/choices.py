"""The form of a page of figures, which is loaded when a reader opens it."""

from collections.abc import Iterable
from typing import Final

from django.http import HttpRequest, HttpResponse

from figures.scope.forms import ScopeForm
from web.pages.htmx import render

# The name in the query string that asks for the form of a page instead of its figures.
CHOICES: Final = "choices"


def choices_page(request: HttpRequest, form: ScopeForm, *, days: Iterable[tuple[str, str]] = ()) -> HttpResponse:
    """Show the form of a page of figures with the choices in the query string: into the open page, or as a page.

    `days` are labels and addresses of days that readers often choose.
    """
    return render(request, "figures/scope/choices.html", "opened", {"form": form, "days": days})
