"""The stakeholders of a cohort: list, add, edit, remove."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort, Stakeholder
from cohorts.permissions import may_plan_sessions
from cohorts.stakeholders import actions
from cohorts.stakeholders.forms import StakeholderForm
from web.decisions import enforce
from web.errors import DomainError
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, sent
from web.pages.pagination import paginate


@require_safe
def stakeholders(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom the cohort works with, those with most weight first."""
    cohort = _cohort(request, slug)
    context = {
        "cohort": cohort,
        "page": paginate(
            cohort.stakeholders.visible_to(person(request)).with_meetings().in_order(), request.GET.get("page")
        ),
        "may_keep": may_plan_sessions(person(request), cohort, local_today(cohort)),
    }
    return render(request, "cohorts/stakeholders/list.html", context)


@form_page
def add_stakeholder(request: HttpRequest, slug: str) -> HttpResponse:
    """Note someone the cohort works with."""
    user, cohort = person(request), _cohort(request, slug)
    enforce(may_plan_sessions(user, cohort, local_today(cohort)))
    form = StakeholderForm(sent(request))
    if done(form, actions.add_stakeholder, cohort=cohort, by=user):
        messages.success(request, _("%(name)s is on the list.") % {"name": form.cleaned_data["name"]})
        return redirect("cohorts:stakeholders", cohort.slug)
    return render(request, "cohorts/stakeholders/form.html", {"form": form, "cohort": cohort})


@form_page
def edit_stakeholder(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is noted of a stakeholder."""
    user, found = person(request), _kept(request, pk)
    initial = {name: getattr(found, name) for name in StakeholderForm.Meta.fields}
    form = StakeholderForm(sent(request), initial=initial)
    if done(form, actions.edit_stakeholder, stakeholder=found, by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:stakeholders", found.cohort.slug)
    context = {"form": form, "cohort": found.cohort, "stakeholder": found}
    return render(request, "cohorts/stakeholders/form.html", context)


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
            messages.success(request, _("%(name)s is removed from the list.") % {"name": found.name})
        return redirect("cohorts:stakeholders", found.cohort.slug)
    return _removal(found).show(request, SureForm())


def _removal(found: Stakeholder) -> FormPage:
    return FormPage(
        _("Remove %(name)s from the list") % {"name": found.name},
        _("Remove from the list"),
        reverse("cohorts:stakeholders", args=[found.cohort.slug]),
        crumb=_("Stakeholders"),
        within=found.cohort.name,
        consequences=(
            _("The stakeholder leaves the cohort’s list. The history keeps who it was."),
            _("A stakeholder who is on the list of a session cannot be removed."),
        ),
        grave=True,
    )


def _cohort(request: HttpRequest, slug: str) -> Cohort:
    cohorts = Cohort.objects.visible_to(person(request)).select_related("authority", "edition")
    return get_object_or_404(cohorts, slug=slug)


def _kept(request: HttpRequest, pk: int) -> Stakeholder:
    """A stakeholder the person may keep; 404 beyond reach, 403 with the reason where only looking is allowed."""
    visible = Stakeholder.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition")
    found = get_object_or_404(visible, pk=pk)
    enforce(may_plan_sessions(person(request), found.cohort, local_today(found.cohort)))
    return found
