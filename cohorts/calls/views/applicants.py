"""Pages of applicants: the form that sends a link, and what the link opens, without an account.

Reading them changes nothing, since mail scanners follow links; only buttons do. The URL holds the token: it reaches
neither logs, nor other sites, nor the history. Spam is held off by the confirmed address and by limits: for an address,
and for a network (/64 of IPv6).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import pghistory
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from accounts.lab.models import Lab
from cohorts.calls.actions import applications as actions
from cohorts.calls.documents import documents_of
from cohorts.calls.enums import ApplicationState, CallState
from cohorts.calls.forms import DocumentStepForm, PeopleStepForm, StartForm
from cohorts.calls.links import application_for_link
from cohorts.calls.models import REQUIRED, Application, Call
from cohorts.calls.steps import FORMS, STEPS, next_step, steps_of
from files.uploads.handler import Upload
from notifications.registries import HIDDEN
from programmes.models import ListedAuthority
from web.database.keys import key_of
from web.dates.clock import platform_today
from web.errors import DomainError
from web.forms.edit_conflicts import column_values
from web.forms.fields import ConfirmationForm
from web.forms.pages import apply_form, form_page, submitted_data
from web.mailboxes import masked_address
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers
from web.security.link_tokens import hide_address
from web.security.rate_limits import count_in_period, network_of
from web.text.language import active_language

# At most so many links within so many seconds.
LIMITS: Final = {"network": (10, 3600), "address": (3, 24 * 3600)}
SENT: Final = "sent"  # parameter of the page that says so
ApplicantView = Callable[[HttpRequest, Application, str], HttpResponse]


@open_to_lab_readers
@forbidden_while_acting
@login_not_required
@form_page
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask someone who applies to a call for their address; send the link on POST. 404 for a call that never was public.

    The answer is the same whatever is known of the address.
    """
    today = platform_today()
    call = get_object_or_404(Call.objects.with_applicants(today), slug=slug)
    form = StartForm(submitted_data(request))
    if form.is_bound and form.is_valid():
        if _count_link(request, form.cleaned_data["email"]):
            _request_link(call, form.cleaned_data["email"])
            return redirect(f"{reverse('cohorts:apply', args=[slug])}?{SENT}=1")
        form.add_error(None, _("Too many links were asked for. Try again later, or write to the lab."))
    states = {"is_open": call.is_open(today), "is_withdrawn": call.state == CallState.WITHDRAWN}
    context = {"call": call, "form": form, "is_sent": SENT in request.GET} | states
    return render(request, "cohorts/calls/apply.html", context | _layout_context())


def _request_link(call: Call, email: str) -> None:
    """Send the link, or nothing to someone who has no application to a call that is over, or whose account is closed:
    the page does not tell.
    """
    try:
        actions.request_link(
            call=call, email=email, language=active_language(), today=platform_today(), at=timezone.now(), by=None
        )
    except DomainError:
        return


def _count_link(request: HttpRequest, email: str) -> bool:
    """Count a link for the network of the request, then for its address; return False when one of them had too many.

    A network that had too many does not count for the address. Nobody else's links close the form.
    """
    client = network_of(get_adapter(request).get_client_ip(request) or "")
    who, at = {"network": client, "address": email.lower()}, timezone.now().timestamp()
    return all(
        count_in_period(f"call-{kind}", who[kind], seconds=seconds, at=at) <= most
        for kind, (most, seconds) in LIMITS.items()
    )


