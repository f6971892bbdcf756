"""What pages about a cohort share: the cohort of the address, and the page that is one form about it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort
from web.forms.pages import FormPage


def within_reach_of(request: HttpRequest) -> CohortQuerySet:
    """The cohorts the person may know of, with their edition, format and authority."""
    return reached(person(request))


def reached(user: User) -> CohortQuerySet:
    """The same, of that person."""
    rows = Cohort.objects.visible_to(user)
    return rows.select_related("edition__programme", "edition__format", "authority")


def find_cohort(request: HttpRequest, slug: str) -> Cohort:
    """Raises Http404 for a cohort the person may not know of."""
    return get_object_or_404(within_reach_of(request), slug=slug)


def page_about(cohort: Cohort, title: StrOrPromise, action: StrOrPromise, cancel: str = "", **more: Any) -> FormPage:
    """A form about the cohort; without `cancel`, the way back is the cohort's page."""
    own = cohort.get_absolute_url()
    return FormPage(title, action, cancel or own, crumb=cohort.name, crumb_href=own, **more)
