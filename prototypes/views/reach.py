"""What the views look up first: the person, and the rows within their reach with the letters they have there."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort
from cohorts.permissions import standing
from cohorts.queries import active_on
from prototypes.models import Challenge, Idea, Implementation, Prototype, Trial
from prototypes.permissions import Letters


def letters(request: HttpRequest, cohort: Cohort) -> Letters:
    """What the person is in the cohort today."""
    return standing(person(request), cohort, localdate())


def cohort_at(request: HttpRequest, slug: str) -> Cohort:
    rows = Cohort.objects.visible_to(person(request)).select_related("authority", "edition")
    return get_object_or_404(rows, slug=slug)


def challenge_at(request: HttpRequest, pk: int) -> Challenge:
    rows = Challenge.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition")
    return get_object_or_404(rows, pk=pk)


def opens(user: User, cohort: str) -> Exists:
    """Whether the person may open the pages of a row's cohort, and not only what it shared; `cohort` leads to it."""
    return Exists(Cohort.objects.visible_to(user).filter(pk=OuterRef(cohort)))


def idea_at(request: HttpRequest, pk: int, **more: Any) -> Idea:
    """With `cohort_opens` and `target_opens`: whether the cohort and the idea it merged into can be opened.

    And with `more` columns, read in the same statement.
    """
    user = person(request)
    target = Exists(Idea.objects.visible_to(user).filter(pk=OuterRef("merged_into")))
    rows = Idea.objects.visible_to(user).select_related(
        "cohort__authority", "cohort__edition", "challenge", "owner", "merged_into"
    )
    return get_object_or_404(rows.annotate(cohort_opens=opens(user, "cohort"), target_opens=target, **more), pk=pk)


def prototype_at(request: HttpRequest, pk: int) -> Prototype:
    rows = Prototype.objects.visible_to(person(request)).select_related(
        "idea__cohort__authority", "supersedes", "made_by"
    )
    return get_object_or_404(rows, pk=pk)


def trial_at(request: HttpRequest, pk: int) -> Trial:
    """With `cohort_opens`: whether the cohort and its sessions can be opened."""
    user = person(request)
    rows = Trial.objects.visible_to(user).select_related("prototype__idea__cohort__authority", "session", "planned_by")
    return get_object_or_404(rows.annotate(cohort_opens=opens(user, "prototype__idea__cohort")), pk=pk)


def implementation_at(request: HttpRequest, pk: int) -> Implementation:
    rows = Implementation.objects.visible_to(person(request)).select_related("idea__cohort__authority", "authority")
    return get_object_or_404(rows, pk=pk)


def people_of(cohort: Cohort, today: date) -> QuerySet[User]:
    """Active members, who may own its ideas."""
    return (
        User.objects.filter(active_on(today, "memberships__"), memberships__cohort=cohort)
        .distinct()
        .order_by("full_name")
    )
