"""People around a comment: who may read it, and who can be named in one."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.visibility import active_on
from programmes.models import AuthorityAdmin
from web.dates.clock import today_everywhere
from web.text.names import by_name


def readers(cohort: Cohort, *, shared: bool, since: date | None) -> Q:
    """People who may read what belongs to a cohort `since` a day, and is `shared` with its edition or not: `readable`
    the other way round."""
    there = (Q(ends_on=None) | Q(ends_on__gte=since)) if since else Q()
    members = Membership.objects.filter(there, cohort=cohort.pk)
    admins = AuthorityAdmin.objects.active(today_everywhere()).filter(authority=cohort.authority_id)
    found = Q(is_lab_staff=True) | Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    if shared:
        found |= Q(pk__in=Membership.objects.filter(there, cohort__edition=cohort.edition_id).values("user"))
    return found


def in_touch(cohort: Cohort, today: date, besides: Collection[int] = ()) -> Q:
    """Of its readers those a list offers: the cohort's people of the day, its authority's admins, and the lab."""
    members = Membership.objects.filter(active_on(today), cohort=cohort.pk)
    admins = AuthorityAdmin.objects.active(today).filter(authority=cohort.authority_id)
    found = Q(is_lab_staff=True) | Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    return found | Q(pk__in=besides)


def people(found: Q) -> QuerySet[User, Any]:
    """With an open account, by name."""
    return User.objects.filter(found, is_active=True).order_by(*by_name("full_name"))
