"""Today's date at an exchange: at its host's authority, or on the platform while there is no host."""

from datetime import date, datetime

from django.utils import timezone

from cohorts.clock import local_day
from exchanges.models import Exchange
from web.dates.clock import day_in, platform_day, platform_zone


def exchange_day(exchange: Exchange, at: datetime) -> date:
    """Return the date at the moment `at` in the time zone of the exchange's host; in the platform's zone while there is
    no host.
    """
    return local_day(exchange.host, at) if exchange.host else platform_day(at)


def exchange_today(exchange: Exchange) -> date:
    """Return today's date in the time zone of the exchange's host; in the platform's zone while there is no host."""
    return exchange_day(exchange, timezone.now())


def today_of_host(zone: str | None) -> date:
    """Return today's date in a host's time zone, given by name ("Europe/Paris"); in the platform's zone for None."""
    return day_in(zone or platform_zone(), timezone.now())
