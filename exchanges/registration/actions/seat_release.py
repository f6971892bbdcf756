"""Releases the seats of people who leave an edition; people on the waiting list move up."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.locks import lock_exchange
from exchanges.exchange.people import in_edition_on
from exchanges.models import Exchange, Registration
from exchanges.registration.actions.needs import delete_needs
from exchanges.registration.actions.waiting_list import move_up
from exchanges.registration.enums import ANSWERED_YES, RegistrationState
from programmes.models import Authority
from web.actions import action
from web.dates.clock import today_everywhere


@action(gettext_lazy("Seats released"))
def release_seats(
    *,
    people: QuerySet[User],
    cohort: Cohort | None = None,
    authority: Authority | None = None,
    at: datetime,
    by: User | None,
) -> list[Exchange]:
    """Release the seats, and places on waiting lists, of people who will not be in the edition on an exchange's first
    day.

    `people` left a `cohort`, ended their mandate for an `authority`, or closed their account (neither given). Only
    exchanges from today on whose registration has opened are concerned; returns those where something became free.
    """
    coming = Exchange.objects.coming(today_everywhere(at)).filter(state__in=ANSWERABLE)
    if cohort:
        coming = coming.filter(edition=cohort.edition_id)
    if authority:
        coming = coming.filter(edition__in=Cohort.objects.filter(authority=authority).values("edition"))
    # All are locked before they are read, so that nobody registers in between, in the order that avoids deadlocks.
    exchanges = [lock_exchange(exchange) for exchange in coming.order_by("pk")]
    return [exchange for exchange in exchanges if release_seats_at(exchange, people, at=at, by=by)]


def release_seats_at(exchange: Exchange, people: QuerySet[User], *, at: datetime, by: User | None) -> bool:
    """Release the seats of those people who will not be in the edition on the exchange's first day.

    Places on the waiting list are released too, their travel, dietary and access needs are deleted, and people on the
    waiting list move up. Returns whether anyone had a seat or a place. The exchange must be locked already.
    """
    day = exchange.first_day or exchange_day(exchange, at)
    leavers = people.exclude(in_edition_on(exchange.pk, day), is_active=True)
    answers = Registration.objects.filter(exchange=exchange, user__in=leavers, state__in=ANSWERED_YES)
    freed = list(answers.values_list("pk", flat=True))
    rows = Registration.objects.filter(pk__in=freed)
    rows.update(state=RegistrationState.CANCELLED)
    delete_needs(rows)
    if freed:
        move_up(exchange, at=at, by=by)
    return bool(freed)
