"""Questions about challenges, ideas, prototypes and tests. Every page starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, QuerySet

from cohorts.models import Cohort
from cohorts.people.enums import Role
from cohorts.visibility import active_on, beyond_any_day, was_there, with_last_day, within_reach, without_last_day
from web.dates.clock import Day

if TYPE_CHECKING:
    from accounts.models import User


WORKING_ROLES = (Role.COORDINATOR, Role.RESIDENT, Role.PILOT, Role.AMBASSADOR)
LEADING_ROLES = (Role.COORDINATOR, Role.PILOT)
EDITING_ROLES = (Role.COORDINATOR, Role.RESIDENT, Role.PILOT)


def readable(user: User, idea: str = "", *below: str) -> Q:
    """Rows whose idea the person may read: those within reach, and those shared with the person's editions.

    `idea` leads to the idea ("prototype__idea__"), empty for ideas themselves; or to a canvas, which is shared alike.
    `below` names the days since which the row, and what lies between it and the idea, are there: see `within_reach`.
    Cohorts are found first, in statements within: asked of each idea, PostgreSQL holds every idea against every cohort.
    """
    if not user.is_authenticated or user.is_lab_staff:
        return within_reach(user, f"{idea}cohort__")
    near = Cohort.objects.filter(beyond_any_day(user)).values("pk")
    shared = Q(**{f"{idea}shared_with_edition": True})
    beside = shared & Q(**{f"{idea}cohort__in": _of_editions(without_last_day(user))})
    return Q(**{f"{idea}cohort__in": near}) | beside | _left(user, idea, shared, [f"{idea}born_on", *below])


def _left(user: User, idea: str, shared: Q, born: Collection[str]) -> Q:
    """What past members read: what was there on their last day in the cohort, or of what is shared in its edition."""
    ours, theirs = with_last_day(user), OuterRef(f"{idea}cohort")
    own = Q(**{f"{idea}cohort__in": ours.values("cohort")}) & was_there(user, born, cohort=theirs)
    near = Q(**{f"{idea}cohort__in": _of_editions(ours)}) & was_there(user, born, cohort__edition__cohorts=theirs)
    return own | (shared & near)


def _of_editions(memberships: QuerySet[Any]) -> QuerySet[Cohort, Any]:
    """The keys of all cohorts of their editions."""
    return Cohort.objects.filter(edition__in=memberships.values("cohort__edition")).values("pk")


def working_cohorts(user: User, day: Day, roles: Collection[str] = WORKING_ROLES) -> QuerySet[Cohort]:
    """Cohorts in which the person adds work that day: for lab staff all that run or are suspended.

    Published facts take none.
    """
    cohorts = Cohort.objects.filter(retrospective=False).exclude(state="withdrawn")
    if user.is_lab_staff:
        return cohorts.filter(state__in=["running", "suspended"])
    own = active_on(day, "memberships__") & Q(memberships__user=user, memberships__role__in=roles)
    return cohorts.filter(own).distinct()


def confirms(user: User, today: Day) -> Q:
    """Ideas of cohorts the person leads that day or answers for, and their own where they are a member."""
    near = user.memberships.filter(active_on(today))
    led = Q(cohort__in=near.filter(role__in=LEADING_ROLES).values("cohort"))
    administered = Q(cohort__authority__in=user.administered.active(today).values("authority"))
    own = Q(owner=user) | Q(pk__in=user.co_authored_ideas.order_by().values("pk"))
    return led | administered | (own & Q(cohort__in=near.values("cohort")))
