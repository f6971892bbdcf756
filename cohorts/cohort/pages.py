"""Helpers for pages about a cohort: the cohort of the URL, and pages with one form."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort
from web.forms.pages import FormPage


def cohorts_for_request(request: HttpRequest) -> CohortQuerySet:
    """Return the cohorts that the signed-in person may see, loaded with edition, programme, format and authority."""
    return visible_cohorts(person(request))


def visible_cohorts(user: User) -> CohortQuerySet:
    """Return the cohorts that the user may see, loaded with edition, programme, format and authority."""
    rows = Cohort.objects.visible_to(user)
    return rows.select_related("edition__programme", "edition__format", "authority")


def find_cohort(request: HttpRequest, slug: str) -> Cohort:
    """Return the cohort with this slug; raise Http404 when there is none that the signed-in person may see."""
    return get_object_or_404(cohorts_for_request(request), slug=slug)


def page_about(cohort: Cohort, title: StrOrPromise, action: StrOrPromise, cancel: str = "", **more: Any) -> FormPage:
    """Return a page with one form about a cohort; `action` is the label of its button.

    `cancel` is the URL of the way back, the cohort's page by default; `more` are further arguments of `FormPage`.
    """
    own = cohort.get_absolute_url()
    return FormPage(title, action, cancel or own, crumb=cohort.name, crumb_href=own, **more)
