"""Who may read costs: lab staff, and the leads of the cohort and the admins of its authority."""

from django.http import Http404

from cohorts.cohort.list_subject import CohortSubject, cohort_subject
from web.decisions import enforce


def costs_subject(user: object, slug: str) -> CohortSubject:
    """Return the cohort with this slug, whose costs the user may read.

    Raises Http404 if they may not see the cohort, or if it is known from publications only, and Refused (403) if they
    may not read its costs.
    """
    subject = cohort_subject(user, slug)  # type: ignore[arg-type] # lists know no class of users
    if subject.cohort.retrospective:
        raise Http404
    enforce(subject.permissions["see_costs"])
    return subject
