"""Seats of an exchange: how many are free, and who is on the waiting list."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef

from exchanges.exchange.clock import exchange_day
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Guest, Registration
from exchanges.registration.enums import GuestState
from web.database.nested_rows import nested, nested_count


def free_seats(exchange: Exchange) -> int | None:
    """Return the number of free seats at the exchange, after people registered and guests; None without a capacity.

    Two statements with a capacity.
    """
    if exchange.capacity is None:
        return None
    guests = Guest.objects.filter(exchange=exchange, state=GuestState.EXPECTED).count()
    return seats_left(exchange.capacity, Registration.objects.filter(exchange=exchange).registered().count(), guests)


def seats_left(capacity: int | None, registered: int, guests: int) -> int | None:
    """Return the number of free seats from the capacity of an exchange and its people; None without a capacity."""
    return None if capacity is None else capacity - registered - guests


def is_full(free: int | None, waiting: int) -> bool:
    """Return whether a person who accepts now has to wait: no seat is free, or other people are waiting already.

    `free` is the number of free seats, None without a limit.
    """
    return waiting > 0 or free == 0


def is_over(exchange: Exchange, at: datetime) -> bool:
    """Return whether the exchange's last day is past at its host: nobody can answer any more, and nobody moves up."""
    today = exchange_day(exchange, at)
    return exchange.last_day is not None and exchange.last_day < today


def with_waiting_list(exchanges: ExchangeQuerySet) -> ExchangeQuerySet:
    """Annotate exchanges with `waiting_list`, the people in their order (`name`, `cohort`, `cohort_id`), and
    `guest_counts`.

    Both are read with the statement of the exchanges.
    """
    waiting = Registration.objects.filter(exchange=OuterRef("pk")).waiting()
    guests = Guest.objects.filter(exchange=OuterRef("pk"))
    return exchanges.annotate(
        waiting_list=nested(waiting, "cohort_id", name="user__full_name", cohort="cohort__name"),
        guest_counts=nested_count(guests),
    )


def guests_of(exchange: Any) -> int:
    """Return the number of guests of the exchange, which must be read with `with_waiting_list`."""
    return sum(group["count"] for group in exchange.guest_counts)
