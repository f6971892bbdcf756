"""Today's date where a cohort works: that of its authority."""

from datetime import date, datetime

from django.utils import timezone

from cohorts.models import Cohort
from programmes.clock import authority_day


def local_day(cohort: Cohort, at: datetime) -> date:
    """Return the day of a moment in the time zone of the cohort's authority."""
    return authority_day(cohort.authority, at)


def local_today(cohort: Cohort) -> date:
    """Return today's date in the time zone of the cohort's authority, for views: actions are passed their day."""
    return local_day(cohort, timezone.now())
