"""The day it is where a cohort works: verbs and permissions are told, views look."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from cohorts.models import Cohort


def local_today(cohort: Cohort) -> date:
    """Today in the authority's time zone."""
    return timezone.localdate(timezone=ZoneInfo(cohort.authority.time_zone))
