"""Who leaves an edition gives their places at its exchanges back, and whoever waits moves up."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.locks import locked
from exchanges.exchange.people import still_of
from exchanges.models import Exchange, Registration
from exchanges.registration.actions.needs import forget_needs
from exchanges.registration.actions.waiting_list import move_up
from exchanges.registration.enums import ANSWERED_YES, RegistrationState
from programmes.models import Authority
from web.actions import action
from web.dates.clock import today_everywhere


@action(gettext_lazy("Seats released"))
def give_back_places(
    *,
    people: QuerySet[User],
    cohort: Cohort | None = None,
    authority: Authority | None = None,
    at: datetime,
    by: User | None,
) -> list[Exchange]:
    """Of these people, free the places and the turns in line of whoever will not be of the edition on the day.

    They left a `cohort`, ended their mandate for an `authority`, or their accounts are closed. Only exchanges still to
    come, today's among them; returns those where something became free.
    """
    coming = Exchange.objects.coming(today_everywhere(at)).filter(state__in=ANSWERABLE)
    if cohort:
        coming = coming.filter(edition=cohort.edition_id)
    if authority:
        coming = coming.filter(edition__in=Cohort.objects.filter(authority=authority).values("edition"))
    # Every one is locked before it is read, so that nobody registers meanwhile; in the order in which others lock.
    found = [locked(exchange) for exchange in coming.order_by("pk")]
    return [exchange for exchange in found if give_back(exchange, people, at=at, by=by)]


def give_back(exchange: Exchange, people: QuerySet[User], *, at: datetime, by: User | None) -> bool:
    """Free what those of these people hold there who will not be of the edition on the day. The exchange is locked."""
    day = exchange.first_day or exchange_day(exchange, at)
    gone = people.exclude(still_of(exchange.pk, day), is_active=True)
    answers = Registration.objects.filter(exchange=exchange, user__in=gone, state__in=ANSWERED_YES)
    freed = list(answers.values_list("pk", flat=True))
    rows = Registration.objects.filter(pk__in=freed)
    rows.update(state=RegistrationState.CANCELLED)
    forget_needs(rows)
    if freed:
        move_up(exchange, at=at, by=by)
    return bool(freed)
