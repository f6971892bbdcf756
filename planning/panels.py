"""Links to plans: of the on-site weeks on the page of a residency, of all together on that of an edition."""

from typing import Any

from django.http import HttpRequest

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.cohort.residencies import is_residency
from cohorts.models import Cohort
from cohorts.permissions import roles_of
from planning.permissions import can_see_plans, can_see_plans_of_edition
from programmes.enums import ProgrammeFamily
from programmes.models import Edition


def weeks_link(request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the template context of the link; None for other cohorts, and for people who may not see the plans."""
    if not is_residency(cohort) or not can_see_plans(roles_of(person(request), cohort, local_today(cohort))):
        return None
    return {"cohort": cohort}


def edition_links(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """Return the template context of the links on the page of an edition; None for published facts, and for people who
    are not of the lab.
    """
    has_weeks = edition.programme.family == ProgrammeFamily.RESIDENCY
    has_exchanges = edition.format.exchange_interval_months is not None
    if edition.retrospective or not can_see_plans_of_edition(person(request)):
        return None
    return {"edition": edition, "has_weeks": has_weeks, "has_exchanges": has_exchanges}
