"""Seats of an exchange: how many are taken and free, and whether someone who accepts now has to wait."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Guest, Registration
from web.database.nested_rows import nested_count


def free_seats(exchange: Exchange) -> int | None:
    """Return the number of free seats at the exchange; None without a limit on its capacity.

    People registered and guests have a seat each, walk-ins have none. Two statements with a capacity, none without.
    """
    if exchange.capacity is None:
        return None
    guests = Guest.objects.filter(exchange=exchange, walk_in=False).count()
    return seats_left(exchange.capacity, Registration.objects.filter(exchange=exchange).with_seat().count(), guests)


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


def with_fullness(exchanges: ExchangeQuerySet) -> ExchangeQuerySet:
    """Annotate exchanges with `full`: whether a person who accepts now has to wait, as `is_full` tells."""
    registrations = Registration.objects.filter(exchange=OuterRef("pk"))
    guests = Guest.objects.filter(exchange=OuterRef("pk"), walk_in=False)
    taken = _count(registrations.with_seat()) + _count(guests)
    return exchanges.annotate(full=Q(Exists(registrations.waiting())) | Q(capacity__lte=taken))


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Return the number of rows of an exchange, as a part of a larger query."""
    counted = rows.order_by().values("exchange").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def is_over(exchange: Exchange, at: datetime) -> bool:
    """Return whether the exchange's last day is past at its host at the moment `at`; False while its days are not
    known.

    Then nobody can answer any more, and nobody moves up from the waiting list.
    """
    today = exchange_day(exchange, at)
    return exchange.last_day is not None and exchange.last_day < today


def answer_periods(exchange: Exchange, at: datetime) -> dict[str, bool]:
    """Return what people can still answer at the moment `at`, as a part of the context of pages with the buttons.

    `is_open`: people can register; `is_answerable`: they can answer or release a seat; `is_over`: they could, until its
    last day.
    """
    is_answerable, over = exchange.state in ANSWERABLE, is_over(exchange, at)
    return {
        "is_open": exchange.state == ExchangeState.REGISTRATION_OPEN and not over,
        "is_answerable": is_answerable and not over,
        "is_over": is_answerable and over,
    }


def with_guest_count(exchanges: ExchangeQuerySet) -> ExchangeQuerySet:
    """Annotate exchanges with `guest_counts`, which `guests_of` reads, without a further statement."""
    guests = Guest.objects.filter(exchange=OuterRef("pk"), walk_in=False)
    return exchanges.annotate(guest_counts=nested_count(guests))


def guests_of(exchange: Any) -> int:
    """Return the number of guests of the exchange who have a seat, whether or not they came.

    The exchange must be read with `with_guest_count`.
    """
    return sum(group["count"] for group in exchange.guest_counts)
