"""Who leaves an edition gives their places at its exchanges back, and whoever waits moves up."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from cohorts.models import Cohort
from exchanges.actions.checks import locked
from exchanges.actions.needs import forget_needs
from exchanges.actions.places import move_up
from exchanges.enums import ANSWERED_YES, RegistrationState
from exchanges.models import Exchange, Registration
from exchanges.people import still_of
from web.verbs import verb


@verb
def give_back_places(*, cohort: Cohort, people: QuerySet[User], at: datetime, by: User | None) -> list[Exchange]:
    """Of these people, free the places and the turns in line of whoever will not be of the edition on the day.

    Only exchanges still to come, today's among them; returns those where something became free.
    """
    coming = Exchange.objects.coming(timezone.localdate(at)).filter(edition=cohort.edition_id)
    held = Registration.objects.filter(user__in=people, state__in=ANSWERED_YES).values("exchange")
    found = coming.filter(pk__in=held).order_by("pk")  # the order in which others lock several
    return [exchange for exchange in found if _give_back(locked(exchange), people, at=at, by=by)]


def _give_back(exchange: Exchange, people: QuerySet[User], *, at: datetime, by: User | None) -> bool:
    day = exchange.first_day or timezone.localdate(at)
    gone = people.exclude(still_of(exchange.pk, day))
    answers = Registration.objects.filter(exchange=exchange, user__in=gone, state__in=ANSWERED_YES)
    freed = list(answers.values_list("pk", flat=True))
    rows = Registration.objects.filter(pk__in=freed)
    rows.update(state=RegistrationState.CANCELLED)
    forget_needs(rows)
    if freed:
        move_up(exchange, at=at, by=by)
    return bool(freed)
