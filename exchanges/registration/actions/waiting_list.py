"""The waiting list moves up by itself: whoever waited longest takes a place that became free, and hears of it."""

from datetime import datetime

from accounts.models import User
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.people import here
from exchanges.models import Exchange, Registration
from exchanges.registration.actions.needs import forget_needs
from exchanges.registration.enums import RegistrationState
from exchanges.registration.seats import free_places, is_full, is_over


def next_answer(exchange: Exchange) -> RegistrationState:
    """What a yes comes to now: a place, or the end of the line. The exchange is locked."""
    waiting = Registration.objects.filter(exchange=exchange).waiting().count()
    full = is_full(free_places(exchange), waiting)
    return RegistrationState.WAITLISTED if full else RegistrationState.REGISTERED


def move_up(exchange: Exchange, *, at: datetime, by: User | None) -> list[Registration]:
    """Give free places to those who wait, in their order, with one letter each. The exchange is locked.

    Whoever will not be of the edition on the first day leaves the line, and what they need is forgotten. Nobody moves
    once the exchange is over.
    """
    day = exchange.first_day or exchange_day(exchange, at)
    waiting = Registration.objects.filter(exchange=exchange).waiting().select_related("user")
    line = list(waiting) if exchange.state in ANSWERABLE and not is_over(exchange, at) else []
    free = free_places(exchange) if line else 0
    moved: list[Registration] = []
    gone: list[int] = []
    for answer in line:
        if free is not None and len(moved) >= free:
            break
        if here(answer.user, exchange, day):
            _set(answer, RegistrationState.REGISTERED)
            reminders.tell_one(answer, reminders.MOVED_UP, exchange=exchange, at=at, by=by)
            moved.append(answer)
        else:
            _set(answer, RegistrationState.CANCELLED)
            gone.append(answer.pk)
    forget_needs(Registration.objects.filter(pk__in=gone))
    return moved


def _set(answer: Registration, state: RegistrationState) -> None:
    answer.state = state
    answer.save(update_fields=["state"])
