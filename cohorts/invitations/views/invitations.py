"""Pages for people who invite: the list of invitations, sending again, withdrawing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from cohorts.access_requests.panels import count_open_requests
from cohorts.clock import local_today
from cohorts.cohort.enums import CohortState
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.invitations.actions import invitations as actions
from cohorts.invitations.actions import revocation
from cohorts.invitations.forms import RevokeInvitationForm
from cohorts.invitations.invitation_list import INVITATIONS
from cohorts.invitations.permissions import can_resend_or_revoke, roles_to_give
from cohorts.models import Cohort, Invitation
from cohorts.people.enums import MembershipRole
from cohorts.permissions import decisions, roles_of
from lists.pages import list_page
from web.dates.clock import platform_today, today_everywhere
from web.decisions import Decision, enforce
from web.errors import DomainError
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting


def _cohort_and_roles(request: HttpRequest, slug: str) -> tuple[Cohort, list[MembershipRole]]:
    """Return the cohort with this slug, and the roles under which the signed-in person may invite people to it.

    Raises Http404 if they may not see the cohort, and Refused (403) unless they are lab staff, its coordinator or its
    pilot.
    """
    row = get_cohort_or_404(request, slug)
    roles = roles_of(person(request), row, local_today(row))
    enforce(decisions(roles)["lead_cohort"])
    return row, roles_to_give(roles)


def _get_invitation(request: HttpRequest, pk: int) -> Invitation:
    """Return the invitation with the id `pk`; raise Http404 unless the signed-in person is lab staff or leads its
    cohort.

    Its coordinator and pilot lead a cohort.
    """
    rows = Invitation.objects.visible_to(person(request), today_everywhere())
    return get_object_or_404(rows.with_targets(), pk=pk)


def _get_manageable(request: HttpRequest, pk: int) -> Invitation:
    """Return the invitation with the id `pk`, which the signed-in person may send again or withdraw.

    Raises Http404 unless they are lab staff, coordinator or pilot of its cohort, and Refused (403) if they may not
    invite to its role.
    """
    row = _get_invitation(request, pk)
    enforce(_can_manage(request, row))
    return row


def _can_manage(request: HttpRequest, row: Invitation) -> Decision:
    """Return whether the signed-in person may today send the invitation again or withdraw it: they may invite to its
    role.
    """
    return can_resend_or_revoke(person(request), row, local_today(row.cohort) if row.cohort else platform_today())


def _list_url(row: Invitation) -> str:
    """Return the URL of the page that lists the invitation: the invitations of its cohort, or the page of the authority
    or of the lab.
    """
    return reverse("cohorts:invitations", args=[row.cohort.slug]) if row.cohort else row.target_href


@require_safe
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff, coordinator and pilot the list of the invitations to a cohort; they can select several.

    403 for others, 404 for a cohort that they cannot see.
    """
    subject = INVITATIONS.subject(person(request), slug)
    can_invite = subject.permissions["lead_cohort"] and subject.cohort.state != CohortState.WITHDRAWN
    context = {
        "cohort": subject.cohort,
        "can_invite": can_invite,
        "open_requests": count_open_requests(person(request)),
    }
    if can_invite:
        context |= {"add_href": reverse("cohorts:add_member", args=[slug]), "add_label": _("Invite someone")}
    return list_page(
        request,
        INVITATIONS,
        "cohorts/invitations/list.html",
        context,
        subject_key=slug,
        subject=subject,
        can_act=True,
    )


@require_safe
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page of the invitation `pk` to lab staff and to the coordinator and pilot of its cohort; 404 for others.

    The list of e-mails links to it.
    """
    row = _get_invitation(request, pk)
    context = {"invitation": row, "state": row.state_at(timezone.now()), "list_href": _list_url(row)}
    context["can_manage"] = _can_manage(request, row)
    return render(request, "cohorts/invitations/page.html", context)


@forbidden_while_acting
@require_POST
def resend_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation `pk` again with a new link (POST only); then return to the list it is on.

    A refusal of the action is shown as a message. Only for people who may invite to its role: 404 or 403 for others.
    """
    row = _get_manageable(request, pk)
    try:
        actions.resend_invitation(invitation=row, at=timezone.now(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation is sent again. The link in the previous e-mail no longer works."))
    return redirect(_list_url(row))


@forbidden_while_acting
@form_page
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that withdraws the invitation `pk` with a reason; withdraw it on POST and return to the list it is
    on.

    Only for people who may invite to its role: 404 or 403 for others.
    """
    row = _get_manageable(request, pk)
    form = RevokeInvitationForm(submitted_data(request))
    if apply_form(form, revocation.revoke_invitation, invitation=row, at=timezone.now(), by=person(request)):
        messages.success(request, pgettext("invitation", "The invitation is withdrawn."))
        return redirect(_list_url(row))
    consequences = (
        _("The link in the e-mail no longer works."),
        _("No more e-mails about the invitation are sent."),
        _("The person can be invited again at any time."),
    )
    title = _("Withdraw the invitation of %(person)s") % {"person": row.full_name or row.email}
    page = FormPage(title, _("Withdraw"), _list_url(row), crumb=row.target, consequences=consequences)
    return page.show(request, form)
