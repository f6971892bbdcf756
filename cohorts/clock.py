"""The day it is where a cohort works."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from cohorts.models import Cohort


def local_day(cohort: Cohort, at: datetime) -> date:
    """The day of a moment in the time zone of the cohort's authority."""
    return at.astimezone(ZoneInfo(cohort.authority.time_zone)).date()
