"""Filters for the challenges, ideas, prototypes and tests that a person may read, work on or confirm."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, QuerySet

from cohorts.models import Cohort
from cohorts.people.enums import MembershipRole
from cohorts.visibility import (
    active_on,
    always_visible,
    existed_on_last_day,
    memberships_with_end,
    memberships_without_end,
    visible_rows,
)
from web.dates.clock import Day

if TYPE_CHECKING:
    from accounts.models import User


WORKING_ROLES = (MembershipRole.COORDINATOR, MembershipRole.RESIDENT, MembershipRole.PILOT, MembershipRole.AMBASSADOR)
LEADING_ROLES = (MembershipRole.COORDINATOR, MembershipRole.PILOT)
EDITING_ROLES = (MembershipRole.COORDINATOR, MembershipRole.RESIDENT, MembershipRole.PILOT)


def readable_by(user: User, idea: str = "", *below: str) -> Q:
    """Return a filter for rows whose idea (or canvas) the person may read: in their cohorts, or shared with their
    editions.

    `idea` is the path from the row to the idea ("prototype__idea__"), empty for ideas and canvases themselves. `below`
    names the creation dates of the row and of what lies between it and the idea: past members read only what existed on
    their last day. Lab staff read all rows, signed-out people none.
    """
    if not user.is_authenticated or user.is_lab_staff:
        return visible_rows(user, f"{idea}cohort__")
    cohorts = Cohort.objects.filter(always_visible(user)).values("pk")
    shared = Q(**{f"{idea}shared_with_edition": True})
    shared_in_edition = shared & Q(**{f"{idea}cohort__in": _of_editions(memberships_without_end(user))})
    return (
        Q(**{f"{idea}cohort__in": cohorts})
        | shared_in_edition
        | _readable_by_past_member(user, idea, shared, [f"{idea}created_on", *below])
    )


def _readable_by_past_member(user: User, idea: str, shared: Q, created_on_paths: Collection[str]) -> Q:
    """Return a filter for what past members may read: what existed on their last day in the cohort or, if shared, in
    its edition.

    `idea` is the path to the idea, `shared` the condition that it is shared, `created_on_paths` name the columns with
    creation dates.
    """
    memberships, row_cohort = memberships_with_end(user), OuterRef(f"{idea}cohort")
    own = Q(**{f"{idea}cohort__in": memberships.values("cohort")}) & existed_on_last_day(
        user, created_on_paths, cohort=row_cohort
    )
    in_editions = Q(**{f"{idea}cohort__in": _of_editions(memberships)}) & existed_on_last_day(
        user, created_on_paths, cohort__edition__cohorts=row_cohort
    )
    return own | (shared & in_editions)


def _of_editions(memberships: QuerySet[Any]) -> QuerySet[Cohort, Any]:
    """Return the keys of all cohorts of the editions to which these memberships belong, as a queryset."""
    return Cohort.objects.filter(edition__in=memberships.values("cohort__edition")).values("pk")


def working_cohorts(user: User, day: Day, roles: Collection[str] = WORKING_ROLES) -> QuerySet[Cohort]:
    """Return the cohorts in which the person adds work on this day: as an active member with one of the `roles`.

    By default these are coordinator, resident, pilot and ambassador. For lab staff, all cohorts that run or are
    suspended. Withdrawn cohorts and published facts are left out.
    """
    cohorts = Cohort.objects.filter(retrospective=False).exclude(state="withdrawn")
    if user.is_lab_staff:
        return cohorts.filter(state__in=["running", "suspended"])
    own = active_on(day, "memberships__") & Q(memberships__user=user, memberships__role__in=roles)
    return cohorts.filter(own).distinct()


def confirmable_ideas(user: User, today: Day) -> Q:
    """Return a filter for ideas whose state the person may confirm on the day `today`, other than as lab staff.

    These are the ideas of cohorts they coordinate, pilot or administer, and those they own or co-author in cohorts
    where they are members.
    """
    memberships = user.memberships.filter(active_on(today))
    led_by_user = Q(cohort__in=memberships.filter(role__in=LEADING_ROLES).values("cohort"))
    administered = Q(cohort__authority__in=user.administered.active(today).values("authority"))
    own = Q(owner=user) | Q(pk__in=user.co_authored_ideas.order_by().values("pk"))
    return led_by_user | administered | (own & Q(cohort__in=memberships.values("cohort")))
