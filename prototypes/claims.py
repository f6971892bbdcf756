"""Published shares of ideas implemented, which stand beside what is measured."""

from django.db.models import Q, QuerySet

from cohorts.models import Cohort
from programmes.enums import Metric
from programmes.models import Claim


def claims_beside(cohorts: QuerySet[Cohort]) -> QuerySet[Claim]:
    """Published shares of ideas implemented, of these cohorts' editions and programmes."""
    about = Q(edition__in=cohorts.values("edition")) | Q(
        programme__in=cohorts.values("edition__programme"), edition=None
    )
    return Claim.objects.filter(about, metric=Metric.IDEAS_IMPLEMENTED).select_related("edition", "programme")
