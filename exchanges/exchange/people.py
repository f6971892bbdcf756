"""Who is of an exchange's edition: whoever is not any more has no place there and gets no letter about it."""

from datetime import date

from django.db.models import Q

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort, Membership
from cohorts.people.models import MembershipQuerySet
from exchanges.models import Exchange
from programmes.models import AuthorityAdmin


def cohorts_of(exchange: int) -> CohortQuerySet:
    """Cohorts of its edition that have not withdrawn."""
    return Cohort.objects.filter(edition__exchanges=exchange).exclude(state=CohortState.WITHDRAWN)


def members_of(exchange: int, day: date) -> MembershipQuerySet:
    return Membership.objects.active(day).filter(cohort__in=cohorts_of(exchange))


def still_of(exchange: int, day: date) -> Q:
    """People of the edition on that day: members of its cohorts, admins of their authorities, lab staff."""
    admins = AuthorityAdmin.objects.active(day).filter(authority__in=cohorts_of(exchange).values("authority"))
    return Q(pk__in=members_of(exchange, day).values("user")) | Q(pk__in=admins.values("user")) | Q(is_lab_staff=True)


def here(user: User, exchange: Exchange, *days: date) -> bool:
    """Whether the person is of the edition on each of these days, with an account that is open (one statement)."""
    of_it = [still_of(exchange.pk, day) for day in sorted(set(days))]
    return User.objects.filter(*of_it, pk=user.pk, is_active=True).exists()


def cohort_of(user: User, exchange: Exchange, today: date) -> int | None:
    """The cohort the person comes with: their own, else that of an authority they are admin of."""
    own = members_of(exchange.pk, today).filter(user=user).order_by("pk").values_list("cohort_id", flat=True).first()
    if own is not None:
        return own
    administered = AuthorityAdmin.objects.active(today).filter(user=user).values("authority")
    cohorts = cohorts_of(exchange.pk).filter(authority__in=administered)
    return cohorts.order_by("pk").values_list("pk", flat=True).first()
