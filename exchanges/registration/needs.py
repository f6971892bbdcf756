"""Counts people's needs for those who welcome them, and says when they are erased."""

from datetime import date, timedelta

from django.db.models import Count, DateField, ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Needs, Registration
from exchanges.registration.enums import EXPECTED, RegistrationState, Travel

RETENTION_DAYS = 30  # after the last day needs and guests' addresses are erased


def needs_figures(exchange: Exchange) -> list[tuple[StrOrPromise, int]]:
    """Return what the host has to know, as pairs of a label and a number of people with a seat (one statement).

    How many have access needs and dietary needs, then how many travel by each means; means that nobody chose are left
    out.
    """
    seated = Registration.objects.filter(exchange=exchange).with_seat()
    rows = Needs.objects.filter(registration__in=seated, purged_on=None)
    access, diet = Count("pk", filter=~Q(access="")), Count("pk", filter=~Q(diet=""))
    counts = list(rows.order_by().values_list("travels").annotate(Count("pk"), access_needs=access, dietary_needs=diet))
    people = {means: count for means, count, _access, _diet in counts}
    return [
        (_("Access needs"), sum(row[2] for row in counts)),
        (_("Dietary needs"), sum(row[3] for row in counts)),
        *((means.label, people[means]) for means in Travel if means in people),
    ]


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
