"""Answers to an invitation, for oneself or for others."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE, ExchangeState
from exchanges.exchange.locks import lock_exchange
from exchanges.exchange.people import cohort_of, is_in_edition
from exchanges.models import Exchange, Registration
from exchanges.registration.actions.needs import delete_needs
from exchanges.registration.actions.waiting_list import move_up, next_answer
from exchanges.registration.enums import ANSWERED_YES, RECORDED, REFUSED, RegistrationState
from exchanges.registration.seats import is_over
from web.actions import action
from web.errors import DomainError

EXCHANGE_OVER = gettext_lazy("This Intertransfo is over: you can no longer answer.")
NOT_IN_EDITION = gettext_lazy("Only members of the edition’s cohorts can take part.")


@action(gettext_lazy("Person registered"))
def register(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Reserve a seat for a person of the edition, or put them on the waiting list when every seat is taken.

    Repeating it changes nothing. A person registered by someone else receives an e-mail, and so does a person who
    registers after the “confirm or cancel” e-mail was sent. Raises DomainError when registration is not open, after the
    last day, and for people who are not in the edition today or on the first day.
    """
    exchange = lock_exchange(exchange)
    if exchange.state == ExchangeState.CANCELLED:
        raise DomainError(_("This Intertransfo is cancelled: you can no longer answer."))
    answer = invitation_of(exchange, user, exchange_day(exchange, at))
    if answer.state in (*ANSWERED_YES, *RECORDED):
        return answer
    if exchange.state != ExchangeState.REGISTRATION_OPEN:
        raise DomainError(_("Registration is not open."))
    if is_over(exchange, at):
        raise DomainError(EXCHANGE_OVER)
    check_in_edition(exchange, user, exchange_day(exchange, at))
    answer.state = next_answer(exchange)
    answer.save()
    if user != by:
        reminders.email_person(answer, reminders.ANSWER_EMAILS[answer.state], exchange=exchange, at=at, by=by)
    elif answer.state == RegistrationState.REGISTERED:
        reminders.send_late_confirmation(answer, exchange=exchange, at=at, by=by)
    if answer.state == RegistrationState.WAITLISTED:
        move_up(exchange, at=at, by=by)  # seats may have become free without an action
        answer.refresh_from_db()
    return answer


@action(gettext_lazy("Other people registered"))
def register_others(*, exchange: Exchange, people: Iterable[User], at: datetime, by: User) -> list[Registration]:
    """Register several people for the exchange in this order; those who find no seat go on the waiting list.

    Returns their registrations. People registered by someone else receive an e-mail. Raises DomainError, and registers
    nobody, when one of them is not in the edition today or on the first day, or registration is not open.
    """
    return [register(exchange=exchange, user=user, at=at, by=by) for user in people]


@action(gettext_lazy("Invitation declined"))
def decline(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Record that a person does not come: they decline, leave the waiting list, or release their seat.

    A seat goes to the next person on the waiting list, and the person's travel, dietary and access needs are deleted.
    Repeating it changes nothing. An e-mail removes the exchange from the person's calendar if an earlier one added it.
    Raises DomainError before registration opens, once the exchange is held or cancelled, after its last day, and once
    it is recorded whether the person came.
    """
    exchange = lock_exchange(exchange)
    answer = invitation_of(exchange, user, exchange_day(exchange, at))
    if answer.state in REFUSED:
        return answer
    if exchange.state not in ANSWERABLE:
        raise DomainError(_("There is nothing to answer at present."))
    if is_over(exchange, at):
        raise DomainError(EXCHANGE_OVER)
    if answer.state in RECORDED:
        raise DomainError(_("Your attendance is already recorded. If it is wrong, tell your host."))
    given_back = answer.state == RegistrationState.REGISTERED
    answer.state = RegistrationState.CANCELLED if given_back else RegistrationState.DECLINED
    answer.save()
    delete_needs(Registration.objects.filter(pk=answer.pk))
    reminders.send_calendar_removal(answer, exchange=exchange, at=at, by=by)
    if given_back:
        move_up(exchange, at=at, by=by)
    return answer


def check_in_edition(exchange: Exchange, user: User, today: date) -> None:
    """Raise DomainError for a person who is not in the exchange's edition today, or will not be on its first day.

    In it are members of its cohorts, admins of their authorities, and lab staff.
    """
    if is_in_edition(user, exchange, today, exchange.first_day or today):
        return
    if not is_in_edition(user, exchange, today):
        raise DomainError(NOT_IN_EDITION, field="user")
    message = _("%(who)s leaves the edition before this Intertransfo: no seat can be reserved.")
    raise DomainError(message % {"who": user}, field="user")


def invitation_of(exchange: Exchange, user: User, today: date) -> Registration:
    """Return the person's registration for the exchange; an unsaved one for a person who has not been invited yet.

    Raises DomainError for people without a registration who are not in the edition on `today`.
    """
    answer = Registration.objects.filter(exchange=exchange, user=user).first()
    if answer:
        return answer
    cohort = cohort_of(user, exchange, today)
    if cohort is None and not user.is_lab_staff:
        raise DomainError(NOT_IN_EDITION, field="user")
    return Registration(exchange=exchange, user=user, cohort_id=cohort)
