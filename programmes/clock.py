"""Today's date at an authority."""

from datetime import date, datetime

from django.utils import timezone

from programmes.models import Authority
from web.dates.clock import day_in


def authority_day(authority: Authority, at: datetime) -> date:
    """Return the date that it is in the authority's time zone at the moment `at`."""
    return day_in(authority.time_zone, at)


def authority_today(authority: Authority) -> date:
    """Return today's date in the authority's time zone."""
    return authority_day(authority, timezone.now())
