"""Pages of the API for people: their tokens, and the reference that describes the endpoints."""

from functools import cache
from typing import Any, Final

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
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
from cohorts.models import Membership
from web.dates.clock import today_everywhere
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers
from web.text.language import active_language

EXAMPLE_COHORT_KEY: Final = "3"  # in examples, for readers who have no cohort


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
    context = {
        "operations": _operations_html(active_language()),
        "cohort": _own_cohort(request) or EXAMPLE_COHORT_KEY,
        "limits": settings.API_REQUESTS_PER_MINUTE,
        "root": request.build_absolute_uri(reverse("api:reference")),
    }
    return render(request, "api/reference.html", context)


@cache
def _operations_html(language: str) -> SafeString:
    """Return the part of the reference that is the same for all readers of a language: to write it takes half a second,
    so each process writes it once.
    """
    with override(language):
        document: Any = api.get_openapi_schema()
        context = {"groups": operation_groups(document), "objects": returned_objects(document)}
        return render_to_string("api/operations.html", context)


@cache
def _openapi_content(language: str) -> bytes:
    """Return the OpenAPI document in a language, as JSON, which each process writes once."""
    with override(language):
        return bytes(Response(api.get_openapi_schema()).content)


def _own_cohort(request: HttpRequest) -> str:
    """Return the slug of a cohort in which the signed-in person is active, for examples; "" for anyone else."""
    if not request.user.is_authenticated:
        return ""
    own = Membership.objects.active(today_everywhere()).filter(user=person(request)).order_by("pk")
    return own.values_list("cohort__slug", flat=True).first() or ""


@login_not_required
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document, which programs read; open to everyone. The middleware adds its ETag."""
    return HttpResponse(_openapi_content(active_language()), content_type="application/json; charset=utf-8")
