"""The cohort that a table is imported into."""

from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from imports.kinds import ImportContext, ImportTarget


def cohort_target(slug: str, user: User | None, route: str = "cohorts:cohort") -> ImportTarget | None:
    """Return the cohort with this slug as the target of an import; None when the user may not see it. None sees all.

    `route` is the page about the cohort to which the person returns.
    """
    rows = Cohort.objects.all() if user is None else Cohort.objects.visible_to(user)
    cohort = rows.select_related("edition__programme", "edition__format", "authority").filter(slug=slug).first()
    if cohort is None:
        return None
    authority = cohort.authority
    return ImportTarget(
        slug=cohort.slug,
        name=cohort.name,
        href=reverse(route, args=[cohort.slug]),
        zone=authority.time_zone,
        language=authority.language,
        item=cohort,
    )


def cohort_of(context: ImportContext) -> Cohort:
    """Return the cohort of an import."""
    cohort = context.target.item
    assert isinstance(cohort, Cohort)  # noqa: S101 - every kind of this package finds its target by `cohort_target`
    return cohort
