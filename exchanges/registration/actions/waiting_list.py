"""Moves people up from the waiting list: the person who has waited longest gets a free seat and an e-mail."""

from datetime import datetime

from accounts.models import User
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.people import is_in_edition
from exchanges.models import Exchange, Registration
from exchanges.registration.actions.needs import delete_needs
from exchanges.registration.enums import RegistrationState
from exchanges.registration.seats import free_seats, is_full, is_over


def next_answer(exchange: Exchange) -> RegistrationState:
    """Return the state of a person who accepts now: registered, or waitlisted when every seat is taken or others wait.

    The exchange must be locked already, so that nobody takes the seat in between.
    """
    waiting = Registration.objects.filter(exchange=exchange).waiting().count()
    full = is_full(free_seats(exchange), waiting)
    return RegistrationState.WAITLISTED if full else RegistrationState.REGISTERED


def move_up(exchange: Exchange, *, at: datetime, by: User | None) -> list[Registration]:
    """Give the free seats of the exchange to people on its waiting list in order, with one e-mail each.

    Returns the registrations that got a seat. People who will not be in the edition on the first day leave the list,
    and their travel, dietary and access needs are deleted. Nobody moves up before registration opens or once the
    exchange is over. The exchange must be locked already.
    """
    day = exchange.first_day or exchange_day(exchange, at)
    waiting = Registration.objects.filter(exchange=exchange).waiting().select_related("user")
    waiting_list = list(waiting) if exchange.state in ANSWERABLE and not is_over(exchange, at) else []
    free_count = free_seats(exchange) if waiting_list else 0
    moved: list[Registration] = []
    leavers: list[int] = []
    for answer in waiting_list:
        if free_count is not None and len(moved) >= free_count:
            break
        if is_in_edition(answer.user, exchange, day):
            _set_state(answer, RegistrationState.REGISTERED)
            reminders.email_person(answer, reminders.MOVED_UP, exchange=exchange, at=at, by=by)
            moved.append(answer)
        else:
            _set_state(answer, RegistrationState.CANCELLED)
            leavers.append(answer.pk)
    delete_needs(Registration.objects.filter(pk__in=leavers))
    return moved


def _set_state(answer: Registration, state: RegistrationState) -> None:
    """Save the state of the answer; a transition that is not allowed makes the action raise DomainError."""
    answer.state = state
    answer.save(update_fields=["state"])
