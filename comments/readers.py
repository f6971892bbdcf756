"""The people who may read a comment, and those who can be mentioned in it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.visibility import active_on
from programmes.models import AuthorityAdmin
from web.dates.clock import today_everywhere
from web.text.names import name_ordering


def readers(cohort: Cohort, *, shared: bool, since: date | None) -> Q:
    """Return a filter for the people who may read an object of a cohort: the lab, the authority's admins, and its
    members.

    `since` is the day the object was created: members who left before it are left out (None: nobody is). `shared` adds
    the members of all cohorts of the edition. It is the reverse of `prototypes.visibility.readable_by`.
    """
    was_member = (Q(ends_on=None) | Q(ends_on__gte=since)) if since else Q()
    members = Membership.objects.filter(was_member, cohort=cohort.pk)
    admins = AuthorityAdmin.objects.active(today_everywhere()).filter(authority=cohort.authority_id)
    can_read = Q(is_lab_staff=True) | Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    if shared:
        can_read |= Q(pk__in=Membership.objects.filter(was_member, cohort__edition=cohort.edition_id).values("user"))
    return can_read


def suggested_readers(cohort: Cohort, today: date, also: Collection[int] = ()) -> Q:
    """Return a filter for the people to suggest for a mention: the cohort's members on `today`, its authority's admins,
    the lab.

    `also` are the keys of further people to include.
    """
    members = Membership.objects.filter(active_on(today), cohort=cohort.pk)
    admins = AuthorityAdmin.objects.active(today).filter(authority=cohort.authority_id)
    can_read = Q(is_lab_staff=True) | Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    return can_read | Q(pk__in=also)


def people(condition: Q) -> QuerySet[User, Any]:
    """Return the people with an open account who match the condition, ordered by name."""
    return User.objects.filter(condition, is_active=True).order_by(*name_ordering("full_name"))
