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
    """Return the number of free seats at the exchange; None without a limit on its capacity.

    People registered and guests expected take a seat each. Two statements with a capacity, none without.
    """
    if exchange.capacity is None:
        return None
    guests = Guest.objects.filter(exchange=exchange, state=GuestState.EXPECTED).count()
    return seats_left(exchange.capacity, Registration.objects.filter(exchange=exchange).registered().count(), guests)


def seats_left(capacity: int | None, registered: int, guests: int) -> int | None:
    """Return the number of free seats: `capacity` without the people registered and the guests; None without a
    capacity.
    """
    return None if capacity is None else capacity - registered - guests


def is_full(free: int | None, waiting: int) -> bool:
    """Return whether a person who accepts now has to wait: no seat is free, or other people are waiting already.

    `free` is the number of free seats, None without a limit; `waiting` is the number of people on the waiting list.
    """
    return waiting > 0 or free == 0


def is_over(exchange: Exchange, at: datetime) -> bool:
    """Return whether the exchange's last day is past at its host at the moment `at`; False while its days are not
    known.

    Then nobody can answer any more, and nobody moves up from the waiting list.
    """
    today = exchange_day(exchange, at)
    return exchange.last_day is not None and exchange.last_day < today


def with_waiting_list(exchanges: ExchangeQuerySet) -> ExchangeQuerySet:
    """Annotate exchanges with `waiting_list` and `guest_counts`, without a further statement.

    `waiting_list` has a dictionary (`name`, `cohort`, `cohort_id`) for each person on it, in order; `guest_counts` is
    read by `guests_of`.
    """
    waiting = Registration.objects.filter(exchange=OuterRef("pk")).waiting()
    guests = Guest.objects.filter(exchange=OuterRef("pk"))
    return exchanges.annotate(
        waiting_list=nested(waiting, "cohort_id", name="user__full_name", cohort="cohort__name"),
        guest_counts=nested_count(guests),
    )


def guests_of(exchange: Any) -> int:
    """Return the number of guests of the exchange, whether or not they came.

    The exchange must be read with `with_waiting_list`.
    """
    return sum(group["count"] for group in exchange.guest_counts)
