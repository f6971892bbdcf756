"""Filters for the challenges, ideas, prototypes and tests that a person may read, work on or confirm."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.visibility import in_ending_cohorts, in_ending_editions
from cohorts.models import Cohort
from cohorts.people.enums import MembershipRole
from cohorts.visibility import active_on, always_visible, cohorts_with, visible_rows
from web.database.arrays import among, among_keys
from web.dates.clock import Day

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
    access, shared = user.access, Q(**{f"{idea}shared_with_edition": True})
    neighbours, created = cohorts_with(among("edition", access.member_editions)), [f"{idea}created_on", *below]
    return (
        always_visible(access, f"{idea}cohort__")
        | (shared & among_keys(f"{idea}cohort", neighbours))
        | in_ending_cohorts(access, f"{idea}cohort", created)
        | (shared & in_ending_editions(access, f"{idea}cohort__edition", created))
    )


def adds_work(user: User) -> bool:
    """Return whether the menu offers the person to note and to log tests: lab staff, and whoever has or had one of the
    working roles in a cohort (no statement).
    """
    return user.is_lab_staff or not user.access.roles.isdisjoint(WORKING_ROLES)


def working_cohorts(user: User, day: Day, roles: Collection[str] = WORKING_ROLES) -> QuerySet[Cohort]:
    """Return the cohorts in which the person adds work on this day: as an active member with one of the `roles`.

    By default these are coordinator, resident, pilot and ambassador. For lab staff, all cohorts that run or are
    suspended. Withdrawn cohorts and published facts are left out.
    """
    cohorts = Cohort.objects.filter(retrospective=False).exclude(state="withdrawn")
    if user.is_lab_staff:
        return cohorts.filter(state__in=["running", "suspended"])
    own = user.memberships.filter(active_on(day), role__in=roles)
    return cohorts.filter(among_keys("pk", own.values("cohort")))


def confirmable_ideas(user: User, today: Day) -> Q:
    """Return a filter for ideas whose state the person may confirm on the day `today`, other than as lab staff.

    These are the ideas of cohorts they coordinate, pilot or administer, and those they own or co-author in cohorts
    where they are members.
    """
    memberships = user.memberships.filter(active_on(today))
    led_by_user = among_keys("cohort", memberships.filter(role__in=LEADING_ROLES).values("cohort"))
    administered = cohorts_with(Q(authority__in=user.administered.active(today).values("authority")))
    own = Q(owner=user) | among_keys("pk", user.co_authored_ideas.order_by().values("pk"))
    own &= among_keys("cohort", memberships.values("cohort"))
    return led_by_user | among_keys("cohort", administered) | own
