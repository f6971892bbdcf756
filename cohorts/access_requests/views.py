"""Who asks to come in by their organisation's sign-in, and the lab's answers."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.access_requests import actions
from cohorts.access_requests.enums import AccessState
from cohorts.access_requests.filters import AccessFilter
from cohorts.access_requests.forms import GrantForm, RefuseForm
from cohorts.access_requests.permissions import may_answer_requests
from cohorts.cohort.models import CohortQuerySet
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import AccessRequest, Cohort
from web.decisions import enforce
from web.forms.pages import FormPage, done, form_page, sent
from web.pages import htmx
from web.pages.pagination import paginate

LAB: Final = frozenset("S")  # who answers, in every cohort


@require_safe
def access_requests(request: HttpRequest) -> HttpResponse:
    """Those who wait, the longest first, then those who were answered; narrowed by words and state."""
    enforce(may_answer_requests(person(request)))
    rows = AccessRequest.objects.visible_to(person(request)).select_related("authority", "user")
    found = AccessFilter(request.GET, rows.waiting_first().with_kept_until())
    context = {"filter": found, "page": paginate(found.qs, request.GET.get("page"))}
    return htmx.render(request, "cohorts/access_requests/list.html", "results", context)


@form_page
def grant_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Into which cohort, as what."""
    row = _found(request, pk)
    form = GrantForm(sent(request), access=row, cohorts=_open_cohorts(request), roles=roles_to_give(LAB))
    if done(form, actions.grant_access, access=row, by=person(request), at=timezone.now()):
        said = (
            _("%(person)s now has access.")
            if row.proven
            else _("%(person)s is invited. The link in the e-mail confirms the address.")
        )
        messages.success(request, said % {"person": row})
        return redirect("cohorts:access_requests")
    page = _page(_("Give access to %(person)s") % {"person": row}, _("Give access"), row)
    return page.show(request, form)


@form_page
def refuse_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Not let in, and why."""
    row = _found(request, pk)
    form = RefuseForm(sent(request))
    if done(form, actions.refuse_access, access=row, by=person(request), at=timezone.now()):
        messages.success(request, _("%(person)s reads your reason when they come back.") % {"person": row})
        return redirect("cohorts:access_requests")
    return _page(_("Refuse access to %(person)s") % {"person": row}, _("Refuse access"), row).show(request, form)


def _found(request: HttpRequest, pk: int) -> AccessRequest:
    rows = AccessRequest.objects.visible_to(person(request)).select_related("authority", "user")
    return get_object_or_404(rows, pk=pk)


def _open_cohorts(request: HttpRequest) -> CohortQuerySet:
    rows = Cohort.objects.visible_to(person(request)).current().select_related("authority", "edition")
    return rows.order_by("authority__name", "name", "pk")


def _page(title: str, action: str, row: AccessRequest) -> FormPage:
    answered = "" if row.state == AccessState.PENDING else _("This request has already been answered.")
    return FormPage(
        title,
        action,
        reverse("cohorts:access_requests"),
        crumb=_("Access requests"),
        intro=_said(row),
        impossible=answered,
    )


def _said(row: AccessRequest) -> str:
    """What the provider told, and what of it proves nothing."""
    told = [row.email or _("no e-mail address")]
    if row.email and not row.vouched:
        told.append(_("the provider does not vouch for this address"))
    if row.authority:
        told.append(_("the SIRET number %(siret)s is that of %(name)s") % {"siret": row.siret, "name": row.authority})
    elif row.siret:
        told.append(_("the SIRET number %(siret)s matches no authority recorded here") % {"siret": row.siret})
    return " · ".join(told)
