"""The two registers for the data-protection officer: consents, and records of processing activities."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.permissions import can_read_registers
from accounts.requests import person
from labplatform.privacy.consents import ConsentFilter, consents_export, row_context
from labplatform.privacy.records import ACTIVITIES, MEASURES, records_table
from web.dates.clock import platform_today
from web.decisions import enforce
from web.exports.downloads import download_table
from web.exports.tables import Table
from web.pages.pagination import paginate
from web.security.log import log_security_event

PER_PAGE = 25


@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Show the register of consents to lab staff, 25 on a page; 403 for others.

    The query string filters it by cohort and state.
    """
    enforce(can_read_registers(person(request)))
    form = ConsentFilter(request.GET or None)
    page = paginate(form.rows(platform_today()), request.GET.get("page"), per_page=PER_PAGE)
    context = {"form": form, "page": page, "lines": [row_context(row) for row in page]}
    return render(request, "labplatform/privacy/consents.html", context)


@require_safe
def consents_table(request: HttpRequest, kind: str) -> HttpResponse:
    """Download the consents that the query string selects, for lab staff; 403 for others.

    `kind` is the file type, “csv” or “xlsx”. An invalid choice redirects to the page of the register. The security log
    notes it.
    """
    enforce(can_read_registers(person(request)))
    today, form = platform_today(), ConsentFilter(request.GET or None)
    if form.errors:
        return redirect(f"{reverse('consents')}?{request.GET.urlencode()}")
    table = consents_export(form.rows(today).iterator(), today)
    log_security_event("consents_exported", request=request)
    return _download(request, table, pgettext("name of a file", "consents"), kind)


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Show the records of processing activities to lab staff, on a page to print; 403 for others."""
    enforce(can_read_registers(person(request)))
    context = {"activities": ACTIVITIES, "measures": MEASURES, "contact": settings.DPO_CONTACT}
    return render(request, "labplatform/privacy/records.html", context)


@require_safe
def records_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Download the records of processing activities, for lab staff; 403 for others.

    `kind` is the file type, “csv” or “xlsx”.
    """
    enforce(can_read_registers(person(request)))
    return _download(request, records_table(), pgettext("name of a file", "records"), kind)


def _download(request: HttpRequest, table: Table, stem: str, kind: str) -> HttpResponse:
    """Return the response that saves the table as a file named `stem` with today's date; `kind` is “csv” or “xlsx”."""
    name = f"{stem}-{platform_today().isoformat()}.{kind}"
    return download_table(table, kind, name=name, language=request.LANGUAGE_CODE)
