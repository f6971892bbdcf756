"""The two registers lab staff keep for the data-protection officer: consents, and what is done with personal data."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.permissions import may_keep_accounts
from accounts.requests import person
from labplatform.privacy.consents import ConsentFilter, line_of, table_of
from labplatform.privacy.records import ACTIVITIES, MEASURES, records_table
from web.dates.clock import platform_today
from web.decisions import enforce
from web.exports.downloads import download_table
from web.exports.tables import Table
from web.pages.pagination import paginate
from web.security.log import note

PER_PAGE = 25


@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Who agreed to what, by cohort and state."""
    enforce(may_keep_accounts(person(request)))
    form = ConsentFilter(request.GET or None)
    page = paginate(form.rows(platform_today()), request.GET.get("page"), per_page=PER_PAGE)
    context = {"form": form, "page": page, "lines": [line_of(row) for row in page]}
    return render(request, "privacy/consents.html", context)


@require_safe
def consents_table(request: HttpRequest, kind: str) -> HttpResponse:
    """The same, all of what was chosen; where the choice is none, the page says so instead of an empty table."""
    enforce(may_keep_accounts(person(request)))
    today, form = platform_today(), ConsentFilter(request.GET or None)
    if form.errors:
        return redirect(f"{reverse('consents')}?{request.GET.urlencode()}")
    table = table_of(form.rows(today).iterator(), today)
    note("consents_exported", request=request)
    return _file(request, table, pgettext("name of a file", "consents"), kind)


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """What is done with personal data, to be read and printed."""
    enforce(may_keep_accounts(person(request)))
    context = {"activities": ACTIVITIES, "measures": MEASURES, "contact": settings.DPO_CONTACT}
    return render(request, "privacy/records.html", context)


@require_safe
def records_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a table."""
    enforce(may_keep_accounts(person(request)))
    return _file(request, records_table(), pgettext("name of a file", "records"), kind)


def _file(request: HttpRequest, table: Table, stem: str, kind: str) -> HttpResponse:
    name = f"{stem}-{platform_today().isoformat()}.{kind}"
    return download_table(table, kind, name=name, language=request.LANGUAGE_CODE)
