"""Pages on which the lab writes calls, publishes, closes and extends them, and names reviewers."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.calls.actions import calls as actions
from cohorts.calls.call_list import CALLS
from cohorts.calls.enums import CallState
from cohorts.calls.forms import CallForm, ExtendForm, ReviewerForm
from cohorts.calls.models import Application, Call
from cohorts.calls.permissions import can_manage_calls
from lists.pages import list_page
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.text.language import active_language

CANNOT_EXTEND: Final[Mapping[str, StrOrPromise]] = {
    CallState.DRAFT: gettext_lazy("Publish this call first."),
    CallState.WITHDRAWN: gettext_lazy("This call was withdrawn: write a new one."),
}


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """List the calls for lab staff, and for people who review one; 403 for others."""
    return list_page(request, CALLS, "cohorts/calls/list.html", {"can_manage": can_manage_calls(person(request))})


@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the call `pk` with its applications and reviewers; 404 for people who neither work at the lab nor review it.

    Six statements.
    """
    user = person(request)
    row = _get_call(request, pk)
    unrated = set(Application.objects.to_review(user).filter(call=row).values_list("pk", flat=True))
    applications = list(Application.objects.visible_to(user).filter(call=row).order_by("submitted_on", "pk"))
    times = Counter(key for each in applications for key in each.authority_keys)
    context = {
        "call": row,
        "applications": [
            {
                "row": each,
                "to_review": each.pk in unrated,
                "is_repeated": any(times[key] > 1 for key in each.authority_keys),
            }
            for each in applications
        ],
        "reviewers": row.reviewers.current().select_related("user").order_by("user__full_name", "pk"),
        "is_open": row.is_open(platform_today()),
        "can_manage": can_manage_calls(user),
        "public_href": reverse("publications:call", args=[active_language(), row.slug]),
        "states": CallState,
        "is_public": row.state in {CallState.PUBLISHED, CallState.CLOSED},
    }
    return render(request, "cohorts/calls/call.html", context)


@form_page
def add_call(request: HttpRequest) -> HttpResponse:
    """Show the lab the form of a new call; save it as a draft on POST and go to its page. 403 for others."""
    user = person(request)
    enforce(can_manage_calls(user))
    page = FormPage(
        _("Write a call"),
        _("Save the draft"),
        reverse("cohorts:calls"),
        crumb=_("Calls for authorities"),
        intro=_("Only the lab reads a draft. You publish it on its page."),
    )
    form = CallForm(submitted_data(request))
    return form_response(request, form, page, actions.add_call, done=_("The draft is saved."), to_result=True, by=user)


@form_page
def edit_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lab the form with the texts of the call `pk`; save it on POST. 403 for readers and reviewers."""
    row = _get_managed_call(request, pk)
    form = CallForm(submitted_data(request), current=row.form_values())
    fixed = _(
        "The criteria, the first day and the address are fixed. To change the last day, extend or close the call."
    )
    intro = "" if row.state == CallState.DRAFT else fixed
    page = FormPage(pgettext("call", "Edit the call"), _("Save"), row.get_absolute_url(), crumb=row, intro=intro)
    return form_response(request, form, page, actions.change_call, done=_("Saved."), call=row, by=person(request))


@form_page
def publish_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the lab to confirm that the call `pk` is published; publish it on POST. 403 for readers and reviewers."""
    row = _get_managed_call(request, pk)
    consequences = (
        _("From its first day on, anyone can read it, and authorities can apply until the end of its last day."),
        _("Its criteria, first day and address can no longer be changed."),
    )
    page = _confirmation(row, _("Publish the call"), _("Publish"), consequences, CallState.DRAFT)
    form = ConfirmationForm(submitted_data(request))
    arguments: dict[str, Any] = {"call": row, "today": platform_today(), "at": timezone.now(), "by": person(request)}
    return form_response(request, form, page, actions.publish_call, done=_("The call is published."), **arguments)


