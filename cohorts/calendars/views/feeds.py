"""Pages of a cohort's calendar feed: each person creates, replaces and revokes their own address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from cohorts.calendars.feeds import COHORT
from cohorts.cohort.pages import get_cohort_or_404
from notifications import actions
from notifications.calendars.panels import address_page, revoking_page
from web.forms.fields import ConfirmationForm
from web.forms.pages import form_page
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@require_POST
def open_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Create the person's own secret address of the cohort's calendar feed, or replace it, and show it this once (POST
    only).

    404 for a cohort that the person cannot see.
    """
    cohort = get_cohort_or_404(request, slug)
    token = actions.open_calendar(about=COHORT, object_id=cohort.pk, at=timezone.now(), by=person(request))
    return address_page(request, token, crumb=cohort.name, back=cohort.get_absolute_url())


@forbidden_while_acting
@form_page
def revoke_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for confirmation; on POST, revoke the signed-in person's own address of the cohort's calendar feed.

    Then return to the cohort's page. 404 for a cohort that the person cannot see.
    """
    cohort = get_cohort_or_404(request, slug)
    if request.method == "POST":
        actions.revoke_calendar(about=COHORT, object_id=cohort.pk, by=person(request))
        messages.success(request, _("The calendar’s address is revoked."))
        return redirect(cohort)
    return revoking_page(crumb=cohort.name, back=cohort.get_absolute_url()).show(request, ConfirmationForm())
