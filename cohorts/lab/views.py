"""The page of the lab with its people, and the forms with which its administrators manage them."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.lab.actions import set_lab_role
from accounts.lab.enums import LabRole
from accounts.models import Lab, User
from accounts.permissions import can_manage_lab
from accounts.requests import person
from cohorts.invitations.actions import invitations
from cohorts.invitations.enums import LAB_ROLES
from cohorts.lab import actions
from cohorts.lab.forms import ColleagueForm, EndLabRoleForm, HandOverForm, LabRoleForm
from cohorts.lab.permissions import can_hand_over, can_see_lab
from cohorts.lab.queries import colleagues, coordinated
from cohorts.models import Cohort, Invitation
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.pagination import PER_PAGE
from web.security.acting import forbidden_while_acting
from web.security.own_paths import next_path

MAX_COHORTS: Final = 10  # named for each person


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone of the lab on its page: their role, the first cohorts they coordinate, how many more these are, and
    whether they can be handed over.
    """

    person: User
    role: LabRole
    cohorts: list[Cohort]
    more_count: int
    can_hand_over: bool


@require_safe
def lab(request: HttpRequest) -> HttpResponse:
    """Show everyone of the lab its people, with role and cohorts, and the invitations that nobody has answered.

    403 for people outside the lab. Five statements.
    """
    user = person(request)
    enforce(can_see_lab(user))
    people, can_manage = list(colleagues()), can_manage_lab(user)
    memberships = coordinated(people, platform_today())
    rows = [
        Colleague(
            each,
            LabRole(each.lab_role),
            [row.cohort for row in memberships.get(each.pk, [])[:MAX_COHORTS]],
            max(len(memberships.get(each.pk, ())) - MAX_COHORTS, 0),
            bool(can_hand_over(user, each)) and each.pk in memberships,
        )
        for each in people
    ]
    context = {
        "lab": Lab.objects.current(),
        "colleagues": rows,
        "can_manage": can_manage,
        "lines": _open_invitations(can_manage=bool(can_manage)),
    }
    return render(request, "cohorts/lab/lab.html", context)


def _open_invitations(*, can_manage: bool) -> list[dict[str, object]]:
    """Return the unanswered invitations to the lab, latest first, as mappings for the template (first page only)."""
    at = timezone.now()
    rows = Invitation.objects.open().filter(role__in=LAB_ROLES).with_targets().latest_first()[:PER_PAGE]
    return [{"row": row, "state": row.state_at(at), "can_manage": can_manage} for row in rows]


@forbidden_while_acting
@form_page
def invite_colleague(request: HttpRequest) -> HttpResponse:
    """Show administrators of the lab the form that invites a colleague by e-mail; on POST, send it and open `next`, or
    the page of the lab. 403 for others.
    """
    user = person(request)
    enforce(can_manage_lab(user))
    lab = Lab.objects.current()
    form = ColleagueForm(submitted_data(request), initial={"language": lab.language if lab else get_language()})
    if row := apply_form(form, invitations.invite_colleague, at=timezone.now(), by=user):
        text = _("%(person)s is invited as %(role)s. The e-mail is on its way.")
        messages.success(request, text % {"person": row.full_name, "role": row.get_role_display()})
        return redirect(next_path(request) or "cohorts:lab")
    return _page(_("Invite a colleague"), _("Send the invitation")).show(request, form)


@forbidden_while_acting
@form_page
def change_lab_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Show administrators the form that changes the role of the colleague `pk`; change it on POST. 403 for others."""
    user = person(request)
    enforce(can_manage_lab(user))
    colleague = get_object_or_404(colleagues(), pk=pk)
    form = LabRoleForm(submitted_data(request), initial={"role": colleague.lab_role})
    if row := apply_form(form, set_lab_role, user=colleague, by=user):
        text = _("%(person)s is now %(role)s of the lab.")
        messages.success(request, text % {"person": row, "role": LabRole(row.lab_role).label})
        return redirect("cohorts:lab")
    return _page(_("Change the role of %(person)s") % {"person": colleague}, _("Change the role")).show(request, form)


@forbidden_while_acting
@form_page
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that hands over the cohorts the colleague `pk` coordinates; hand them over on POST.

    For that colleague and administrators of the lab; 403 for others.
    """
    user = person(request)
    enforce(can_see_lab(user))
    colleague = get_object_or_404(colleagues(), pk=pk)
    enforce(can_hand_over(user, colleague))
    form = HandOverForm(submitted_data(request), colleague=colleague)
    if rows := apply_form(form, actions.hand_over_coordination, colleague=colleague, at=timezone.now(), by=user):
        text = ngettext("%(n)d cohort is handed over.", "%(n)d cohorts are handed over.", len(rows)) % {"n": len(rows)}
        messages.success(request, text)
        return redirect("cohorts:lab")
    cohorts = _cohorts_of(colleague)
    page = _page(
        _("Hand over what %(person)s coordinates") % {"person": colleague},
        _("Hand over"),
        consequences=(*cohorts, _("The colleague you choose is the coordinator from tomorrow on.")),
        unavailable_reason="" if cohorts else _("%(person)s coordinates no cohort.") % {"person": colleague},
    )
    return page.show(request, form)


@forbidden_while_acting
@form_page
def end_lab_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Show administrators the form that ends the role of the colleague `pk` in the lab; end it on POST. 403 for
    others.
    """
    user = person(request)
    enforce(can_manage_lab(user))
    colleague = get_object_or_404(colleagues(), pk=pk)
    cohorts = _cohorts_of(colleague)
    form = EndLabRoleForm(submitted_data(request), colleague=colleague, coordinates=bool(cohorts))
    if apply_form(form, actions.end_lab_role, colleague=colleague, at=timezone.now(), by=user):
        messages.success(request, _("%(person)s has left the lab.") % {"person": colleague})
        return redirect("cohorts:lab" if colleague.pk != user.pk else "home")
    page = _page(
        _("%(person)s leaves the lab") % {"person": colleague},
        _("End the role in the lab"),
        consequences=(
            *cohorts,
            _("%(person)s no longer sees what the lab sees, from now on.") % {"person": colleague},
            _("The account stays open. What this person did stays on record."),
        ),
        is_destructive=True,
    )
    return page.show(request, form)


def _cohorts_of(colleague: User) -> tuple[str, ...]:
    """Return a sentence for each cohort that the colleague coordinates."""
    rows = coordinated([colleague], platform_today()).get(colleague.pk, [])
    values = [{"person": colleague, "cohort": row.cohort} for row in rows]
    return tuple(_("%(person)s coordinates %(cohort)s.") % each for each in values)


def _page(
    title: str,
    action: str,
    *,
    consequences: tuple[str, ...] = (),
    is_destructive: bool = False,
    unavailable_reason: str = "",
) -> FormPage:
    """Return a form page about the lab's people; Cancel leads to the page of the lab."""
    return FormPage(
        title,
        action,
        reverse("cohorts:lab"),
        crumb=_("The lab"),
        consequences=consequences,
        is_destructive=is_destructive,
        unavailable_reason=unavailable_reason,
    )
