"""Reads people's needs for those who welcome them, and says when they are erased."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, ExpressionWrapper, F, Q
from django_stubs_ext import StrOrPromise

from accounts.models import User
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Needs, Registration
from exchanges.registration.enums import EXPECTED, RegistrationState, Travel

RETENTION_DAYS = 30  # after the last day needs and guests' addresses are erased


@dataclass(frozen=True, slots=True)
class NeedsSummary:
    """What the host has to know: the number of people registered, and the needs of `travellers` in order of names."""

    registered: int
    travellers: list[Needs]

    @property
    def access(self) -> int:
        """Return how many people with a seat have access needs."""
        return sum(bool(row.access) for row in self.travellers)

    @property
    def diet(self) -> int:
        """Return how many people with a seat have dietary needs."""
        return sum(bool(row.diet) for row in self.travellers)

    @property
    def travels(self) -> list[tuple[StrOrPromise, int]]:
        """Return pairs of a means of travel, as its label, and the number of people, the most frequent first.

        People who did not say how they travel are left out.
        """
        counts = Counter(Travel(row.travels) for row in self.travellers if row.travels)
        return [(means.label, people) for means, people in counts.most_common()]


def summary(exchange: Exchange) -> NeedsSummary:
    """Return the travel, dietary and access needs of people with a seat at the exchange, by name, and how many people
    have a seat (two statements).

    People on the waiting list and needs already erased are left out.
    """
    expected = Registration.objects.filter(exchange=exchange, state__in=EXPECTED)
    rows = Needs.objects.filter(registration__in=expected, purged_on=None)
    rows = rows.select_related("registration__user", "registration__cohort")
    return NeedsSummary(expected.count(), list(rows.order_by("registration__user__full_name", "registration__pk")))


def answer_with_needs(exchange: Exchange, user: User) -> Registration | None:
    """Return the person's registration if they have a seat at the exchange or wait for one; else None.

    Their travel, dietary and access needs, if they gave any, are read with it.
    """
    own = Registration.objects.filter(exchange=exchange, user=user, state__in=[*EXPECTED, RegistrationState.WAITLISTED])
    return own.select_related("needs").first()


def too_late_for_needs(exchange: Exchange, today: date) -> bool:
    """Return whether people's travel, dietary and access needs for this exchange are erased: thirty days after the last
    day, or once it is cancelled.

    `today` is the date at the host.
    """
    over = exchange.last_day is not None and exchange.last_day + timedelta(days=RETENTION_DAYS) <= today
    return over or exchange.state == ExchangeState.CANCELLED


def to_purge(today: date) -> ExchangeQuerySet:
    """Return the exchanges whose needs and guests' addresses are to be erased: ended thirty days before `today` or
    earlier.

    Cancelled exchanges are included, whenever they were to take place.
    """
    is_due = Q(last__lte=today - timedelta(days=RETENTION_DAYS))
    ended = ExpressionWrapper(F("first_day") + F("days") - 1, output_field=DateField())
    return Exchange.objects.alias(last=ended).filter(is_due | Q(state=ExchangeState.CANCELLED))
