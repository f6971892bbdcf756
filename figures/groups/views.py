"""The page that compares groups of cohorts, and its downloads."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from figures.groups.comparison import Comparison, comparison_of
from figures.groups.definitions import definitions
from figures.groups.exports import comparison_table
from figures.groups.forms import GroupsForm
from figures.groups.table_rows import group_rows, horizon_rows
from figures.scope.choices import CHOICES, choices_page
from figures.scope.visibility import visible_cohorts
from web.dates.clock import platform_today
from web.exports.downloads import download_table
from web.pages.pagination import page_of
from web.text.language import active_language

PER_PAGE: Final = 20  # groups on a page, each a row in three tables; the file has all


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Compare the share implemented by kind of authority, edition or format, over the cohorts the reader may count.

    The query string chooses the grouping, the edition, the day, and the group with which the others are compared.
    """
    form = _form(request)
    if CHOICES in request.GET:
        return choices_page(request, form)
    context = {"form": form, "definitions": definitions()}
    if form.is_valid():
        context |= form.cleaned_data | _page_context(request, _comparison(request, form))
    return render(request, "figures/groups/page.html", context)


@require_safe
def groups_file(request: HttpRequest, file_format: str) -> HttpResponse:
    """Download the numbers of the page for its query string; `file_format` is the file type, “csv” or “xlsx”.

    An invalid query string redirects to the page, which shows the errors.
    """
    form = _form(request)
    if not form.is_valid():
        return redirect(f"{reverse('figures:groups')}?{request.GET.urlencode()}")
    table = comparison_table(form, _comparison(request, form))
    name = f"{pgettext('name of a file', 'groups')}-{form.cleaned_data['as_of'].isoformat()}.{file_format}"
    return download_table(table, file_format, name=name, language=active_language())


def _page_context(request: HttpRequest, comparison: Comparison) -> dict[str, Any]:
    """Return the template context of one page of the groups, with the rows of its tables as HTML."""
    number, reference = request.GET.get("page"), comparison.reference
    page = page_of(comparison.groups, number, per_page=PER_PAGE)
    of_page = [page_of(table.rows, number, per_page=PER_PAGE) for table in comparison.horizons]
    return {
        "comparison": comparison,
        "nothing_to_show": not comparison.groups,
        "page": page,
        "group_rows": group_rows(page, reference, request.GET),
        "horizons": [
            (table, horizon_rows(rows, reference)) for table, rows in zip(comparison.horizons, of_page, strict=True)
        ],
    }


def _form(request: HttpRequest) -> GroupsForm:
    """Return the form of the page with the query string of the request, for the cohorts that the reader may count."""
    return GroupsForm(request.GET, visible=visible_cohorts(person(request)), today=platform_today())


def _comparison(request: HttpRequest, form: GroupsForm) -> Comparison:
    """Return the comparison for a valid form and the group chosen to compare the others with."""
    by, as_of = form.cleaned_data["by"], form.cleaned_data["as_of"]
    return comparison_of(form.visible, form.scope, by=by, as_of=as_of, reference=request.GET.get("reference", ""))