@form_page
def close_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the lab to confirm that the call `pk` is closed; close it on POST. 403 for readers and reviewers."""
    row = _get_managed_call(request, pk)
    consequences = (
        _("Nobody can send an application any longer, not even one that was begun."),
        _("The call stays public, marked as closed. You can extend it later."),
    )
    page = _confirmation(row, _("Close the call"), _("Close the call"), consequences, CallState.PUBLISHED)
    form = ConfirmationForm(submitted_data(request))
    return form_response(
        request, form, page, actions.close_call, done=_("The call is closed."), call=row, by=person(request)
    )


@form_page
def withdraw_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the lab to confirm that the call `pk` leaves the public pages; withdraw it on POST. 403 for readers and
    reviewers.
    """
    row = _get_managed_call(request, pk)
    consequences = (
        _("Its page, the feed and the site map no longer have it. We cannot remove copies that others made."),
        _("Nobody can apply any longer, and it cannot be published again: write a new call."),
        _("People who are writing an application get an e-mail."),
        _("You still decide on applications already sent. Applicants can ask for their link and erase what they sent."),
    )
    states = (CallState.PUBLISHED, CallState.CLOSED)
    page = _confirmation(
        row, _("Withdraw the call"), _("Withdraw the call"), consequences, *states, is_destructive=True
    )
    form = ConfirmationForm(submitted_data(request))
    return form_response(
        request,
        form,
        page,
        actions.withdraw_call,
        done=_("The call is withdrawn."),
        call=row,
        by=person(request),
        at=timezone.now(),
    )


@form_page
def extend_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lab the form with a later last day of the call `pk`; save it on POST. 403 for readers and reviewers."""
    row = _get_managed_call(request, pk)
    page = FormPage(
        _("Extend the call"),
        _("Extend the call"),
        row.get_absolute_url(),
        crumb=row,
        unavailable_reason=CANNOT_EXTEND.get(row.state, ""),
    )
    form = ExtendForm(submitted_data(request), initial={"closes_on": row.closes_on})
    arguments: dict[str, Any] = {"call": row, "today": platform_today(), "by": person(request)}
    return form_response(request, form, page, actions.extend_call, done=_("The call is extended."), **arguments)


@form_page
def add_reviewer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lab the form that asks a person to review the call `pk`; ask them on POST. 403 for others."""
    row = _get_managed_call(request, pk)
    page = FormPage(_("Add a reviewer"), _("Ask this person"), row.get_absolute_url(), crumb=row)
    form = ReviewerForm(submitted_data(request))
    arguments: dict[str, Any] = {"call": row, "at": timezone.now(), "by": person(request)}
    return form_response(request, form, page, actions.add_reviewer, done=_("The person gets an e-mail."), **arguments)


@form_page
def remove_reviewer(request: HttpRequest, pk: int, reviewer_pk: int) -> HttpResponse:
    """Ask the lab to confirm that a person no longer reviews the call `pk`; remove them on POST. 403 for others."""
    row = _get_managed_call(request, pk)
    reviewer = get_object_or_404(row.reviewers.current().select_related("user"), pk=reviewer_pk)
    page = FormPage(
        _("Remove the reviewer %(name)s") % {"name": reviewer},
        pgettext("reviewer", "Remove"),
        row.get_absolute_url(),
        crumb=row,
        consequences=(
            _("This person can no longer read the applications."),
            _("Their ratings stay, with their name. You can ask them again."),
        ),
    )
    form = ConfirmationForm(submitted_data(request))
    arguments: dict[str, Any] = {"reviewer": reviewer, "at": timezone.now(), "by": person(request)}
    return form_response(request, form, page, actions.remove_reviewer, done=_("The reviewer is removed."), **arguments)


def _get_call(request: HttpRequest, pk: int) -> Call:
    """Return the call that the person may see; raise Http404 for others."""
    return get_object_or_404(Call.objects.visible_to(person(request)), pk=pk)


def _get_managed_call(request: HttpRequest, pk: int) -> Call:
    """Return the call; raise Http404 for people who may not see it, and Refused for those who may not change it."""
    row = _get_call(request, pk)
    enforce(can_manage_calls(person(request)))
    return row


def _confirmation(
    row: Call, title: str, label: str, consequences: tuple[str, ...], *states: CallState, is_destructive: bool = False
) -> FormPage:
    """Return the page that asks to confirm a change of the call, possible only while it is in one of these states."""
    reason = "" if row.state in states else _("The call has changed since: go back to its page.")
    return FormPage(
        title,
        label,
        row.get_absolute_url(),
        crumb=row,
        consequences=consequences,
        unavailable_reason=reason,
        is_destructive=is_destructive,
    )
