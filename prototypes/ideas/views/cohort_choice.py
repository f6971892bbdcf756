"""The choice of the cohort of a new idea, before its form, where there are too many cohorts to list."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.cohort.forms import CohortChoiceForm
from cohorts.models import Cohort
from prototypes.models import Challenge
from web.database.keys import key_of


def cohort_of_target(target: str) -> Q:
    """Return a filter for the cohort of a value like "challenge-7" or "cohort-3"; another value finds none."""
    kind, _hyphen, number = target.partition("-")
    key = key_of(number) or 0
    if kind == "challenge":
        return Q(pk__in=Challenge.objects.filter(pk=key).values("cohort"))
    return Q(pk=key if kind == "cohort" else 0)


def choose_cohort(request: HttpRequest, cohorts: QuerySet[Cohort]) -> HttpResponse:
    """Show the form to choose the cohort of a new idea; once it is chosen, go to the form of the idea."""
    choice = CohortChoiceForm(request.GET if "cohort" in request.GET else None, cohorts=cohorts)
    if choice.is_valid():
        return redirect(f"{reverse('prototypes:add_idea')}?target=cohort-{choice.cleaned_data['cohort'].pk}")
    context = {"form": choice, "title": _("Add idea"), "cancel": reverse("prototypes:idea_list")}
    return render(request, "cohorts/choose_cohort.html", context)
