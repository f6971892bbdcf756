"""The accessibility statement, and the form with which administrators of the lab change it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import can_manage_lab
from accounts.requests import person
from labplatform.accessibility.actions import change_accessibility_statement
from labplatform.accessibility.compliance import RGAA_VERSION, SELF_ASSESSMENT
from labplatform.accessibility.forms import StatementForm
from labplatform.models import AccessibilityStatement
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting
from web.security.own_paths import referring_path


@login_not_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Show anyone, signed in or not, the accessibility statement."""
    context = {
        "report_page": _page_before(request),
        "statement": AccessibilityStatement.objects.current(),
        "rgaa_version": RGAA_VERSION,
        "self_assessment": SELF_ASSESSMENT,
        "can_read_reports": request.user.is_authenticated and person(request).is_lab_staff,
        "can_change": request.user.is_authenticated and can_manage_lab(person(request)),
    }
    return render(request, "labplatform/accessibility/statement.html", context)


def _page_before(request: HttpRequest) -> str:
    """Return the path of the page from which the person came to the statement, for the form of reports; "" if none."""
    path = referring_path(request)
    return "" if path in {reverse("home"), request.path} else path


@forbidden_while_acting
@form_page
def change_statement(request: HttpRequest) -> HttpResponse:
    """Show administrators of the lab the form of the statement; save it on POST and open it. 403 for others."""
    user = person(request)
    enforce(can_manage_lab(user))
    row = AccessibilityStatement.objects.current()
    values, is_saved = row.form_values(), bool(row.established_on)
    form = StatementForm(submitted_data(request), current=values if is_saved else None, initial=values)
    if apply_form(form, change_accessibility_statement, today=platform_today(), by=user):
        messages.success(request, _("The accessibility statement is saved."))
        return redirect("accessibility")
    title, back = _("Change the accessibility statement"), reverse("accessibility")
    return FormPage(title, _("Save"), back, crumb=_("Accessibility statement")).show(request, form)
