"""Published shares of implemented ideas, which pages show next to the measured rates."""

from django.db.models import Q, QuerySet

from cohorts.models import Cohort
from programmes.enums import Metric
from programmes.models import Claim
from web.database.prepared import prepared


def published_claims(cohorts: QuerySet[Cohort]) -> QuerySet[Claim]:
    """Return the published shares of implemented ideas for the editions of these cohorts, and for their programmes as a
    whole.
    """
    about = Q(edition__in=cohorts.values("edition")) | Q(
        programme__in=cohorts.values("edition__programme"), edition=None
    )
    return Claim.objects.filter(about, metric=Metric.IDEAS_IMPLEMENTED).select_related("edition", "programme")


@prepared
def published_claims_of_all() -> QuerySet[Claim]:
    """Return `published_claims` of all cohorts, as a prepared statement."""
    return published_claims(Cohort.objects.all())


@prepared
def published_claims_of_few(cohort_ids: tuple[int, ...]) -> QuerySet[Claim]:
    """Return `published_claims` of the cohorts with these ids, as a prepared statement: for a hundred at most."""
    return published_claims(Cohort.objects.filter(pk__in=cohort_ids))
