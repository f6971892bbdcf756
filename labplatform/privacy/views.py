"""The two registers for the data-protection officer: consents, and records of processing activities."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.permissions import can_keep_accounts
from accounts.requests import person
from labplatform.privacy.consents import ConsentFilter, consents_export, row_context
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
    """Show lab staff the register of consents, filtered by cohort and state, 25 on a page."""
    enforce(can_keep_accounts(person(request)))
    form = ConsentFilter(request.GET or None)
    page = paginate(form.rows(platform_today()), request.GET.get("page"), per_page=PER_PAGE)
    context = {"form": form, "page": page, "lines": [row_context(row) for row in page]}
    return render(request, "privacy/consents.html", context)


@require_safe
def consents_table(request: HttpRequest, kind: str) -> HttpResponse:
    """Return the selected consents to lab staff as a file; `kind` is csv or xlsx.

    Redirects to the page of the register when a choice is invalid.
    """
    enforce(can_keep_accounts(person(request)))
    today, form = platform_today(), ConsentFilter(request.GET or None)
    if form.errors:
        return redirect(f"{reverse('consents')}?{request.GET.urlencode()}")
    table = consents_export(form.rows(today).iterator(), today)
    note("consents_exported", request=request)
    return _download(request, table, pgettext("name of a file", "consents"), kind)


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Show lab staff the records of processing activities, on a page that can be printed."""
    enforce(can_keep_accounts(person(request)))
    context = {"activities": ACTIVITIES, "measures": MEASURES, "contact": settings.DPO_CONTACT}
    return render(request, "privacy/records.html", context)


@require_safe
def records_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Return the records of processing activities to lab staff as a file; `kind` is csv or xlsx."""
    enforce(can_keep_accounts(person(request)))
    return _download(request, records_table(), pgettext("name of a file", "records"), kind)


def _download(request: HttpRequest, table: Table, stem: str, kind: str) -> HttpResponse:
    """Return the table as a file to save, whose name is `stem` with today's date; `kind` is csv or xlsx."""
    name = f"{stem}-{platform_today().isoformat()}.{kind}"
    return download_table(table, kind, name=name, language=request.LANGUAGE_CODE)
