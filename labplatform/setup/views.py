"""Pages that set the platform up, and change the lab's settings."""

from typing import Final

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.lab.actions import change_lab_settings, is_setup_token, set_up_lab
from accounts.models import Lab
from accounts.permissions import can_manage_lab
from accounts.requests import person
from accounts.sign_in.proved_address import sign_in_by_email
from labplatform.setup.forms import LabSettingsForm, SetUpForm
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting
from web.security.link_tokens import hide_address
from web.security.log import log_security_event
from web.security.own_paths import next_path
from web.security.rate_limits import count_try, tried_too_often

MAX_WRONG_LINKS, WRONG_LINKS_SECONDS = 20, 600  # wrong links tried from one IP address, and the period
DEFAULT_ZONE: Final = "Europe/Paris"


@forbidden_while_acting
@login_not_required
@never_cache
@sensitive_variables("token")
@sensitive_post_parameters("password")
@form_page
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form that makes the lab and its first account; on POST, make them, sign in and go to the home page.

    Only the latest link that `setup_lab` printed opens it, until the lab is set up: 404 for any other token, and after
    20 wrong ones from one IP address within ten minutes.
    """
    client, at = get_adapter(request).get_client_ip(request) or "", timezone.now()
    if tried_too_often("setup", client, limit=MAX_WRONG_LINKS):
        raise Http404
    if not is_setup_token(token, at):
        count_try("setup", client, seconds=WRONG_LINKS_SECONDS)
        log_security_event("setup_refused", request=request)
        raise Http404
    initial = {"language": get_language(), "time_zone": DEFAULT_ZONE}
    form = SetUpForm(submitted_data(request), initial=initial)
    if user := apply_form(form, set_up_lab, at=at, by=None):
        messages.success(request, _("The platform is set up. This page shows what to do next."))
        return hide_address(sign_in_by_email(request, user, by="setup", email=user.email, next_url=reverse("home")))
    return hide_address(render(request, "labplatform/setup/set_up.html", {"form": form}))


@forbidden_while_acting
@form_page
def lab_settings(request: HttpRequest) -> HttpResponse:
    """Show administrators of the lab its settings; save them on POST and open `next`, or the lab. 403 for others."""
    user = person(request)
    enforce(can_manage_lab(user))
    back = next_path(request) or reverse("cohorts:lab")
    lab, start = Lab.objects.current(), {"language": get_language(), "time_zone": DEFAULT_ZONE}
    form = LabSettingsForm(submitted_data(request), current=lab.form_values() if lab else None, initial=start)
    if apply_form(form, change_lab_settings, by=user):
        messages.success(request, _("The settings of the lab are saved."))
        return redirect(back)
    return FormPage(_("Settings of the lab"), _("Save"), back, crumb=_("The lab")).show(request, form)
