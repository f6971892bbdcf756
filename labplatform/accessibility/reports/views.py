"""The public form that reports a problem with accessibility, and the pages on which lab staff answer the reports."""

from typing import Final

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import can_change_as_lab
from accounts.requests import person
from labplatform.accessibility.reports import actions
from labplatform.accessibility.reports.forms import ProblemForm
from labplatform.models import AccessibilityReport
from web.decisions import ALLOW, Decision, deny, enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers
from web.security.rate_limits import count_try, tried_too_often

EVERYONE: Final = "everyone"
MAX_OF_ONE_ADDRESS, MAX_OF_EVERYONE, AN_HOUR = 5, 100, 3600  # reports in the period, in seconds


@open_to_lab_readers
@forbidden_while_acting
@login_not_required
@form_page
def report_accessibility_problem(request: HttpRequest) -> HttpResponse:
    """Show anyone, signed in or not, the form that reports a problem with accessibility; save it on POST.

    At most 5 reports an hour come from one IP address, and 100 from all: then the form refers to the lab's address.
    """
    user = person(request) if request.user.is_authenticated else None
    form = ProblemForm(submitted_data(request), initial={"reply_to": user.email if user else ""})
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
    """Count a report, for the IP address of the request and for everyone; return False when there were too many in the
    last hour, which counts none.
    """
    client, what = get_adapter(request).get_client_ip(request) or "", "accessibility-report"
    if tried_too_often(what, client, limit=MAX_OF_ONE_ADDRESS) or tried_too_often(
        what, EVERYONE, limit=MAX_OF_EVERYONE
    ):
        return False
    for who in (client, EVERYONE):
        count_try(what, who, seconds=AN_HOUR)
    return True


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
    context = {"report": report, "can_answer": _can_answer(request) and not report.answered_at}
    return render(request, "labplatform/accessibility/report.html", context)


@form_page
def answer_accessibility_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that the report `pk` is answered; mark it on POST. 404 for others."""
    report = _get_report(request, pk)
    enforce(_can_answer(request))
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.answer_accessibility_report, report=report, at=timezone.now(), by=person(request)):
        messages.success(request, _("The report is marked as answered."))
        return redirect("accessibility_reports")
    page = FormPage(
        _("Mark the report as answered"),
        _("Mark as answered"),
        reverse("accessibility_report", args=[report.pk]),
        crumb=report.page,
        consequences=(_("The platform writes nothing to the person: send them your answer first."),),
        unavailable_reason=_("This report is already answered.") if report.answered_at else "",
    )
    return page.show(request, form)


def _get_report(request: HttpRequest, pk: int) -> AccessibilityReport:
    """Return the report with the key `pk`; raise Http404 if there is none, or if the person is not lab staff."""
    return get_object_or_404(AccessibilityReport.objects.visible_to(person(request)), pk=pk)
