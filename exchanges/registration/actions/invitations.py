"""Who joins an edition is invited to its exchanges that take registrations, as those before were."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort, Membership
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import COMMITTED, ExchangeState
from exchanges.exchange.locks import locked
from exchanges.exchange.people import still_of
from exchanges.models import Exchange, Registration
from notifications.enums import ReminderState
from notifications.models import Reminder
from programmes.models import Edition
from web.actions import action
from web.dates.clock import today_everywhere


@action(gettext_lazy("Newcomers invited"))
def invite_newcomers(*, people: QuerySet[User], cohort: Cohort, at: datetime, by: User | None) -> list[Registration]:
    """Invite those of these people who were not, to what is still to come in the edition. Twice changes nothing.

    They came to a `cohort`, or it takes part again.
    """
    return _invite_to_all(cohort.edition_id, people, at=at, by=by)


@action(gettext_lazy("Invitations sent to members who have started"))
def invite_those_who_began(*, edition: Edition, at: datetime, by: User | None = None) -> list[Registration]:
    """Likewise everyone of the edition whose first day has come meanwhile."""
    return _invite_to_all(edition.pk, User.objects.all(), at=at, by=by)


def _invite_to_all(edition: int, people: QuerySet[User], *, at: datetime, by: User | None) -> list[Registration]:
    coming = Exchange.objects.coming(today_everywhere(at)).filter(edition=edition)
    # In the order in which others lock.
    found = [locked(row) for row in coming.filter(state=ExchangeState.REGISTRATION_OPEN).order_by("pk")]
    return [answer for exchange in found for answer in invite(exchange, people, at=at, by=by)]


def invite(exchange: Exchange, people: QuerySet[User], *, at: datetime, by: User | None) -> list[Registration]:
    """Invite those of these people who were not, with a letter each unless the ladder's is still to go.

    The exchange is locked; unless people register there nobody is invited.
    """
    if exchange.state != ExchangeState.REGISTRATION_OPEN:
        return []
    asked = Registration.objects.filter(exchange=exchange).values("user")
    new = set(people.exclude(pk__in=asked).values_list("pk", flat=True))
    answers = [answer for answer in invitations(exchange, exchange_day(exchange, at)) if answer.user_id in new]
    rows = Reminder.objects.of_event(reminders.event_of(exchange)).filter(letter=reminders.INVITATION)
    ahead = rows.filter(version=exchange.version, state=ReminderState.PLANNED).exists() if answers else False
    for answer in answers:
        answer.save()
        if not ahead:
            reminders.tell_one(answer, reminders.INVITATION, exchange=exchange, at=at, by=by)
    return answers


def invitations(exchange: Exchange, today: date) -> Iterator[Registration]:
    """One for each person active today in a cohort that comes, in the first of their cohorts.

    Whoever leaves the edition before the first day could not say yes and is not asked.
    """
    then = User.objects.filter(still_of(exchange.pk, exchange.first_day or today), is_active=True)
    members = Membership.objects.active(today).filter(
        cohort__edition=exchange.edition_id, cohort__state__in=COMMITTED, user__in=then
    )
    cohorts: dict[int, int] = {}
    for user, cohort in members.order_by("starts_on", "pk").values_list("user_id", "cohort_id"):
        cohorts.setdefault(user, cohort)
    return (Registration(exchange=exchange, user_id=user, cohort_id=cohort) for user, cohort in cohorts.items())
