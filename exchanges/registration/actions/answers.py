"""Answers to an invitation, for oneself or for others, and attendance."""

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
from exchanges.exchange.locks import lock_exchange
from exchanges.exchange.people import cohort_of, is_in_edition
from exchanges.models import Exchange, Guest, Registration
from exchanges.registration.actions.needs import delete_needs
from exchanges.registration.actions.waiting_list import move_up, next_answer
from exchanges.registration.enums import ANSWERED_YES, EXPECTED, REFUSED, RegistrationState
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
    answer = _invitation_of(exchange, user, exchange_day(exchange, at))
    if answer.state in ANSWERED_YES:
        return answer
    if exchange.state != ExchangeState.REGISTRATION_OPEN:
        raise DomainError(_("Registration is not open."))
    if is_over(exchange, at):
        raise DomainError(EXCHANGE_OVER)
    _check_in_edition(exchange, user, exchange_day(exchange, at))
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
    Raises DomainError before registration opens, once the exchange is held or cancelled, and after its last day.
    """
    exchange = lock_exchange(exchange)
    answer = _invitation_of(exchange, user, exchange_day(exchange, at))
    if answer.state in REFUSED:
        return answer
    if exchange.state not in ANSWERABLE:
        raise DomainError(_("There is nothing to answer at present."))
    if is_over(exchange, at):
        raise DomainError(EXCHANGE_OVER)
    given_back = answer.state == RegistrationState.REGISTERED
    answer.state = RegistrationState.CANCELLED if given_back else RegistrationState.DECLINED
    answer.save()
    delete_needs(Registration.objects.filter(pk=answer.pk))
    reminders.send_calendar_removal(answer, exchange=exchange, at=at, by=by)
    if given_back:
        move_up(exchange, at=at, by=by)
    return answer


@action(gettext_lazy("Attendance recorded"))
def record_exchange_attendance(
    *, exchange: Exchange, came: Collection[Registration], guests: Collection[Guest] | None = None, by: User
) -> Exchange:
    """Record which registered people came to the exchange, and which guests unless `guests` is None.

    Those not listed in `came` and `guests` did not come. It can be corrected later. Raises DomainError before the
    exchange is recorded as held.
    """
    exchange = lock_exchange(exchange)
    if exchange.state not in PAST:
        raise DomainError(_("First record that the Intertransfo took place."))
    _record_presence(Registration.objects.filter(exchange=exchange, state__in=EXPECTED), came)
    if guests is not None:
        _record_presence(Guest.objects.filter(exchange=exchange), guests)
    return exchange


def _record_presence(expected: QuerySet[Any], came: Collection[Registration] | Collection[Guest]) -> None:
    """Record for each of the expected registrations or guests that they came, if among `came`, else that they did not.

    Only rows that change are saved.
    """
    present = {row.pk for row in came}
    for row in expected.order_by("pk"):
        state = RegistrationState.ATTENDED if row.pk in present else RegistrationState.NO_SHOW
        if row.state != state:
            row.state = state
            row.save(update_fields=["state"])


def _check_in_edition(exchange: Exchange, user: User, today: date) -> None:
    """Raise DomainError for a person who is not in the exchange's edition today, or will not be on its first day.

    In it are members of its cohorts, admins of their authorities, and lab staff.
    """
    if is_in_edition(user, exchange, today, exchange.first_day or today):
        return
    if not is_in_edition(user, exchange, today):
        raise DomainError(NOT_IN_EDITION, field="user")
    message = _("%(who)s leaves the edition before this Intertransfo: no seat can be reserved.")
    raise DomainError(message % {"who": user}, field="user")


def _invitation_of(exchange: Exchange, user: User, today: date) -> Registration:
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
