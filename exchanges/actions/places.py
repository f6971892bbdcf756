"""The waiting list moves up by itself: whoever waited longest takes a place that became free, and hears of it."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from exchanges.actions import reminders
from exchanges.actions.checks import cohort_of
from exchanges.enums import ANSWERABLE, RegistrationState
from exchanges.models import Exchange, Registration
from exchanges.places import free_places, is_full


def next_answer(exchange: Exchange) -> RegistrationState:
    """What a yes comes to now: a place, or the end of the line. The exchange is locked."""
    waiting = Registration.objects.filter(exchange=exchange).waiting().count()
    full = is_full(free_places(exchange), waiting)
    return RegistrationState.WAITLISTED if full else RegistrationState.REGISTERED


def move_up(exchange: Exchange, *, at: datetime, by: User | None) -> list[Registration]:
    """Give free places to those who wait, in their order, with one letter each. The exchange is locked.

    Whoever left the edition meanwhile leaves the line. Nobody moves once the exchange is over.
    """
    waiting = Registration.objects.filter(exchange=exchange).waiting().select_related("user")
    line = list(waiting) if exchange.state in ANSWERABLE else []
    free = free_places(exchange) if line else 0
    moved: list[Registration] = []
    for answer in line:
        if free is not None and len(moved) >= free:
            break
        if _still_comes(answer, exchange, at):
            _set(answer, RegistrationState.REGISTERED)
            reminders.tell_one(answer, reminders.MOVED_UP, exchange=exchange, at=at, by=by)
            moved.append(answer)
        else:
            _set(answer, RegistrationState.CANCELLED)
    return moved


def _still_comes(answer: Registration, exchange: Exchange, at: datetime) -> bool:
    user = answer.user
    here = user.is_lab_staff or cohort_of(user, exchange, timezone.localdate(at)) is not None
    return user.is_active and here


def _set(answer: Registration, state: RegistrationState) -> None:
    answer.state = state
    answer.save(update_fields=["state"])
