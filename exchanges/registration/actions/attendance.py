"""Attendance of an exchange: who came, who did not, walk-ins, and the correction of mistakes."""

from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE, PAST
from exchanges.exchange.locks import lock_exchange
from exchanges.models import Exchange, Guest, Registration
from exchanges.refusals import ATTENDANCE_TOO_EARLY
from exchanges.registration.actions.answers import check_in_edition, invitation_of
from exchanges.registration.enums import EXPECTED, RECORDED, GuestState, RegistrationState
from web.actions import action
from web.errors import DomainError

Attendee = TypeVar("Attendee", Registration, Guest)
NOT_HELD_YET = gettext_lazy("This Intertransfo is not marked as held. Mark it as held, then record attendance.")
ATTENDED, NO_SHOW = RegistrationState.ATTENDED, RegistrationState.NO_SHOW  # a guest's states have the same values


@action(gettext_lazy("Arrival recorded"))
def record_arrival(*, participant: Attendee, at: datetime, by: User) -> Attendee:
    """Record that a person or guest came to the exchange; someone without a seat becomes a walk-in.

    Repeating it changes nothing. Raises DomainError before the first day, and unless registration has opened.
    """
    row = _lock_participant(participant, at)
    if row.state == ATTENDED:
        return row
    row.walk_in = isinstance(row, Registration) and row.state not in EXPECTED
    return _save_state(row, ATTENDED)


@action(gettext_lazy("Absence recorded"))
def record_absence(*, participant: Attendee, at: datetime, by: User) -> Attendee:
    """Record that a person or guest who had a seat did not come to the exchange. Repeating it changes nothing.

    Raises DomainError before the first day, and for people without a seat: nobody expected them.
    """
    row = _lock_participant(participant, at)
    if isinstance(row, Registration) and (row.state not in EXPECTED or row.walk_in):
        raise DomainError(_("This person has no seat. You can only check them in."))
    return row if row.state == NO_SHOW else _save_state(row, NO_SHOW)


@action(gettext_lazy("Record of attendance undone"))
def undo_attendance(*, participant: Attendee, at: datetime, by: User) -> Attendee | None:
    """Undo what is recorded of a person or guest: they get back the answer they had before.

    A guest who was added at the entrance is removed, and None is returned. Without a record nothing changes.
    """
    row = _lock_participant(participant, at)
    if row.state not in RECORDED:
        return row
    if isinstance(row, Guest):
        if row.walk_in:
            row.delete()
            return None
        return _save_state(row, GuestState.EXPECTED)
    was_walk_in, row.walk_in = row.walk_in, False
    return _save_state(row, row.answer_before_attendance() if was_walk_in else RegistrationState.REGISTERED)


@action(gettext_lazy("Attendance of everyone else recorded"))
def record_remaining(*, exchange: Exchange, came: bool, by: User) -> int:
    """Record of everyone with a seat, of whom nothing is recorded yet, that they came, or else that they did not.

    Returns how many people and guests these are. Raises DomainError before the exchange is recorded as held.
    """
    exchange = lock_exchange(exchange)
    if exchange.state not in PAST:
        raise DomainError(NOT_HELD_YET)
    registered = Registration.objects.filter(exchange=exchange).registered().order_by("pk")
    guests = Guest.objects.filter(exchange=exchange, state=GuestState.EXPECTED).order_by("pk")
    rows = [*registered, *guests]
    for row in rows:
        _save_state(row, ATTENDED if came else NO_SHOW)
    return len(rows)


@action(gettext_lazy("Walk-in recorded"))
def add_walk_in(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Record that a person of the edition came to the exchange, whether or not they were invited or have a seat.

    Raises DomainError before the first day, unless registration has opened, and for people outside the edition.
    """
    exchange = _lock_open_exchange(exchange, at)
    day = exchange_day(exchange, at)
    answer = invitation_of(exchange, user, day)
    if answer.state in EXPECTED:
        return record_arrival(participant=answer, at=at, by=by)
    check_in_edition(exchange, user, day)
    answer.walk_in, answer.state = True, ATTENDED
    answer.save()
    return answer


@action(gettext_lazy("Walk-in guest recorded"))
def add_walk_in_guest(*, exchange: Exchange, name: str, organisation: str, at: datetime, by: User) -> Guest:
    """Record that a guest came to the exchange who was not on the list; `by` counts as the one who invited them.

    Raises DomainError before the first day, unless registration has opened, and for a guest who is on the list already.
    """
    return Guest.objects.create(
        exchange=_lock_open_exchange(exchange, at),
        name=name.strip(),
        organisation=organisation.strip(),
        invited_by=by,
        state=GuestState.ATTENDED,
        walk_in=True,
    )


def _lock_open_exchange(exchange: Exchange, at: datetime) -> Exchange:
    """Return the exchange, its row locked until the action ends.

    Raises DomainError before its first day, and unless registration has opened.
    """
    exchange = lock_exchange(exchange)
    is_early = exchange.first_day is None or exchange_day(exchange, at) < exchange.first_day
    if exchange.state not in (*ANSWERABLE, *PAST) or (is_early and exchange.state not in PAST):
        raise DomainError(str(ATTENDANCE_TOO_EARLY))
    return exchange


def _lock_participant(participant: Attendee, at: datetime) -> Attendee:
    """Return the row of the person or guest as it is stored now; its exchange is locked until the action ends.

    Raises DomainError before the first day of the exchange, and unless registration has opened.
    """
    _lock_open_exchange(participant.exchange, at)
    return type(participant)._default_manager.get(pk=participant.pk)


def _save_state(row: Attendee, state: str) -> Attendee:
    """Return the row after saving it in this state; a transition that is not allowed makes the action raise
    DomainError.
    """
    row.state = state
    row.save(update_fields=["state", "walk_in"])
    return row
