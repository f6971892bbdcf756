"""The places of an exchange: how many are free, and who waits for one."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef

from exchanges.exchange.clock import exchange_day
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Guest, Registration
from exchanges.registration.enums import GuestState
from web.database.nested_rows import counted, nested


def free_places(exchange: Exchange) -> int | None:
    """Places nobody has, guests counted; None where there is no limit (two statements else)."""
    if exchange.capacity is None:
        return None
    guests = Guest.objects.filter(exchange=exchange, state=GuestState.EXPECTED).count()
    return places_left(exchange.capacity, Registration.objects.filter(exchange=exchange).registered().count(), guests)


def places_left(capacity: int | None, registered: int, guests: int) -> int | None:
    """Places nobody has; None where there is no limit."""
    return None if capacity is None else capacity - registered - guests


def is_full(free: int | None, waiting: int) -> bool:
    """Whether whoever answers yes now has to wait: whoever waits already comes first."""
    return waiting > 0 or free == 0


def is_over(exchange: Exchange, at: datetime) -> bool:
    """Whether its last day is past at the host: nobody answers any more, and nobody moves up."""
    today = exchange_day(exchange, at)
    return exchange.last_day is not None and exchange.last_day < today


def with_line(exchanges: ExchangeQuerySet) -> ExchangeQuerySet:
    """Adds `line`, those who wait in their order (`name`, `cohort`, `cohort_id`), and `guests_counted`.

    Read with the exchange itself: no statement of their own.
    """
    waiting = Registration.objects.filter(exchange=OuterRef("pk")).waiting()
    guests = Guest.objects.filter(exchange=OuterRef("pk"))
    return exchanges.annotate(
        line=nested(waiting, "cohort_id", name="user__full_name", cohort="cohort__name"),
        guests_counted=counted(guests),
    )


def guests_of(exchange: Any) -> int:
    """How many guests; the exchange comes from `with_line`."""
    return sum(found["count"] for found in exchange.guests_counted)
