"""The public form that reports a problem with accessibility, and the pages on which lab staff answer the reports."""

from typing import Final
from urllib.parse import quote, urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import can_change_as_lab
from accounts.requests import person
from labplatform.accessibility.reports import actions
from labplatform.accessibility.reports.forms import PAGE_LENGTH, AnswerForm, ProblemForm
from labplatform.models import AccessibilityReport
from web.decisions import ALLOW, Decision, deny, enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers
from web.security.own_paths import own_path
from web.security.rate_limits import count_in_period, network_of

LIMIT: Final = "accessibility-report"
MAX_OF_ONE_CONNECTION, AN_HOUR = 5, 3600  # reports in the period, in seconds


@open_to_lab_readers
@forbidden_while_acting
@login_not_required
@form_page
def report_accessibility_problem(request: HttpRequest) -> HttpResponse:
    """Show anyone, signed in or not, the form that reports a problem with accessibility; save it on POST.

    The form names the page from which the person came. At most 5 reports an hour come from one connection; nobody else
    closes the form.
    """
    user = person(request) if request.user.is_authenticated else None
    initial = {"reply_to": user.email if user else "", "page": own_path(request.GET.get("page", ""))[:PAGE_LENGTH]}
    form = ProblemForm(submitted_data(request), initial=initial)
    if form.is_bound and form.is_valid() and not _count_report(request):
        form.add_error(None, _("Too many reports were sent in the last hour. Write to the address on the statement."))
    statement = reverse("accessibility")
    page = FormPage(
        _("Report a problem with accessibility"),
        _("Send the report"),
        statement,
        crumb=_("Accessibility statement"),
        intro=_("You need no account. The lab reads the report and helps you get what the page contains."),
    )
    return form_response(
        request,
        form,
        page,
        actions.report_accessibility_problem,
        done=_("Thank you. The lab has received your report."),
        at=timezone.now(),
        by=user,
    )


def _count_report(request: HttpRequest) -> bool:
    """Count a report of the connection of the request; return False when there were too many in the last hour."""
    client = network_of(get_adapter(request).get_client_ip(request) or "")
    at = timezone.now().timestamp()
    return count_in_period(LIMIT, client, seconds=AN_HOUR, at=at) <= MAX_OF_ONE_CONNECTION


def _only_staff() -> str:
    """Return the sentence for people who may not read the reports."""
    return _("Only lab staff can read and answer reports about accessibility.")


def _can_read(request: HttpRequest) -> Decision:
    """Return whether the person of the request may read the reports: lab staff only; a refusal carries the reason."""
    return ALLOW if person(request).is_lab_staff else deny(_only_staff())


def _can_answer(request: HttpRequest) -> Decision:
    """Return whether the person of the request may mark reports as answered: lab staff, but not its readers."""
    return can_change_as_lab(person(request), _only_staff())


@require_safe
def accessibility_reports(request: HttpRequest) -> HttpResponse:
    """Show lab staff the list of reports, those without an answer first. Raises Refused for others."""
    enforce(_can_read(request))
    rows = AccessibilityReport.objects.visible_to(person(request)).unanswered_first()
    context = {"page": paginate(rows, request.GET.get("page"))}
    return render(request, "labplatform/accessibility/reports.html", context)


@require_safe
def accessibility_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the report `pk` in full. 404 for others."""
    report = _get_report(request, pk)
    context = {
        "report": report,
        "can_answer": _can_answer(request) and not report.answered_at,
        "page_href": own_path(report.page),
        "mail_href": _mail_href(report),
    }
    return render(request, "labplatform/accessibility/report.html", context)


def _mail_href(report: AccessibilityReport) -> str:
    """Return the address that opens a mail program with an answer that quotes the report; "" if none is wanted."""
    if not report.reply_to:
        return ""
    quoted = "\r\n".join(f"> {line}" for line in report.description.splitlines())
    subject = _("Your report about accessibility: %(page)s") % {"page": report.page}
    return f"mailto:{quote(report.reply_to)}?{urlencode({'subject': subject, 'body': quoted}, quote_via=quote)}"


@form_page
def answer_accessibility_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff what they answered to the report `pk`; mark it as answered on POST. 404 for others."""
    report = _get_report(request, pk)
    enforce(_can_answer(request))
    page = FormPage(
        _("Mark the report as answered"),
        _("Mark as answered"),
        reverse("accessibility_report", args=[report.pk]),
        crumb=report.page,
        consequences=(_("The platform writes nothing to the person: send them your answer first."),),
        unavailable_reason=_("This report is already answered.") if report.answered_at else "",
    )
    return form_response(
        request,
        AnswerForm(submitted_data(request)),
        page,
        actions.answer_accessibility_report,
        done=_("The report is marked as answered."),
        report=report,
        at=timezone.now(),
        by=person(request),
    )


def _get_report(request: HttpRequest, pk: int) -> AccessibilityReport:
    """Return the report with the key `pk`; raise Http404 if there is none, or if the person is not lab staff."""
    rows = AccessibilityReport.objects.visible_to(person(request)).select_related("answered_by")
    return get_object_or_404(rows, pk=pk)
