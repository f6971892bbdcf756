"""People of an exchange's edition. People outside it have no seat and receive no e-mails about the exchange."""

from datetime import date

from django.db.models import Q

from accounts.models import User
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort, Membership
from cohorts.people.models import MembershipQuerySet
from exchanges.models import Exchange
from programmes.models import AuthorityAdmin


def cohorts_of(exchange_id: int) -> CohortQuerySet:
    """Return the cohorts of the exchange's edition that have not withdrawn."""
    # A subquery: `edition__exchanges` would join two more tables in every statement that is made of this one.
    return Cohort.objects.filter(edition__in=Exchange.objects.filter(pk=exchange_id).values("edition")).not_withdrawn()


def members_of(exchange_id: int, day: date) -> MembershipQuerySet:
    """Return the memberships, active on `day`, in cohorts of the exchange's edition that have not withdrawn."""
    return Membership.objects.active(day).filter(cohort__in=cohorts_of(exchange_id))


def in_edition_on(exchange_id: int, day: date) -> Q:
    """Return a filter for people in the edition of an exchange on that day.

    These are members of cohorts that have not withdrawn, admins of their authorities, and all lab staff.
    """
    admins = AuthorityAdmin.objects.active(day).filter(authority__in=cohorts_of(exchange_id).values("authority"))
    return (
        Q(pk__in=members_of(exchange_id, day).values("user")) | Q(pk__in=admins.values("user")) | Q(is_lab_staff=True)
    )


def is_in_edition(user: User, exchange: Exchange, *days: date) -> bool:
    """Return whether the person has an active account and is in the exchange's edition on each of these days.

    In it are members of its cohorts that have not withdrawn, admins of their authorities, and lab staff. One statement.
    """
    conditions = [in_edition_on(exchange.pk, day) for day in sorted(set(days))]
    return User.objects.filter(*conditions, pk=user.pk, is_active=True).exists()


def cohort_of(user: User, exchange: Exchange, today: date) -> int | None:
    """Return the key of the person's cohort in the exchange's edition on `today`: the oldest of several memberships.

    If they are no member, it is a cohort of an authority they are admin of; None for people who are neither.
    """
    own = members_of(exchange.pk, today).filter(user=user).order_by("pk").values_list("cohort_id", flat=True).first()
    if own is not None:
        return own
    administered = AuthorityAdmin.objects.active(today).filter(user=user).values("authority")
    cohorts = cohorts_of(exchange.pk).filter(authority__in=administered)
    return cohorts.order_by("pk").values_list("pk", flat=True).first()
