"""Today's date where a cohort works: that of its authority."""

from datetime import date, datetime

from cohorts.models import Cohort
from programmes.clock import authority_day


def local_day(cohort: Cohort, at: datetime) -> date:
    """Return the day of a moment in the time zone of the cohort's authority."""
    return authority_day(cohort.authority, at)
