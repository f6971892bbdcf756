"""The choice of the cohort of a new or reused idea, before its form, where there are too many cohorts to list."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import person
from cohorts.cohort.forms import CohortChoiceForm
from cohorts.models import Cohort
from prototypes.models import Challenge
from web.database.keys import key_of
from web.forms import row_fields
from web.security.own_paths import own_path


def cohort_of_target(target: str) -> Q:
    """Return a filter for the cohort of a value like "challenge-7" or "cohort-3"; another value finds none."""
    kind, _hyphen, number = target.partition("-")
    key = key_of(number) or 0
    if kind == "challenge":
        return Q(pk__in=Challenge.objects.filter(pk=key).values("cohort"))
    return Q(pk=key if kind == "cohort" else 0)


def cohorts_to_offer(request: HttpRequest, cohorts: QuerySet[Cohort]) -> QuerySet[Cohort] | None:
    """Return the cohorts that the form of an idea offers; None if lab staff must choose one first.

    They must where there are more than 30 `cohorts`, unless the parameter `target` names one. Others are offered all.
    """
    if not person(request).is_lab_staff:
        return cohorts
    chosen = cohorts.filter(cohort_of_target(request.POST.get("target") or request.GET.get("target", "")))
    if chosen.exists():
        return chosen
    has_many = request.method == "GET" and cohorts[: row_fields.MAX_CHOICES + 1].count() > row_fields.MAX_CHOICES
    return None if has_many else cohorts


def choose_cohort(request: HttpRequest, cohorts: QuerySet[Cohort], *, title: str, cancel: str) -> HttpResponse:
    """Show the form to choose the cohort of an idea; once it is chosen, return to this address with its `target`.

    `cancel` is the address to go back to.
    """
    choice = CohortChoiceForm(request.GET if "cohort" in request.GET else None, cohorts=cohorts)
    if choice.is_valid():
        return redirect(own_path(f"{request.path}?target=cohort-{choice.cleaned_data['cohort'].pk}"))
    return render(request, "cohorts/choose_cohort.html", {"form": choice, "title": title, "cancel": cancel})
