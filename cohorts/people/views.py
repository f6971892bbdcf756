"""Pages about members of a cohort: the list, and the forms that add, edit and end memberships."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.access_requests.panels import count_open_requests
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404, page_about
from cohorts.invitations.actions.invitations import add_or_invite
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import Cohort, Invitation, Membership
from cohorts.people import actions
from cohorts.people.enums import MembershipRole
from cohorts.people.forms import EndMembershipForm, MemberForm, MembershipDetailsForm
from cohorts.people.leaving import no_pilot_warning
from cohorts.people.member_list import MEMBERS
from cohorts.permissions import can_lead, decisions, roles_of
from lists.pages import list_page
from web.decisions import enforce
from web.forms.pages import apply_form, form_page, form_response, submitted_data
from web.pages.pagination import PER_PAGE
from web.security.acting import forbidden_while_acting


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the list of a cohort's present and past members; lab staff, coordinator and pilot also see unanswered
    invitations.

    E-mail addresses are shown to lab staff, the authority's admin, and the active coordinator, residents, pilot and
    ambassadors. 404 for a cohort that the person cannot see.
    """
    listed = MEMBERS.subject(person(request), slug)
    row, leads = listed.cohort, listed.permissions["lead_cohort"]
    context = {
        "cohort": row,
        "permissions": listed.permissions,
        "invitations": _open_invitations(row, roles_to_give(listed.roles)) if leads else [],
        "open_requests": count_open_requests(person(request)),
    }
    if leads:
        context |= {"add_href": reverse("cohorts:add_member", args=[row.slug]), "add_label": _("Add someone")}
    return list_page(
        request, MEMBERS, "cohorts/people/members.html", context, subject_key=slug, subject=listed, can_act=bool(leads)
    )


def _open_invitations(cohort: Cohort, roles: list[MembershipRole]) -> list[dict[str, object]]:
    """Return the cohort's unanswered invitations (pending or expired), latest first, as mappings for the template.

    Each has `row`, `state` and `can_manage`: whether its role is among the `roles` that the reader may give. Only the
    first page of them.
    """
    at = timezone.now()
    rows = Invitation.objects.open().filter(cohort=cohort).select_related("invited_by").latest_first()[:PER_PAGE]
    for row in rows:
        row.cohort = cohort  # which is read already, with all that it belongs to
    return [{"row": row, "state": row.state_at(at), "can_manage": row.role in roles} for row in rows]


@forbidden_while_acting
@form_page
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that adds a person to a cohort, or invites them; on POST, do so and return to members or
    invitations.

    Lab staff add people who have an account at once. For lab staff, coordinator and pilot; 403 for others.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    today = local_today(row)
    roles = roles_of(user, row, today)
    enforce(decisions(roles)["lead_cohort"])
    form = MemberForm(submitted_data(request), initial=_initial_values(request, row, today), roles=roles_to_give(roles))
    if added := apply_form(form, add_or_invite, cohort=row, by=user, at=timezone.now()):
        return _redirect_after_adding(request, row, added)
    page = page_about(row, _("Add someone"), _("Add or invite"), cancel=_members_href(row), intro=_joining_text(user))
    return page.show(request, form)


def _joining_text(user: User) -> str:
    """Return the sentence for `user`, who adds someone: whether that person joins at once, or once they accept an
    invitation.
    """
    if user.is_lab_staff:
        return _(
            "A person with an account joins the cohort at once. Anyone else receives an invitation by"
            " e-mail, and joins once they accept it."
        )
    return _("The person receives an invitation by e-mail, and joins the cohort once they accept it.")


def _redirect_after_adding(request: HttpRequest, row: Cohort, added: Membership | Invitation) -> HttpResponse:
    """Show a message on what was `added`, a membership or an invitation, and redirect to the list of the cohort `row`
    it is on.
    """
    if isinstance(added, Membership):
        text = _("%(person)s takes part as %(role)s.")
        messages.success(request, text % {"person": added.name, "role": added.get_role_display()})
        return redirect("cohorts:members", row.slug)
    text = _("%(person)s is invited as %(role)s. The e-mail is on its way.")
    messages.success(request, text % {"person": added.full_name, "role": added.get_role_display()})
    return redirect("cohorts:invitations", row.slug)


@forbidden_while_acting
@form_page
def edit_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the form with discipline, department, mission letter and day allowance of a membership; save it on POST.

    `slug` is the cohort's, `pk` the membership's. Then the list of members follows. For lab staff, coordinator and
    pilot; 403 for others.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    member = _get_membership(row, pk)
    enforce(can_lead(roles_of(user, row, local_today(row))))
    form = MembershipDetailsForm(request.POST or None, instance=member)
    page = page_about(row, member.name, _("Save"), cancel=_members_href(row))
    return form_response(request, form, page, actions.change_membership, done=_("Saved."), membership=member, by=user)


@forbidden_while_acting
@form_page
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the form that ends a membership with its last day and a reason, and what will follow; end it on POST.

    `slug` is the cohort's, `pk` the membership's. Then the list of members follows. For lab staff, coordinator and
    pilot; 403 for others.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    today = local_today(row)
    member = _get_membership(row, pk)
    enforce(can_lead(roles_of(user, row, today)))
    form = EndMembershipForm(request.POST or None, initial={"ends_on": member.ends_on or today})
    if apply_form(form, actions.end_membership, membership=member, by=user, at=timezone.now()):
        messages.success(request, _("%(person)s leaves the cohort on that day.") % {"person": member.name})
        return redirect("cohorts:members", row.slug)
    warning = (no_pilot_warning(member),) if member.role == MembershipRole.PILOT else ()
    consequences = (
        *filter(None, warning),
        _("The seat is free from the day after."),
        _("The person is not expected at later sessions, and can still read what they could read before."),
        _("The membership stays on record; nothing is deleted."),
    )
    title = _("End the membership of %(person)s") % {"person": member.name}
    page = page_about(row, title, _("End the membership"), cancel=_members_href(row), consequences=consequences)
    return page.show(request, form)


def _get_membership(cohort: Cohort, pk: int) -> Membership:
    """Return the membership with the id `pk` in the cohort, with its person; raise Http404 when the cohort has none."""
    return get_object_or_404(cohort.memberships.select_related("user"), pk=pk)


def _members_href(cohort: Cohort) -> str:
    """Return the URL of the list of the cohort's members."""
    return reverse("cohorts:members", args=[cohort.slug])


def _initial_values(request: HttpRequest, cohort: Cohort, today: date) -> dict[str, object]:
    """Return what the form of a new member starts with: `role`, `starts_on` and `language` (that of the authority).

    The role is that of the URL, ambassador by default; the day is `today`, or the start of a cohort to come.
    """
    role = request.GET.get("role", "")
    return {
        "role": role if role in MembershipRole.values else MembershipRole.AMBASSADOR,
        "starts_on": max(today, cohort.starts_on or today),
        "language": cohort.authority.language,
    }
