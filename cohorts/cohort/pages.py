"""Helpers for pages about a cohort: the cohort of the URL, and pages with one form."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort
from web.database.prepared import TextArgument, one_or_404, prepared
from web.forms.pages import FormPage


def visible_cohorts(user: User) -> CohortQuerySet:
    """Return the cohorts that the user may see, loaded with edition, programme, format and authority.

    They are those the user is or was a member of, those of authorities they administer, and imported published facts;
    all for lab staff.
    """
    rows = Cohort.objects.visible_to(user)
    return rows.select_related("edition__programme", "edition__format", "authority")


def get_cohort_or_404(request: HttpRequest, slug: str) -> Cohort:
    """Return the cohort with this slug, loaded with edition, programme, format and authority.

    Raises Http404 when there is none, or when the signed-in person may not see it.
    """
    return one_or_404(visible_cohort(person(request), TextArgument(slug)))


@prepared
def visible_cohort(user: User, slug: TextArgument) -> QuerySet[Cohort]:
    """Return the cohort with this slug as `visible_cohorts` loads it, if the user may see it."""
    return visible_cohorts(user).filter(slug=slug)


def page_about(cohort: Cohort, title: StrOrPromise, action: StrOrPromise, cancel: str = "", **more: Any) -> FormPage:
    """Return a page that consists of one form about a cohort; `title` is its heading, `action` the label of the form's
    button.

    `cancel` is the URL that leads back, the cohort's page by default; `more` are further arguments of `FormPage`, such
    as sentences about the consequences.
    """
    own = cohort.get_absolute_url()
    return FormPage(title, action, cancel or own, crumb=cohort.name, crumb_href=own, **more)
