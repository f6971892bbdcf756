"""Pages about the people of a cohort: who they are, who comes, who leaves."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.actions import members as actions
from cohorts.enums import Role
from cohorts.forms.members import DetailsForm, EndForm, MemberForm
from cohorts.models import Cohort
from cohorts.permissions import decisions, may_lead, standing
from cohorts.views.answers import find_cohort, find_membership, page_about
from cohorts.views.clock import local_today
from web.decisions import enforce
from web.form_pages import done, form_page
from web.pagination import paginate


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone who is or was in the cohort; addresses only for those who may see them."""
    row = find_cohort(request, slug)
    today = local_today(row)
    may = decisions(standing(person(request), row, today))
    page = paginate(row.memberships.by_standing(today).select_related("user"), request.GET.get("page"))
    return render(request, "cohorts/members.html", {"cohort": row, "page": page, "may": may, "today": today})


@form_page
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Someone new, with an account already or not."""
    user, row = person(request), find_cohort(request, slug)
    today = local_today(row)
    enforce(may_lead(user, row, today))
    form = MemberForm(request.POST or None, initial=_suggested(request, row, today))
    if member := done(form, actions.add_member, cohort=row, by=user, at=timezone.now()):
        said = _("%(person)s takes part as %(role)s.")
        messages.success(request, said % {"person": member.name, "role": member.get_role_display()})
        return redirect("cohorts:members", row.slug)
    page = page_about(row, _("Add someone"), _("Add to the cohort"), cancel=_members_page(row))
    return page.show(request, form)


@form_page
def edit_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Discipline, department, mission letter and day allowance."""
    user, row = person(request), find_cohort(request, slug)
    member = find_membership(row, pk)
    enforce(may_lead(user, row, local_today(row)))
    form = DetailsForm(request.POST or None, instance=member)
    if done(form, actions.change_membership, membership=member, by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:members", row.slug)
    return page_about(row, member.name, _("Save"), cancel=_members_page(row)).show(request, form)


@form_page
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Someone leaves: the last day, and why."""
    user, row = person(request), find_cohort(request, slug)
    today = local_today(row)
    member = find_membership(row, pk)
    enforce(may_lead(user, row, today))
    form = EndForm(request.POST or None, initial={"ends_on": member.ends_on or today})
    if done(form, actions.end_membership, membership=member, by=user, at=timezone.now()):
        messages.success(request, _("%(person)s leaves the cohort on that day.") % {"person": member.name})
        return redirect("cohorts:members", row.slug)
    consequences = (
        _("The seat is free from the day after."),
        _("The person is not expected at later sessions, and keeps reading what they could read."),
        _("The membership stays on record; nothing is deleted."),
    )
    title = _("End the membership of %(person)s") % {"person": member.name}
    page = page_about(
        row, title, _("End the membership"), cancel=_members_page(row), consequences=consequences, grave=True
    )
    return page.show(request, form)


def _members_page(cohort: Cohort) -> str:
    return reverse("cohorts:members", args=[cohort.slug])


def _suggested(request: HttpRequest, cohort: Cohort, today: date) -> dict[str, object]:
    """From today, or from the start of a cohort to come; the role a link asked for."""
    asked = request.GET.get("role", "")
    return {
        "role": asked if asked in Role.values else Role.AMBASSADOR,
        "starts_on": max(today, cohort.starts_on or today),
        "language": (get_language() or "fr")[:2],
    }
