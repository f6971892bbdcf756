"""The day it is where a cohort works: verbs and permissions are told, views look."""

from datetime import date

from django.utils import timezone

from cohorts.clock import local_day
from cohorts.models import Cohort


def local_today(cohort: Cohort) -> date:
    return local_day(cohort, timezone.now())
