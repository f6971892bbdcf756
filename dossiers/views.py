"""The pages that ask for a dossier of an idea, a cohort or an edition."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import person
from cohorts.models import Cohort
from dossiers.actions import request_dossier
from dossiers.forms import DossierForm
from dossiers.models import kind_of
from dossiers.permissions import audience_decisions
from programmes.models import Edition
from prototypes.models import Idea
from web.dates.clock import today_everywhere
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.lab_readers import open_to_lab_readers
from web.text.language import active_language

INTRO = gettext_lazy(
    "The file is made in the background, with what is recorded now. It can be downloaded for seven days, as long as its"
    " readers may see all that it holds."
)


@open_to_lab_readers
@form_page
def idea_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a dossier of an idea that the person may read; on POST request it and go to its progress."""
    rows = Idea.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition__programme")
    return _dossier_page(request, get_object_or_404(rows, pk=pk))


@open_to_lab_readers
@form_page
def cohort_dossier(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form for the dossier of a cohort, or the booklet of a residency; on POST request it.

    Raises Http404 for a cohort that the person may not see.
    """
    rows = Cohort.objects.visible_to(person(request)).select_related("authority", "edition__programme")
    return _dossier_page(request, get_object_or_404(rows, slug=slug))


@open_to_lab_readers
@form_page
def edition_dossier(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form for a dossier of an edition that the person may see; on POST request it."""
    rows = Edition.objects.visible_to(person(request)).select_related("programme")
    return _dossier_page(request, get_object_or_404(rows, slug=slug))


def _dossier_page(request: HttpRequest, subject: Any) -> HttpResponse:
    """Show the form for a dossier of the subject; when a valid one was sent, request it and go to its progress."""
    user, kind = person(request), kind_of(subject)
    form = DossierForm(
        submitted_data(request),
        kind=kind,
        decisions=audience_decisions(subject, user, today_everywhere()),
        initial={"language": active_language(), "file_format": "pdf"},
    )
    if export := apply_form(form, request_dossier, subject=subject, by=user, at=now()):
        messages.success(request, _("The dossier is being made."))
        return redirect(export)
    page = FormPage(kind.label, _("Make the dossier"), subject.get_absolute_url(), crumb=subject, intro=INTRO)
    return page.show(request, form)
