"""Invites people who join an edition to its exchanges with open registration."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort, Membership
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import COHORT_STATES_TAKING_PART, ExchangeState
from exchanges.exchange.locks import lock_exchange
from exchanges.exchange.people import in_edition_on
from exchanges.models import Exchange, Registration
from notifications.enums import ReminderState
from notifications.models import Reminder
from programmes.models import Edition
from web.actions import action
from web.dates.clock import today_everywhere


@action(gettext_lazy("Newcomers invited"))
def invite_newcomers(*, people: QuerySet[User], cohort: Cohort, at: datetime, by: User | None) -> list[Registration]:
    """Invite people who joined a cohort, or whose cohort takes part again, to the edition's exchanges with open
    registration.

    Only exchanges to come, and only people who are active members on the day of `at` of a cohort that takes part.
    Repeating it changes nothing. Returns the new registrations.
    """
    return _invite_to_all(cohort.edition_id, people, at=at, by=by)


@action(gettext_lazy("Invitations sent to members who have started"))
def invite_started_members(*, edition: Edition, at: datetime, by: User | None = None) -> list[Registration]:
    """Invite people whose first day in the edition has come to its exchanges with open registration.

    It looks for every member active on the day of `at` who has no invitation yet, so repeating it changes nothing.
    Returns the new registrations.
    """
    return _invite_to_all(edition.pk, User.objects.all(), at=at, by=by)


def _invite_to_all(edition_id: int, people: QuerySet[User], *, at: datetime, by: User | None) -> list[Registration]:
    """Invite these people to all exchanges of an edition that are to come and have open registration.

    Returns the new registrations; people without an active membership in a cohort that takes part are passed over.
    """
    coming = Exchange.objects.coming(today_everywhere(at)).filter(edition=edition_id)
    # The order avoids deadlocks with other actions.
    exchanges = [lock_exchange(row) for row in coming.filter(state=ExchangeState.REGISTRATION_OPEN).order_by("pk")]
    return [answer for exchange in exchanges for answer in invite(exchange, people, at=at, by=by)]


def invite(exchange: Exchange, people: QuerySet[User], *, at: datetime, by: User | None) -> list[Registration]:
    """Invite those of `people` who take part in the exchange and are not invited yet; return their registrations.

    Each receives an e-mail, unless the invitation to everyone is still planned. The exchange must be locked already;
    nobody is invited, and the list is empty, unless registration is open.
    """
    if exchange.state != ExchangeState.REGISTRATION_OPEN:
        return []
    invited = Registration.objects.filter(exchange=exchange).values("user")
    new = set(people.exclude(pk__in=invited).values_list("pk", flat=True))
    answers = [answer for answer in invitations(exchange, exchange_day(exchange, at)) if answer.user_id in new]
    rows = Reminder.objects.of_event(reminders.event_of(exchange)).filter(email_type=reminders.INVITATION)
    is_planned = rows.filter(version=exchange.version, state=ReminderState.PLANNED).exists() if answers else False
    for answer in answers:
        answer.save()
        if not is_planned:
            reminders.email_person(answer, reminders.INVITATION, exchange=exchange, at=at, by=by)
    return answers


def invitations(exchange: Exchange, today: date) -> Iterator[Registration]:
    """Yield an unsaved registration for each person active on `today` in a cohort that takes part, for their first
    cohort.

    Cohorts take part once they have agreed, until they are suspended or withdraw. People who leave the edition before
    the first day are left out: they could not accept.
    """
    in_edition = User.objects.filter(in_edition_on(exchange.pk, exchange.first_day or today), is_active=True)
    members = Membership.objects.active(today).filter(
        cohort__edition=exchange.edition_id, cohort__state__in=COHORT_STATES_TAKING_PART, user__in=in_edition
    )
    cohorts: dict[int, int] = {}
    for user, cohort in members.order_by("starts_on", "pk").values_list("user_id", "cohort_id"):
        cohorts.setdefault(user, cohort)
    return (Registration(exchange=exchange, user_id=user, cohort_id=cohort) for user, cohort in cohorts.items())