def applicant_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view of an applicant: it gets the application that the link opens, and the token, without a sign-in.

    A link that opens nothing gives a 404 page with the same words whatever the reason.
    """

    @open_to_lab_readers
    @forbidden_while_acting
    @login_not_required
    @never_cache
    @sensitive_variables("token")
    @form_page
    @wraps(view)
    def page(request: HttpRequest, token: str, **more: str) -> HttpResponse:
        """Show the page of the application whose link has this token, or that it opens nothing."""
        row = application_for_link(token, timezone.now())
        if row is None:
            return hide_address(render(request, "cohorts/calls/invalid_link.html", _layout_context(), status=404))
        with pghistory.context(url=reverse("cohorts:own_application", args=[HIDDEN])):
            return hide_address(view(request, row, token, **more))

    return page


@applicant_page
def own_application(request: HttpRequest, row: Application, token: str) -> HttpResponse:
    """Show an applicant where they are; a first visit asks them to confirm the address. On POST, confirm it or send
    the application.
    """
    form = ConfirmationForm(submitted_data(request))
    arguments = {"application": row, "at": timezone.now(), "by": row.user}
    if row.state == ApplicationState.UNCONFIRMED:
        if apply_form(form, actions.confirm_application, **arguments):
            return redirect("cohorts:own_application_step", token, "authority")
        return render(request, "cohorts/calls/confirm.html", {"form": form, "application": row} | _layout_context())
    missing = [step for step in steps_of(row) if step.missing]
    if form.is_bound and missing:
        form.add_error(None, _("Complete the steps that lack something, then send the application."))
    elif apply_form(form, actions.submit_application, today=platform_today(), **arguments):
        messages.success(request, _("Your application was sent. You get a receipt by e-mail."))
        return redirect("cohorts:own_application", token)
    context = {"form": form, "missing": missing, "is_open": row.call.is_open(platform_today())}
    return render(request, "cohorts/calls/own_application.html", context | _page_context(row, token))


@applicant_page
def own_application_step(request: HttpRequest, row: Application, token: str, step: str) -> HttpResponse:
    """Show one step of an application that is being written; save it on POST and go on. 404 for an unknown step."""
    if step not in STEPS:
        raise Http404
    if not row.is_editable:
        return redirect("cohorts:own_application", token)
    if step == "documents":
        return _documents_step(request, row, token)
    if step == "people":
        form: forms.Form = PeopleStepForm(submitted_data(request), people=list(row.people.all()))
        action: Callable[..., Application] = actions.save_people
    else:
        form = _fields_form(request, row, FORMS[step])
        action = actions.save_application
    matches = _matching_authorities(request)
    arguments = {"application": row, "at": timezone.now(), "by": row.user}
    if matches is None and apply_form(form, action, **arguments) is not None:
        following = next_step(step)
        return redirect("cohorts:own_application_step", token, following) if following else _overview(token)
    return _show_step(request, row, token, step, form=form, matches=matches)


def _fields_form(request: HttpRequest, row: Application, form: type[forms.Form]) -> forms.Form:
    """Return the form of a step with columns of the application; with the button of an authority of the official list,
    its name and SIREN replace what was typed.
    """
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and (chosen := key_of(data.get("listed", ""))):
        listed = ListedAuthority.objects.filter(pk=chosen).first()
        if listed:
            data["authority_name"], data["siren"] = listed.name[:120], listed.siren
    return form(data, initial=column_values(row, *(name for name in form.base_fields)))


def _matching_authorities(request: HttpRequest) -> list[ListedAuthority] | None:
    """Return the authorities of the official list with the name or SIREN that was typed, when the button “Find” was
    used; None otherwise.
    """
    if "find" not in request.POST:
        return None
    text = request.POST.get("siren") or request.POST.get("authority_name") or ""
    return list(ListedAuthority.objects.found_by(text[:120]))


def _documents_step(request: HttpRequest, row: Application, token: str) -> HttpResponse:
    """Show the documents of an application; add one or remove one on POST."""
    form = DocumentStepForm(submitted_data(request))
    if form.is_bound and form.is_valid():
        upload, removed = request.FILES.get("document"), key_of(request.POST.get("remove", ""))
        arguments: dict[str, Any] = {"application": row, "at": timezone.now(), "by": row.user}
        try:
            if removed:
                document = get_object_or_404(documents_of(row), pk=removed)
                actions.remove_document(document=document, **arguments)
            elif isinstance(upload, Upload):
                actions.add_document(upload=upload, **arguments)
            else:
                return _overview(token)
            return redirect("cohorts:own_application_step", token, "documents")
        except DomainError as error:
            form.add_error("document", str(error))
    return _show_step(request, row, token, "documents", form=form)


def _show_step(request: HttpRequest, row: Application, token: str, step: str, **more: Any) -> HttpResponse:
    """Show a step with its form."""
    context = {"step": step, "title": STEPS[step], **more} | _page_context(row, token)
    return render(request, "cohorts/calls/step.html", context)


@applicant_page
def withdraw_own_application(request: HttpRequest, row: Application, token: str) -> HttpResponse:
    """Ask an applicant to confirm that the application is withdrawn; withdraw it on POST."""
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.withdraw_application, application=row, at=timezone.now(), by=row.user):
        messages.success(request, _("Your application is withdrawn. The lab no longer reads it."))
        return _overview(token)
    return render(request, "cohorts/calls/withdraw.html", {"form": form} | _page_context(row, token))


@applicant_page
def erase_own_application(request: HttpRequest, row: Application, token: str) -> HttpResponse:
    """Say what is erased and what stays; erase the application at once on POST."""
    if request.method == "POST":
        actions.erase_application(application=row, at=timezone.now(), by=None)
        return render(request, "cohorts/calls/erased.html", _layout_context())
    return render(request, "cohorts/calls/erase.html", _page_context(row, token))


def _overview(token: str) -> HttpResponse:
    """Redirect to the page of the application."""
    return redirect("cohorts:own_application", token)


def _page_context(row: Application, token: str) -> dict[str, Any]:
    """Return what each page of an applicant shows."""
    return {
        "application": row,
        "token": token,
        "address": masked_address(row.user.email),
        "steps": steps_of(row),
        "people": list(row.people.all()),
        "documents": list(documents_of(row)),
        "required": REQUIRED,
    } | _layout_context()


def _layout_context() -> dict[str, Any]:
    """Return what the frame of each page without an account shows."""
    return {"lab_address": Lab.objects.address()}
