"""The places of an exchange: how many are free, and who waits for one."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, OuterRef, Q
from django_stubs_ext import StrOrPromise

from accounts.models import User
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.registration.enums import EXPECTED, GuestState, RegistrationState, Travel
from web.nested import counted, nested

RETENTION_DAYS = 30  # after the last day, then needs and guests' addresses are erased


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


@dataclass(frozen=True, slots=True)
class Summary:
    """What the host has to know of those who come: `told`, in the order of names, and counts over them."""

    registered: int
    told: list[Needs]

    @property
    def access(self) -> int:
        return sum(bool(row.access) for row in self.told)

    @property
    def diet(self) -> int:
        return sum(bool(row.diet) for row in self.told)

    @property
    def travels(self) -> list[tuple[StrOrPromise, int]]:
        """People by means of travel, the commonest first."""
        counts = Counter(Travel(row.travels) for row in self.told if row.travels)
        return [(means.label, people) for means, people in counts.most_common()]


def summary(exchange: Exchange) -> Summary:
    """Of those who have a place: whoever waits is not expected yet (two statements)."""
    expected = Registration.objects.filter(exchange=exchange, state__in=EXPECTED)
    told = Needs.objects.filter(registration__in=expected, purged_on=None)
    told = told.select_related("registration__user", "registration__cohort")
    return Summary(expected.count(), list(told.order_by("registration__user__full_name", "registration__pk")))


def answer_with_needs(exchange: Exchange, user: User) -> Registration | None:
    """The registration of someone who comes or waits, with their needs."""
    own = Registration.objects.filter(exchange=exchange, user=user, state__in=[*EXPECTED, RegistrationState.WAITLISTED])
    return own.select_related("needs").first()


def too_late_for_needs(exchange: Exchange, today: date) -> bool:
    """From the day on which they are erased."""
    over = exchange.last_day is not None and exchange.last_day + timedelta(days=RETENTION_DAYS) <= today
    return over or exchange.state == ExchangeState.CANCELLED


def to_purge(today: date) -> ExchangeQuerySet:
    """Exchanges whose last day is thirty days past or more, and those that were cancelled."""
    since = Q(last__lte=today - timedelta(days=RETENTION_DAYS))
    ended = ExpressionWrapper(F("first_day") + F("days") - 1, output_field=DateField())
    return Exchange.objects.alias(last=ended).filter(since | Q(state=ExchangeState.CANCELLED))
