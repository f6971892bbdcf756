"""What the pages of this app have in common: the cohort of the address, and how a page that is one form answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.models import Cohort, Membership
from cohorts.queries import CohortQuerySet
from web.errors import DomainError

R = TypeVar("R")
form_page = require_http_methods(["GET", "HEAD", "POST"])


def within_reach_of(request: HttpRequest) -> CohortQuerySet:
    """The cohorts the person may know of, with their edition, format and authority."""
    rows = Cohort.objects.visible_to(person(request))
    return rows.select_related("edition__programme", "edition__format", "authority")


def find_cohort(request: HttpRequest, slug: str) -> Cohort:
    """Raises Http404 for a cohort the person may not know of."""
    return get_object_or_404(within_reach_of(request), slug=slug)


def find_membership(cohort: Cohort, pk: int) -> Membership:
    """Raises Http404 for a membership of another cohort."""
    return get_object_or_404(cohort.memberships.select_related("user"), pk=pk)


def done(form: forms.BaseForm, verb: Callable[..., R], **given: Any) -> R | None:
    """What the verb makes of the form; None while the form is not sent, not valid or refused."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return verb(**given, **form.cleaned_data)
    except DomainError as error:
        error.add_to(form)
        return None


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form about a cohort: its heading, what will happen, the button, and the way back."""

    cohort: Cohort
    title: StrOrPromise
    action: StrOrPromise
    cancel: str = ""
    intro: StrOrPromise = ""
    consequences: tuple[StrOrPromise, ...] = ()
    grave: bool = False
    impossible: StrOrPromise = ""

    def show(self, request: HttpRequest, form: forms.BaseForm) -> HttpResponse:
        context = {"page": self, "form": form, "cancel": self.cancel or self.cohort.get_absolute_url()}
        return render(request, "cohorts/form_page.html", context)
