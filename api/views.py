"""Pages of the API for people: their tokens, and the reference that describes the endpoints."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja.responses import Response

from accounts.permissions import can_manage_lab
from accounts.requests import person
from accounts.second_factors.requirement import used_second_factor
from api import actions
from api.forms import TokenForm
from api.models import ApiToken
from api.reference import operation_groups, returned_objects
from api.v1.service import api
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Show the person their tokens; administrators of the lab also see those of service accounts."""
    user, now = person(request), timezone.now()
    rows = list(ApiToken.objects.visible_to(user).select_related("user"))
    context = {
        "own": [token for token in rows if token.user_id == user.pk],
        "of_others": [token for token in rows if token.user_id != user.pk],
        "now": now,
    }
    return render(request, "api/tokens.html", context)


@open_to_lab_readers
@forbidden_while_acting
@form_page
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def create_token(request: HttpRequest) -> HttpResponse:
    """Show the form for a new token; create it on POST, and show it this once."""
    user = person(request)
    form = TokenForm(submitted_data(request), for_administrator=bool(can_manage_lab(user)))
    at, with_factor = timezone.now(), used_second_factor(request)
    created = apply_form(form, actions.create_token, at=at, by=user, with_second_factor=with_factor)
    if created is None:
        title, back = _("Create a token"), reverse("api:tokens")
        return FormPage(title, _("Create the token"), back, crumb=_("API tokens")).show(request, form)
    token, secret = created
    response = render(request, "api/token.html", {"token": token, "secret": secret})
    add_never_cache_headers(response)
    return response


@open_to_lab_readers
@forbidden_while_acting
@form_page
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation; on POST, revoke a token of the person, or of a service account for administrators.

    Raises Http404 for any other token.
    """
    user = person(request)
    token = get_object_or_404(ApiToken.objects.visible_to(user), pk=pk)
    if request.method == "POST":
        actions.revoke_token(token=token, at=timezone.now(), by=user)
        messages.success(request, _("The token is revoked."))
        return redirect("api:tokens")
    page = FormPage(
        _("Revoke the token"),
        _("Revoke"),
        reverse("api:tokens"),
        crumb=token,
        consequences=(_("Programs that use this token can no longer read or change anything. This cannot be undone."),),
        is_destructive=True,
    )
    return page.show(request, ConfirmationForm())


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show what programs can read and change, with addresses, parameters and examples; open to everyone."""
    document: Any = api.get_openapi_schema()
    context = {
        "groups": operation_groups(document),
        "objects": returned_objects(document),
        "limits": settings.API_REQUESTS_PER_MINUTE,
        "root": request.build_absolute_uri(reverse("api:reference")),
    }
    return render(request, "api/reference.html", context)


@login_not_required
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document, which programs read; open to everyone."""
    return Response(api.get_openapi_schema())
