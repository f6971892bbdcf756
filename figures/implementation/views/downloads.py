"""Downloads of the ideas behind the rates row by row, and of their measured effects, as CSV or XLSX.

They take the query string of the page. An invalid one redirects to the page, which shows the errors.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from figures.implementation.exports import (
    IDEAS,
    RatesQuery,
    effects_table,
    file_name,
    ideas_table,
    parse_rates_query,
)
from files.exports.views.background import MAX_DIRECT_ROWS, offer_background_export
from web.dates.clock import platform_today
from web.exports.downloads import download_table
from web.forms.pages import form_page
from web.security.lab_readers import open_to_lab_readers
from web.security.own_paths import own_path
from web.text.language import active_language


@open_to_lab_readers
@form_page
def ideas(request: HttpRequest, file_format: str) -> HttpResponse:
    """Download the ideas behind the rates that the reader may see one by one; `file_format` is “csv” or “xlsx”.

    With more than 2,000 ideas, a GET offers to create the file in the background and a POST starts that. An invalid
    query string redirects to the page, which shows the errors.
    """
    query = _query(request)
    if not query.form.is_valid():
        return redirect(_page_address(request))
    name = file_name(pgettext("name of a file", "ideas"), query.as_of, file_format)
    rates = query.figures(only_counts=True)
    rows = rates.listed if rates else 0
    if rows > MAX_DIRECT_ROWS:
        return offer_background_export(
            request,
            _("Ideas, row by row"),
            back=_page_address(request),
            crumb=_("Rates"),
            kind=IDEAS,
            query=query.with_fixed_scope().urlencode(),
            name=name,
            rows=rows,
        )
    if request.method == "POST":
        return redirect(own_path(request.get_full_path(), "home"))
    return download_table(ideas_table(query), file_format, name=name, language=active_language())


@require_safe
def effects(request: HttpRequest, file_format: str) -> HttpResponse:
    """Download the values of indicators of the ideas that the reader may see one by one.

    `file_format` is “csv” or “xlsx”.

    An invalid query string redirects to the page, which shows the errors.
    """
    query = _query(request)
    if not query.form.is_valid():
        return redirect(_page_address(request))
    name = file_name(pgettext("name of a file", "effects"), query.as_of, file_format)
    return download_table(effects_table(query), file_format, name=name, language=active_language())


def _query(request: HttpRequest) -> RatesQuery:
    """Return the query string of the request, parsed as that of the rates page for the signed-in person and today."""
    return parse_rates_query(person(request), request.GET, today=platform_today())


def _page_address(request: HttpRequest) -> str:
    """Return the address of the rates page, with the query string of the request."""
    chosen = request.META.get("QUERY_STRING", "")
    return f"{reverse('figures:rates')}?{chosen}" if chosen else reverse("figures:rates")
