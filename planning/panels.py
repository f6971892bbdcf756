"""The link to the plans of on-site weeks, on the page of a residency."""

from typing import Any

from django.http import HttpRequest

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.cohort.residencies import is_residency
from cohorts.models import Cohort
from cohorts.permissions import roles_of
from planning.permissions import can_see_plans


def weeks_link(request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the template context of the link; None for other cohorts, and for people who may not see the plans."""
    if not is_residency(cohort) or not can_see_plans(roles_of(person(request), cohort, local_today(cohort))):
        return None
    return {"cohort": cohort}
