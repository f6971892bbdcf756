"""Today's date at an exchange: that of its host's authority, or of the platform while it has no host."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from cohorts.clock import local_day
from exchanges.models import Exchange
from web.dates.clock import day_in, platform_day


def exchange_day(exchange: Exchange, at: datetime) -> date:
    """Return the day of a moment where the exchange takes place."""
    return local_day(exchange.host, at) if exchange.host else platform_day(at)


def exchange_today(exchange: Exchange) -> date:
    """Return today's date where the exchange takes place."""
    return exchange_day(exchange, timezone.now())


def today_of_host(zone: str | None) -> date:
    """Return today's date in the time zone of a host that was read with other rows; None while there is no host."""
    return day_in(zone or settings.TIME_ZONE, timezone.now())
