"""Pages of access requests: the list, and the answers that lab staff give."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from accounts.roles import STAFF
from cohorts.access_requests import actions
from cohorts.access_requests.enums import AccessState
from cohorts.access_requests.filters import AccessRequestFilter
from cohorts.access_requests.forms import GrantAccessForm, RefuseAccessForm
from cohorts.access_requests.permissions import can_answer_requests, can_read_requests
from cohorts.cohort.models import CohortQuerySet
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import AccessRequest, Cohort
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages import htmx
from web.pages.pagination import paginate


@require_safe
def access_requests(request: HttpRequest) -> HttpResponse:
    """Show lab staff the list of access requests, filtered by text and state; unanswered ones first, the oldest at the
    top.

    Anyone else gets a 403 page. An HTMX request gets only the results.
    """
    enforce(can_read_requests(person(request)))
    rows = AccessRequest.objects.visible_to(person(request)).select_related("authority", "user")
    access_filter = AccessRequestFilter(request.GET, rows.waiting_first().with_expiry())
    context = {
        "filter": access_filter,
        "page": paginate(access_filter.qs, request.GET.get("page")),
        "can_answer": can_answer_requests(person(request)),
    }
    return htmx.render(request, "cohorts/access_requests/list.html", "results", context)


@form_page
def grant_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form that gives the person of access request `pk` a role in a cohort; grant it on POST.

    A valid POST redirects to the list of requests. Raises Http404 for anyone else.
    """
    row = _get_request(request, pk)
    enforce(can_answer_requests(person(request)))
    form = GrantAccessForm(
        submitted_data(request), access=row, cohorts=_open_cohorts(request), roles=roles_to_give(STAFF)
    )
    if apply_form(form, actions.grant_access, access=row, by=person(request), at=timezone.now()):
        text = (
            _("%(person)s now has access.")
            if row.has_proven_address
            else _("%(person)s is invited. The link in the e-mail confirms the address.")
        )
        messages.success(request, text % {"person": row})
        return redirect("cohorts:access_requests")
    page = _answer_page(_("Give access to %(person)s") % {"person": row}, _("Give access"), row)
    return page.show(request, form)


@form_page
def refuse_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form that refuses the access request `pk` with a reason; refuse it on POST.

    A valid POST redirects to the list of requests. Raises Http404 for anyone else.
    """
    row = _get_request(request, pk)
    enforce(can_answer_requests(person(request)))
    form = RefuseAccessForm(submitted_data(request))
    if apply_form(form, actions.refuse_access, access=row, by=person(request), at=timezone.now()):
        messages.success(request, _("%(person)s reads your reason when they come back.") % {"person": row})
        return redirect("cohorts:access_requests")
    return _answer_page(_("Refuse access to %(person)s") % {"person": row}, _("Refuse access"), row).show(request, form)


def _get_request(request: HttpRequest, pk: int) -> AccessRequest:
    """Return the access request with the id `pk`; raise Http404 if there is none, or if the signed-in person is not lab
    staff.
    """
    rows = AccessRequest.objects.visible_to(person(request)).select_related("authority", "user")
    return get_object_or_404(rows, pk=pk)


def _open_cohorts(request: HttpRequest) -> CohortQuerySet:
    """Return the cohorts to choose from in the form: prospects, agreed, running or suspended ones that the person may
    see.

    They are sorted by authority, then name.
    """
    rows = Cohort.objects.visible_to(person(request)).current().select_related("authority", "edition")
    return rows.order_by("authority__name", "name", "pk")


def _answer_page(title: str, action: str, row: AccessRequest) -> FormPage:
    """Return the page with the form that answers access request `row`; `action` is the label of its button.

    Once the request has been answered, the page says so in place of the form.
    """
    answered = "" if row.state == AccessState.PENDING else _("This request has already been answered.")
    return FormPage(
        title,
        action,
        reverse("cohorts:access_requests"),
        crumb=_("Access requests"),
        intro=_provider_statements(row),
        unavailable_reason=answered,
    )


def _provider_statements(row: AccessRequest) -> str:
    """Return one line on what the provider sent about the person of request `row`: e-mail address and SIRET number.

    The line says when the provider has not verified the address, and which authority has the number, if any.
    """
    statements = [row.email or _("no e-mail address")]
    if row.email and not row.vouched:
        statements.append(_("the provider has not verified this address"))
    if row.authority:
        statements.append(
            _("the SIRET number %(siret)s is that of %(name)s") % {"siret": row.siret, "name": row.authority}
        )
    elif row.siret:
        statements.append(_("the SIRET number %(siret)s matches no authority recorded here") % {"siret": row.siret})
    return " · ".join(statements)
