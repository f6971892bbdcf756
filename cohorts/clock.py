"""Today's date in the time zone of a cohort's authority."""

from datetime import date, datetime

from django.utils import timezone

from cohorts.models import Cohort
from programmes.clock import authority_day


def local_day(cohort: Cohort, at: datetime) -> date:
    """Return the date at the moment `at` in the time zone of the cohort's authority."""
    return authority_day(cohort.authority, at)


def local_today(cohort: Cohort) -> date:
    """Return today's date in the time zone of the cohort's authority.

    For views only: actions are passed their date.
    """
    return local_day(cohort, timezone.now())
