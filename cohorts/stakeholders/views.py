"""The stakeholders of a cohort: list, map, add, edit, remove."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.models import Stakeholder
from cohorts.permissions import can_plan_sessions, roles_of
from cohorts.stakeholders import actions
from cohorts.stakeholders.forms import MapDayForm, StakeholderForm
from cohorts.stakeholders.stakeholder_list import STAKEHOLDERS
from cohorts.stakeholders.stakeholder_map import LEVELS, stakeholder_map
from cohorts.visibility import readable_until
from lists.pages import list_page
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import column_values
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.own_paths import next_path


@require_safe
def stakeholders(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the list of a cohort's stakeholders; 404 for a cohort that the person cannot see."""
    listed = STAKEHOLDERS.subject(person(request), slug)
    can_add = listed.permissions["plan_sessions"] and not listed.cohort.retrospective
    context = {"cohort": listed.cohort, "can_add": can_add}
    if can_add:
        context |= {
            "add_href": reverse("cohorts:add_stakeholder", args=[slug]),
            "add_label": _("Add the first stakeholder"),
        }
    return list_page(request, STAKEHOLDERS, "cohorts/stakeholders/list.html", context, subject_key=slug, subject=listed)


@require_safe
def stakeholders_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the cohort's stakeholders by influence and interest, today or on the day `on` of the address (2026-06-01).

    Past members see the map of their last day, and of earlier ones. 404 for a cohort that the person cannot see.
    """
    user, cohort = person(request), get_cohort_or_404(request, slug)
    today = local_today(cohort)
    visible = Stakeholder.objects.visible_to(user).filter(cohort=cohort, erased_at=None).in_order()
    rows = list(visible.annotate(readable_until=readable_until(user, "cohort")))
    last_day = min([today, *(vars(row)["readable_until"] or today for row in rows[:1])])
    form = MapDayForm({"on": request.GET.get("on") or last_day}, today=last_day)
    day = form.cleaned_data["on"] if form.is_valid() else last_day
    context = {
        "cohort": cohort,
        "form": form,
        "is_today": day == today,
        "day": day,
        "has_stakeholders": bool(rows),
        "levels": LEVELS,
        "map": stakeholder_map(cohort, rows, day),
        "can_edit": can_plan_sessions(roles_of(user, cohort, today)),
    }
    return render(request, "cohorts/stakeholders/map.html", context)


@form_page
def add_stakeholder(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that adds a stakeholder to a cohort; on POST, add them and return to the list, or to the page that
    `next` names.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, cohort = person(request), get_cohort_or_404(request, slug)
    enforce(can_plan_sessions(roles_of(user, cohort, local_today(cohort))))
    form = StakeholderForm(submitted_data(request))
    back = next_path(request) or reverse("cohorts:stakeholders", args=[cohort.slug])
    if apply_form(form, actions.add_stakeholder, cohort=cohort, by=user):
        messages.success(request, _("%(name)s is on the list of stakeholders.") % {"name": form.cleaned_data["name"]})
        return redirect(back)
    return render(request, "cohorts/stakeholders/form.html", {"form": form, "cohort": cohort, "back": back})


@form_page
def edit_stakeholder(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with the fields of the stakeholder `pk`; save it on POST and return to the list.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, stakeholder = person(request), editable_stakeholder(request, pk)
    form = StakeholderForm(submitted_data(request), current=column_values(stakeholder, *StakeholderForm.Meta.fields))
    if apply_form(form, actions.edit_stakeholder, stakeholder=stakeholder, by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:stakeholders", stakeholder.cohort.slug)
    back = reverse("cohorts:stakeholders", args=[stakeholder.cohort.slug])
    context = {"form": form, "cohort": stakeholder.cohort, "stakeholder": stakeholder, "back": back}
    return render(request, "cohorts/stakeholders/form.html", context)


@form_page
def remove_stakeholder(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what happens when the stakeholder `pk` is removed from the cohort's list; on POST, remove them and return to
    it.

    A stakeholder on the list of a session is not removed; a message says so. For lab staff and the cohort's
    coordinator, residents and pilot; 403 for others.
    """
    user, stakeholder = person(request), editable_stakeholder(request, pk)
    if request.method == "POST":
        try:
            actions.remove_stakeholder(stakeholder=stakeholder, by=user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(name)s is removed from the list.") % {"name": stakeholder.name})
        return redirect("cohorts:stakeholders", stakeholder.cohort.slug)
    return _removal(stakeholder).show(request, ConfirmationForm())


def _removal(stakeholder: Stakeholder) -> FormPage:
    """Return the page that asks to confirm the removal of a stakeholder and says what will follow; it leads back to the
    list.
    """
    return FormPage(
        _("Remove %(name)s from the list") % {"name": stakeholder.name},
        _("Remove from the list"),
        reverse("cohorts:stakeholders", args=[stakeholder.cohort.slug]),
        crumb=_("Stakeholders"),
        parent=stakeholder.cohort.name,
        consequences=(
            _("The stakeholder leaves the cohort’s list; their address is erased. No history has their name."),
            _("A stakeholder who is on the list of a session cannot be removed."),
        ),
        is_destructive=True,
    )


def editable_stakeholder(request: HttpRequest, pk: int) -> Stakeholder:
    """Return the stakeholder with the id `pk`, if the signed-in person may edit the stakeholders of its cohort today.

    Raises Http404 when they may not see it, and Refused (403) unless they are lab staff, coordinator, resident or pilot
    of the cohort.
    """
    visible = Stakeholder.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition")
    stakeholder = get_object_or_404(visible, pk=pk)
    enforce(can_plan_sessions(roles_of(person(request), stakeholder.cohort, local_today(stakeholder.cohort))))
    return stakeholder
