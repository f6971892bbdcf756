"""Pages about the people of a cohort: who they are, who comes, who leaves."""

from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import may_act_as
from accounts.requests import person
from cohorts.access_requests.panels import open_requests
from cohorts.clock import local_today
from cohorts.cohort.pages import find_cohort, page_about
from cohorts.invitations.actions.invitations import bring_in
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import Cohort, Invitation, Membership
from cohorts.people import actions
from cohorts.people.enums import Role
from cohorts.people.forms import DetailsForm, EndForm, MemberForm
from cohorts.people.leaving import left_without_pilot
from cohorts.permissions import decisions, may_lead, standing
from web.decisions import enforce
from web.forms.pages import done, form_page, sent
from web.pages.pagination import PER_PAGE, paginate
from web.security.acting import forbidden_while_acting


class RowAct(NamedTuple):
    """Something to do with a row, and where."""

    label: str
    href: str


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone who is or was in the cohort; addresses only for those who may see them."""
    row = find_cohort(request, slug)
    today = local_today(row)
    letters = standing(person(request), row, today)
    may = decisions(letters)
    rows = row.memberships.visible_to(person(request)).by_standing(today).select_related("user")
    page = paginate(rows, request.GET.get("page"))
    for member in page if may["lead_cohort"] else ():
        member.acts = _acts(person(request), row, member, today)  # type: ignore[attr-defined] # for the template
    context = {
        "cohort": row,
        "page": page,
        "may": may,
        "today": today,
        "invited": _invited(row, roles_to_give(letters)) if may["lead_cohort"] else [],
        "open_requests": open_requests(person(request)),
    }
    return render(request, "cohorts/people/members.html", context)


def _invited(cohort: Cohort, roles: list[Role]) -> list[dict[str, object]]:
    """Return the invitations without an answer; those to one of the `roles` can be sent again and withdrawn."""
    at = timezone.now()
    rows = Invitation.objects.open().filter(cohort=cohort).with_places().latest_first()[:PER_PAGE]
    return [{"row": row, "state": row.state_at(at), "may": row.role in roles} for row in rows]


def _acts(user: User, cohort: Cohort, member: Membership, today: date) -> list[RowAct]:
    """What whoever leads the cohort may do with a membership."""
    acts = [RowAct(_("Edit"), reverse("cohorts:edit_membership", args=[cohort.slug, member.pk]))]
    if not member.ends_on or member.starts_on > today:
        end = pgettext("a membership", "End membership")
        acts.append(RowAct(end, reverse("cohorts:end_membership", args=[cohort.slug, member.pk])))
    if may_act_as(user, member.user):
        acts.append(RowAct(_("Act for this person"), reverse("act_as", args=[member.user_id])))
    return acts


@forbidden_while_acting
@form_page
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Someone new, with an account already or not."""
    user, row = person(request), find_cohort(request, slug)
    today = local_today(row)
    letters = standing(user, row, today)
    enforce(decisions(letters)["lead_cohort"])
    form = MemberForm(sent(request), initial=_suggested(request, row, today), roles=roles_to_give(letters))
    if found := done(form, bring_in, cohort=row, by=user, at=timezone.now()):
        return _brought_in(request, row, found)
    page = page_about(row, _("Add someone"), _("Add or invite"), cancel=_members_page(row), intro=_how_they_come(user))
    return page.show(request, form)


def _how_they_come(user: User) -> str:
    """At once or by a letter."""
    if user.is_lab_staff:
        return _(
            "A person with an account joins the cohort at once. Anyone else receives an invitation by"
            " e-mail, and joins once they accept it."
        )
    return _("The person receives an invitation by e-mail, and joins the cohort once they accept it.")


def _brought_in(request: HttpRequest, row: Cohort, found: Membership | Invitation) -> HttpResponse:
    """What became of it: a member, or an invitation on its way."""
    if isinstance(found, Membership):
        said = _("%(person)s takes part as %(role)s.")
        messages.success(request, said % {"person": found.name, "role": found.get_role_display()})
        return redirect("cohorts:members", row.slug)
    said = _("%(person)s is invited as %(role)s. The e-mail is on its way.")
    messages.success(request, said % {"person": found.full_name, "role": found.get_role_display()})
    return redirect("cohorts:invitations", row.slug)


@forbidden_while_acting
@form_page
def edit_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Discipline, department, mission letter and day allowance."""
    user, row = person(request), find_cohort(request, slug)
    member = _membership(row, pk)
    enforce(may_lead(user, row, local_today(row)))
    form = DetailsForm(request.POST or None, instance=member)
    if done(form, actions.change_membership, membership=member, by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:members", row.slug)
    return page_about(row, member.name, _("Save"), cancel=_members_page(row)).show(request, form)


@forbidden_while_acting
@form_page
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Someone leaves: the last day, and why."""
    user, row = person(request), find_cohort(request, slug)
    today = local_today(row)
    member = _membership(row, pk)
    enforce(may_lead(user, row, today))
    form = EndForm(request.POST or None, initial={"ends_on": member.ends_on or today})
    if done(form, actions.end_membership, membership=member, by=user, at=timezone.now()):
        messages.success(request, _("%(person)s leaves the cohort on that day.") % {"person": member.name})
        return redirect("cohorts:members", row.slug)
    alone = (left_without_pilot(member),) if member.role == Role.PILOT else ()
    consequences = (
        *filter(None, alone),
        _("The seat is free from the day after."),
        _("The person is not expected at later sessions, and can still read what they could read before."),
        _("The membership stays on record; nothing is deleted."),
    )
    title = _("End the membership of %(person)s") % {"person": member.name}
    page = page_about(
        row, title, _("End the membership"), cancel=_members_page(row), consequences=consequences, grave=True
    )
    return page.show(request, form)


def _membership(cohort: Cohort, pk: int) -> Membership:
    """Return the cohort's membership of that key; raises Http404 for one of another cohort."""
    return get_object_or_404(cohort.memberships.select_related("user"), pk=pk)


def _members_page(cohort: Cohort) -> str:
    return reverse("cohorts:members", args=[cohort.slug])


def _suggested(request: HttpRequest, cohort: Cohort, today: date) -> dict[str, object]:
    """From today, or from the start of a cohort to come; the role a link asked for."""
    asked = request.GET.get("role", "")
    return {
        "role": asked if asked in Role.values else Role.AMBASSADOR,
        "starts_on": max(today, cohort.starts_on or today),
        "language": cohort.authority.language,
    }
