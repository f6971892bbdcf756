"""Pages of whoever invites: the list, a pasted one with its preview and its progress, sending again, taking back."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from cohorts.access_requests.panels import open_requests
from cohorts.clock import local_today
from cohorts.cohort.enums import CohortState
from cohorts.cohort.pages import find_cohort
from cohorts.invitations.actions import invitations as actions
from cohorts.invitations.actions import lists, revocation
from cohorts.invitations.filters import InvitationFilter
from cohorts.invitations.forms import PastedForm, RevokeForm
from cohorts.invitations.list_parser import Line, Refusal, read, role_names
from cohorts.invitations.permissions import may_settle, roles_given_by, roles_to_give
from cohorts.models import Cohort, Invitation, InvitationList
from cohorts.people.enums import Role
from cohorts.permissions import decisions, standing
from web.dates.clock import platform_today, today_everywhere
from web.decisions import Decision, enforce
from web.errors import DomainError
from web.forms.pages import FormPage, done, form_page, refusals_into, sent
from web.pages import htmx
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting


def _led(request: HttpRequest, slug: str) -> tuple[Cohort, list[Role]]:
    """A cohort the person may bring people into, and under which roles; raises Refused with the reason."""
    row = find_cohort(request, slug)
    letters = standing(person(request), row, local_today(row))
    enforce(decisions(letters)["lead_cohort"])
    return row, roles_to_give(letters)


def _found(request: HttpRequest, pk: int) -> Invitation:
    """Raises Http404 for an invitation of a cohort the person does not lead."""
    rows = Invitation.objects.visible_to(person(request), today_everywhere())
    return get_object_or_404(rows.with_places(), pk=pk)


def _to_settle(request: HttpRequest, pk: int) -> Invitation:
    """One the person may send again or take back; raises Refused where it is to a role they could not give."""
    row = _found(request, pk)
    enforce(_may_settle(request, row))
    return row


def _may_settle(request: HttpRequest, row: Invitation) -> Decision:
    return may_settle(person(request), row, local_today(row.cohort) if row.cohort else platform_today())


def _place(row: Invitation) -> str:
    """The page that lists it."""
    if row.cohort:
        return reverse("cohorts:invitations", args=[row.cohort.slug])
    return row.home.get_absolute_url()


@require_safe
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone who was invited, what became of it, and what to do about it."""
    (row, given), now = _led(request, slug), timezone.now()
    rows = Invitation.objects.filter(cohort=row).with_places().latest_first()
    found = InvitationFilter(request.GET, queryset=rows)
    page = paginate(found.qs, request.GET.get("page"))
    context = {
        "cohort": row,
        "filter": found,
        "page": page,
        "lines": [{"row": line, "state": line.state_at(now), "may": line.role in given} for line in page],
        "lists": row.invitation_lists.to_look_at(),
        "open": row.state != CohortState.WITHDRAWN,
        "open_requests": open_requests(person(request)),
    }
    return htmx.render(request, "cohorts/invitations/list.html", "results", context)


@require_safe
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, where the ledger of letters leads."""
    row = _found(request, pk)
    context = {"invitation": row, "state": row.state_at(timezone.now()), "place": _place(row)}
    context["may"] = _may_settle(request, row)
    return render(request, "cohorts/invitations/page.html", context)


@forbidden_while_acting
@form_page
def invite_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A pasted list: first what would be sent and what cannot be and why; nothing leaves before that was seen."""
    row, roles = _led(request, slug)
    begin = {"role": Role.AMBASSADOR, "language": row.authority.language}
    form = PastedForm(sent(request), roles=roles, initial=begin)
    context = {"cohort": row, "form": form}
    if form.is_bound and form.is_valid():
        good, bad = _looked_up(form, row, roles)
        if "send" in request.POST and (made := _sent(request, form, row, good)):
            return redirect(made)
        context |= {"good": _named(good, form.cleaned_data["language"]), "bad": bad, "seen": True}
    return htmx.render(request, "cohorts/invitations/paste_list.html", "whole", context)


def _looked_up(form: PastedForm, row: Cohort, roles: list[Role]) -> tuple[list[Line], list[Refusal]]:
    """The lines that can be sent, and those that cannot, in the order of the list."""
    lines, unread = read(form.cleaned_data["people"], role=form.cleaned_data["role"], names=role_names())
    good, bad = lists.looked_up(lines, row, roles, timezone.now())
    return good, sorted([*unread, *bad], key=lambda line: line.number)


def _sent(request: HttpRequest, form: PastedForm, row: Cohort, lines: list[Line]) -> InvitationList | None:
    """The list on its way; None where it was refused, which the form then says."""
    language = form.cleaned_data["language"]
    with refusals_into(form):
        return lists.send_list(
            cohort=row, lines=lines, language=language, roles_of=roles_given_by, at=timezone.now(), by=person(request)
        )
    return None


def _named(lines: list[Line], language: str) -> list[dict[str, object]]:
    """Return the lines with the names of role and language; `language` is that of lines that name none."""
    names = dict(settings.LANGUAGES)
    return [
        {"line": line, "role": Role(line.role).label, "language": names[line.language or language]} for line in lines
    ]


@require_safe
def invitation_list(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How far a list is: asked again and again while it is under way, by htmx or by hand."""
    row, _roles = _led(request, slug)
    found = get_object_or_404(row.invitation_lists, pk=pk)
    return htmx.render(request, "cohorts/invitations/list_progress.html", "progress", {"cohort": row, "list": found})


@forbidden_while_acting
@require_POST
def resend_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """With a new link and the whole time again."""
    row = _to_settle(request, pk)
    try:
        actions.resend_invitation(invitation=row, at=timezone.now(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation is sent again. The link in the previous e-mail no longer works."))
    return redirect(_place(row))


@forbidden_while_acting
@form_page
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Taken back, with the reason."""
    row = _to_settle(request, pk)
    form = RevokeForm(sent(request))
    if done(form, revocation.revoke_invitation, invitation=row, at=timezone.now(), by=person(request)):
        messages.success(request, pgettext("invitation", "The invitation is withdrawn."))
        return redirect(_place(row))
    consequences = (
        _("The link in the e-mail no longer works."),
        _("No more e-mails about the invitation are sent."),
        _("The person can be invited again at any time."),
    )
    title = _("Withdraw the invitation of %(person)s") % {"person": row.full_name or row.email}
    page = FormPage(title, _("Withdraw"), _place(row), crumb=row.into, consequences=consequences, grave=True)
    return page.show(request, form)
