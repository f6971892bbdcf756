"""Who comes: answers to an invitation, for oneself or for people of one's cohort, and who came in the end."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort, Membership
from exchanges.actions.checks import locked
from exchanges.enums import ANSWERABLE, EXPECTED, PAST, ExchangeState, RegistrationState
from exchanges.models import Exchange, Registration
from programmes.models import AuthorityAdmin
from web.errors import DomainError
from web.verbs import verb


@verb
def register(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Take a place for a member of the edition. Raises DomainError when every place is taken. Twice changes nothing."""
    exchange = locked(exchange)
    answer = _answer(exchange, user, timezone.localdate(at))
    if answer.state == RegistrationState.REGISTERED:
        return answer
    if exchange.state != ExchangeState.REGISTRATION_OPEN:
        raise DomainError(_("Registration is not open."))
    answer.state = RegistrationState.REGISTERED
    answer.save()
    return answer


@verb
def register_others(*, exchange: Exchange, people: Collection[User], at: datetime, by: User) -> list[Registration]:
    """Take places for several people, all of them or none."""
    return [register(exchange=exchange, user=user, at=at, by=by) for user in people]


@verb
def decline(*, exchange: Exchange, user: User, at: datetime, by: User) -> Registration:
    """Say no, or give one's place back. Twice changes nothing."""
    exchange = locked(exchange)
    answer = _answer(exchange, user, timezone.localdate(at))
    if answer.state in {RegistrationState.DECLINED, RegistrationState.CANCELLED}:
        return answer
    if exchange.state not in ANSWERABLE:
        raise DomainError(_("There is nothing to answer at present."))
    given_back = answer.state == RegistrationState.REGISTERED
    answer.state = RegistrationState.CANCELLED if given_back else RegistrationState.DECLINED
    answer.save()
    return answer


@verb
def record_attendance(*, exchange: Exchange, came: Collection[Registration], by: User) -> Exchange:
    """Of those who were registered, who came; the others did not. May be put right later."""
    exchange = locked(exchange)
    if exchange.state not in PAST:
        raise DomainError(_("Record that it took place first."))
    present = {answer.pk for answer in came}
    for answer in Registration.objects.filter(exchange=exchange, state__in=EXPECTED).order_by("pk"):
        state = RegistrationState.ATTENDED if answer.pk in present else RegistrationState.NO_SHOW
        if answer.state != state:
            answer.state = state
            answer.save(update_fields=["state"])
    return exchange


def _answer(exchange: Exchange, user: User, today: date) -> Registration:
    """The person's invitation; one who joined since the others were invited gets theirs now."""
    found = Registration.objects.filter(exchange=exchange, user=user).first()
    if found:
        return found
    cohort = cohort_of(user, exchange, today)
    if cohort is None and not user.is_lab_staff:
        raise DomainError(_("Only members of the edition's cohorts take part."), field="user")
    return Registration(exchange=exchange, user=user, cohort_id=cohort)


def cohort_of(user: User, exchange: Exchange, today: date) -> int | None:
    """The cohort the person comes with: their own, else that of an authority they are admin of."""
    member = Membership.objects.active(today).filter(user=user, cohort__edition=exchange.edition_id)
    own = member.order_by("pk").values_list("cohort_id", flat=True).first()
    if own is not None:
        return own
    administered = AuthorityAdmin.objects.active(today).filter(user=user).values("authority")
    cohorts = Cohort.objects.filter(edition=exchange.edition_id, authority__in=administered)
    return cohorts.order_by("pk").values_list("pk", flat=True).first()
