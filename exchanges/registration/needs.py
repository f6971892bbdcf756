"""What people need at an exchange: read by those who welcome them, and kept for a time only."""

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

RETENTION_DAYS = 30  # after the last day, then needs and guests' addresses are erased


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
