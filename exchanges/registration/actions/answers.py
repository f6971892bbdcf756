"""Who comes: answers to an invitation, for oneself or for people of one's cohort, and who came in the end."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE, PAST, ExchangeState
from exchanges.exchange.locks import locked
from exchanges.exchange.people import cohort_of, here
from exchanges.models import Exchange, Guest, Registration
from exchanges.registration.actions.needs import forget_needs
from exchanges.registration.actions.waiting_list import move_up, next_answer
from exchanges.registration.enums import ANSWERED_YES, EXPECTED, REFUSED, RegistrationState
from exchanges.registration.seats import is_over
from web.actions import action
from web.errors import DomainError

OVER = gettext_lazy("This Intertransfo is over: you can no longer answer.")
NOT_OF_THE_EDITION = gettext_lazy("Only members of the edition’s cohorts can take part.")


@action(gettext_lazy("Person registered"))
def register(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Take a place for a member of the edition, or the last number of the waiting list. Twice changes nothing.

    Raises DomainError for whoever leaves the edition before the first day, unless they are of it in another way then.
    Someone registered by another hears of it in a letter, and so does whoever comes after “confirm or cancel” left.
    """
    exchange = locked(exchange)
    if exchange.state == ExchangeState.CANCELLED:
        raise DomainError(_("This Intertransfo is cancelled: you can no longer answer."))
    answer = _answer(exchange, user, exchange_day(exchange, at))
    if answer.state in ANSWERED_YES:
        return answer
    if exchange.state != ExchangeState.REGISTRATION_OPEN:
        raise DomainError(_("Registration is not open."))
    if is_over(exchange, at):
        raise DomainError(OVER)
    _check_days(exchange, user, exchange_day(exchange, at))
    answer.state = next_answer(exchange)
    answer.save()
    if user != by:
        reminders.tell_one(answer, reminders.ANSWERED_FOR[answer.state], exchange=exchange, at=at, by=by)
    elif answer.state == RegistrationState.REGISTERED:
        reminders.confirm_late(answer, exchange=exchange, at=at, by=by)
    if answer.state == RegistrationState.WAITLISTED:
        move_up(exchange, at=at, by=by)  # places may have become free past the actions
        answer.refresh_from_db()
    return answer


@action(gettext_lazy("Other people registered"))
def register_others(*, exchange: Exchange, people: Iterable[User], at: datetime, by: User) -> list[Registration]:
    """Register several people in their order: those for whom no place is left wait."""
    return [register(exchange=exchange, user=user, at=at, by=by) for user in people]


@action(gettext_lazy("Invitation declined"))
def decline(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Say no, leave the waiting list, or give one's place back to whoever waited longest. Twice changes nothing.

    A letter takes it off their calendar where one brought it there.
    """
    exchange = locked(exchange)
    answer = _answer(exchange, user, exchange_day(exchange, at))
    if answer.state in REFUSED:
        return answer
    if exchange.state not in ANSWERABLE:
        raise DomainError(_("There is nothing to answer at present."))
    if is_over(exchange, at):
        raise DomainError(OVER)
    given_back = answer.state == RegistrationState.REGISTERED
    answer.state = RegistrationState.CANCELLED if given_back else RegistrationState.DECLINED
    answer.save()
    forget_needs(Registration.objects.filter(pk=answer.pk))
    reminders.take_off(answer, exchange=exchange, at=at, by=by)
    if given_back:
        move_up(exchange, at=at, by=by)
    return answer


@action(gettext_lazy("Attendance recorded"))
def record_attendance(
    *, exchange: Exchange, came: Collection[Registration], guests: Collection[Guest] | None = None, by: User
) -> Exchange:
    """Of those who were registered, who came; the others did not. Likewise of the guests, unless `guests` is None.

    May be put right later.
    """
    exchange = locked(exchange)
    if exchange.state not in PAST:
        raise DomainError(_("First record that the Intertransfo took place."))
    _record(Registration.objects.filter(exchange=exchange, state__in=EXPECTED), came)
    if guests is not None:
        _record(Guest.objects.filter(exchange=exchange), guests)
    return exchange


def _record(expected: QuerySet[Any], came: Collection[Registration] | Collection[Guest]) -> None:
    """Answers and guests share the two states."""
    present = {row.pk for row in came}
    for row in expected.order_by("pk"):
        state = RegistrationState.ATTENDED if row.pk in present else RegistrationState.NO_SHOW
        if row.state != state:
            row.state = state
            row.save(update_fields=["state"])


def _check_days(exchange: Exchange, user: User, today: date) -> None:
    """Raise DomainError for whoever is not of the edition today, and for whoever will not be on the first day."""
    if here(user, exchange, today, exchange.first_day or today):
        return
    if not here(user, exchange, today):
        raise DomainError(NOT_OF_THE_EDITION, field="user")
    gone = _("%(who)s leaves the edition before this Intertransfo: no seat can be reserved.")
    raise DomainError(gone % {"who": user}, field="user")


def _answer(exchange: Exchange, user: User, today: date) -> Registration:
    """The person's invitation; one who joined since the others were invited gets theirs now."""
    found = Registration.objects.filter(exchange=exchange, user=user).first()
    if found:
        return found
    cohort = cohort_of(user, exchange, today)
    if cohort is None and not user.is_lab_staff:
        raise DomainError(NOT_OF_THE_EDITION, field="user")
    return Registration(exchange=exchange, user=user, cohort_id=cohort)
