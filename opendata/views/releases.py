"""The page of releases for people signed in, and the form with which lab staff make one now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import can_change_as_lab
from accounts.requests import person
from cohorts.permissions import ONLY_STAFF
from opendata.actions import NOTHING_PUBLIC, make_release
from opendata.content import public_datasets
from opendata.forms import ReleaseForm
from opendata.models import Release
from web.dates.clock import platform_day, platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.pagination import paginate


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """List all releases of open data, the latest first, with those that a withdrawal ended."""
    rows = Release.objects.select_related("edition").with_servability(platform_today())
    context = {
        "page": paginate(rows, request.GET.get("page")),
        "can_release": can_change_as_lab(person(request), ONLY_STAFF),
    }
    return render(request, "opendata/releases.html", context)


@form_page
def make(request: HttpRequest) -> HttpResponse:
    """Ask of which edition, or of all, to release what is public today, and on POST do it; for lab staff."""
    enforce(can_change_as_lab(person(request), ONLY_STAFF))
    at = now()
    today = platform_day(at)
    datasets = public_datasets(today)
    page = FormPage(
        _("Release open data now"),
        _("Release now"),
        reverse("opendata:releases"),
        crumb=_("Open data"),
        intro=_(
            "What is public today is frozen as a data package, with the figures as of today. A release is also made"
            " automatically each quarter."
        ),
        consequences=(
            _(
                "A release never changes. If something in it is withdrawn, the release ends and a new one without it"
                " replaces it."
            ),
        ),
        unavailable_reason="" if datasets else NOTHING_PUBLIC,
    )
    form = ReleaseForm(submitted_data(request), datasets=datasets)
    return form_response(
        request, form, page, make_release, done=_("The release is made."), as_of=today, by=person(request), at=at
    )
