"""The stakeholders of a cohort: list, add, edit, remove."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import person
from cohorts.actions import stakeholders as actions
from cohorts.forms.stakeholders import StakeholderForm
from cohorts.models import Cohort, Stakeholder
from cohorts.permissions import may_plan_sessions
from cohorts.views.clock import local_today
from web.decisions import enforce
from web.errors import DomainError
from web.pagination import paginate

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def stakeholders(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom the cohort works with, those with most weight first."""
    cohort = _cohort(request, slug)
    context = {
        "cohort": cohort,
        "page": paginate(cohort.stakeholders.with_meetings().in_order(), request.GET.get("page")),
        "may_keep": may_plan_sessions(person(request), cohort, local_today(cohort)),
    }
    return render(request, "cohorts/stakeholders.html", context)


@form_page
def add_stakeholder(request: HttpRequest, slug: str) -> HttpResponse:
    """Note someone the cohort works with."""
    user, cohort = person(request), _cohort(request, slug)
    enforce(may_plan_sessions(user, cohort, local_today(cohort)))
    form = StakeholderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_stakeholder(cohort=cohort, by=user, **form.cleaned_data)
        except DomainError as error:
            error.add_to(form)
        else:
            messages.success(request, _("%(name)s is on the list.") % {"name": form.cleaned_data["name"]})
            return redirect("cohorts:stakeholders", cohort.slug)
    return render(request, "cohorts/stakeholder_form.html", {"form": form, "cohort": cohort})


@form_page
def edit_stakeholder(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is noted of a stakeholder."""
    user, found = person(request), _kept(request, pk)
    initial = {name: getattr(found, name) for name in StakeholderForm.Meta.fields}
    form = StakeholderForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_stakeholder(stakeholder=found, by=user, **form.cleaned_data)
        except DomainError as error:
            error.add_to(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("cohorts:stakeholders", found.cohort.slug)
    context = {"form": form, "cohort": found.cohort, "stakeholder": found}
    return render(request, "cohorts/stakeholder_form.html", context)


@form_page
def remove_stakeholder(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a stakeholder off the list, after saying what will happen."""
    user, found = person(request), _kept(request, pk)
    if request.method == "POST":
        try:
            actions.remove_stakeholder(stakeholder=found, by=user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(name)s is off the list.") % {"name": found.name})
        return redirect("cohorts:stakeholders", found.cohort.slug)
    return render(request, "cohorts/stakeholder_remove.html", {"cohort": found.cohort, "stakeholder": found})


def _cohort(request: HttpRequest, slug: str) -> Cohort:
    cohorts = Cohort.objects.visible_to(person(request)).select_related("authority", "edition")
    return get_object_or_404(cohorts, slug=slug)


def _kept(request: HttpRequest, pk: int) -> Stakeholder:
    """A stakeholder the person may keep; 404 beyond reach, 403 with the reason where only looking is allowed."""
    visible = Stakeholder.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition")
    found = get_object_or_404(visible, pk=pk)
    enforce(may_plan_sessions(person(request), found.cohort, local_today(found.cohort)))
    return found
