"""Cohorts as groups of people with whom someone can share a view of a list."""

from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.hooks import Group
from accounts.models import User
from cohorts.models import Cohort
from web.database.arrays import among
from web.dates.clock import Day
from web.text.names import name_ordering


def _cohorts(user: User, today: Day) -> QuerySet[Cohort]:
    """Return the cohorts of which the user is a member on the day `today`, and those of authorities they administer."""
    active = Cohort.objects.with_active_member(user, today).values("pk")
    return Cohort.objects.filter(Q(pk__in=active) | among("authority", user.access.authorities))


def cohort_group_slugs(user: User, today: Day) -> QuerySet[Cohort, Any]:
    """Return the slugs of the groups that the user belongs to, as a queryset: "cohort-3"."""
    slug = Concat(Value("cohort-"), Cast("pk", CharField()))
    return _cohorts(user, today).annotate(group_slug=slug).values("group_slug")


def cohort_groups(user: User, today: Day) -> list[Group]:
    """Return the groups that the user belongs to, as pairs of slug and name of the cohort, by name."""
    rows = _cohorts(user, today).order_by(*name_ordering()).values_list("pk", "name")
    return [(f"cohort-{pk}", name) for pk, name in rows]
