"""Peer visits: ask for one, answer, cancel, report; each page is for the two people and for lab staff."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from exchanges.peers import actions
from exchanges.peers.enums import VisitState
from exchanges.peers.forms import AgreeForm, DeclineForm, ReportForm, VisitForm
from exchanges.peers.models import PeerProfile, PeerVisit
from exchanges.peers.permissions import (
    can_answer_visit,
    can_ask_for_visit,
    can_cancel_visit,
    can_report_visit,
    can_share_address,
)
from exchanges.peers.views.directory import get_reader
from web.dates.clock import platform_today
from web.decisions import Decision, enforce
from web.errors import DomainError
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@form_page
def ask_for_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that asks the person of an entry for a visit; on POST, send the request and go to the visit.

    Raises Http404 for entries that the person does not find, Refused for their own and for those of their own cohort.
    """
    user, today = get_reader(request), platform_today()
    profile = get_object_or_404(PeerProfile.objects.visible_to(user).select_related("user"), pk=pk)
    enforce(can_ask_for_visit(user, profile, today))
    page = FormPage(
        _("Ask %(person)s for a visit") % {"person": profile.user},
        _("Send the request"),
        reverse("exchanges:directory"),
        crumb=_("Directory"),
        intro=_("%(person)s gets an e-mail with your name and reads this text on a page. Your address is not shown.")
        % {"person": profile.user},
    )
    form, done = VisitForm(submitted_data(request)), _("Your request is sent. You get an e-mail with the answer.")
    return form_response(
        request, form, page, actions.request_visit, done=done, to_result=True, host=profile.user, at=now(), by=user
    )


@require_safe
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a visit to its guest, its host and lab staff: what it is for, its days, its report, and what to do next."""
    user, row = person(request), _get_visit(request, pk)
    context = {
        "visit": row,
        "is_guest": user.pk == row.guest_id,
        "is_host": user.pk == row.host_id,
        "other": row.other_person(user),
        "shared_address": _shared_address(row, user.pk),
        "shares_address": row.guest_shares_address if user.pk == row.guest_id else row.host_shares_address,
        "permissions": {
            "answer": can_answer_visit(user, row),
            "cancel": can_cancel_visit(user, row),
            "report": can_report_visit(user, row),
            "share_address": can_share_address(user, row),
        },
    }
    return render(request, "exchanges/peers/visit.html", context)


@form_page
def agree_to_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the host the form with the days of a visit; agree to it on POST. Raises Refused for others."""
    row = _get_visit(request, pk)
    if response := _redirect_if_answered(request, row, can_answer_visit(person(request), row)):
        return response
    form = AgreeForm(submitted_data(request))
    page = _page(row, _("Agree to the visit"), _("Agree to these days"))
    return _respond(request, row, page, form, actions.agree_to_visit, done=_("The visit is agreed."))


@form_page
def decline_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the host the form to decline a visit; decline it on POST. Raises Refused for others."""
    row = _get_visit(request, pk)
    if response := _redirect_if_answered(request, row, can_answer_visit(person(request), row)):
        return response
    form = DeclineForm(submitted_data(request))
    page = _page(row, _("Decline the visit"), _("Decline the visit"))
    return _respond(request, row, page, form, actions.decline_visit, done=_("The visit is declined."))


@form_page
def cancel_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the guest, or the host of an agreed visit, to confirm that it is cancelled; do so on POST."""
    row = _get_visit(request, pk)
    if response := _redirect_if_answered(request, row, can_cancel_visit(person(request), row)):
        return response
    consequences = (_("The other person gets an e-mail. The visit cannot be resumed; you can ask again."),)
    page = _page(row, _("Cancel the visit"), _("Cancel the visit"), consequences)
    form = ConfirmationForm(submitted_data(request))
    return _respond(request, row, page, form, actions.cancel_visit, done=_("The visit is cancelled."))


@form_page
def report_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the guest the form for the report of an agreed visit; save it on POST: the visit has then taken place."""
    row = _get_visit(request, pk)
    if response := _redirect_if_answered(request, row, can_report_visit(person(request), row)):
        return response
    page = _page(row, _("Write the report of the visit"), _("Save the report"))
    form = ReportForm(submitted_data(request))
    return _respond(request, row, page, form, actions.report_visit, done=_("The report is saved."))


@forbidden_while_acting
@require_POST
def share_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's e-mail address to the other person of a visit (`share` is 1), or hide it again (POST only)."""
    user, row = person(request), _get_visit(request, pk)
    enforce(can_share_address(user, row))
    is_shared = request.POST.get("share") == "1"
    try:
        actions.share_address(visit=row, is_shared=is_shared, by=user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(row)
    done = _("%(person)s now sees your e-mail address.") if is_shared else _("Your e-mail address is hidden again.")
    messages.success(request, done % {"person": row.other_person(user)} if is_shared else done)
    return redirect(row)


def _get_visit(request: HttpRequest, pk: int) -> PeerVisit:
    """Return the visit with this key and its two people; raises Http404 for anyone but them and lab staff."""
    rows = PeerVisit.objects.visible_to(person(request)).select_related("guest", "host")
    return get_object_or_404(rows, pk=pk)


def _redirect_if_answered(request: HttpRequest, row: PeerVisit, decision: Decision) -> HttpResponse | None:
    """Return None if the decision allows what the page is for; go to the visit once another step was taken.

    Raises Refused for lab staff, and for the person whose turn it is not while the visit is open.
    """
    is_party = person(request).pk in (row.guest_id, row.host_id)
    if decision or not is_party or row.state == VisitState.REQUESTED:
        enforce(decision)
        return None
    messages.warning(request, str(decision.reason))
    return redirect(row)


def _shared_address(row: PeerVisit, reader: int) -> str:
    """Return the e-mail address of the other person of the visit, if they show it to the reader; else ""."""
    if reader == row.guest_id and row.host_shares_address:
        return row.host.email
    return row.guest.email if reader == row.host_id and row.guest_shares_address else ""


def _page(row: PeerVisit, title: str, action: str, consequences: tuple[str, ...] = ()) -> FormPage:
    """Return a page with one form about a visit."""
    return FormPage(
        title, action, row.get_absolute_url(), crumb=row, consequences=consequences, is_destructive=bool(consequences)
    )


def _respond(
    request: HttpRequest, row: PeerVisit, page: FormPage, form: BaseForm, action: Callable[..., PeerVisit], *, done: str
) -> HttpResponse:
    """Run the action on the visit with a valid form and go to the visit; else show the page."""
    return form_response(request, form, page, action, done=done, visit=row, at=now(), by=person(request))
