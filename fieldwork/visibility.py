"""Whose field notes and insights a person may read: those of cohorts in which they work, or worked until they left."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.models import User
from cohorts.models import Cohort, Membership
from files.enums import PEOPLE_AGREED, Consent
from prototypes.visibility import WORKING_ROLES
from web.dates.clock import day_of_rows, today_everywhere


def in_cohorts_of_work(user: User, *later: str) -> Q:
    """Return the condition for rows of cohorts in which the person is coordinator, resident, pilot or ambassador.

    Those who left see the rows that existed on their last day in such a role. Lab staff see those of all cohorts,
    relays, admins and other cohorts none. The rows have the columns `cohort` and `created_on`; `later` are
    columns with days from which on they exist for those who left, if not empty.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    memberships = Membership.objects.filter(user=user, role__in=WORKING_ROLES, cohort=OuterRef("cohort"))
    day = Greatest(*map(OuterRef, ("created_on", *later))) if later else OuterRef("created_on")
    return Q(Exists(memberships.filter(Q(ends_on=None) | Q(ends_on__gte=day))))


def cohorts_of_work(user: User) -> QuerySet[Cohort]:
    """Return the cohorts whose notebook the person may open: where they work, or worked until they left.

    All for lab staff, except those known from publications only, which have no notebook.
    """
    cohorts = Cohort.objects.filter(retrospective=False)
    if user.is_lab_staff:
        return cohorts
    memberships = Membership.objects.filter(user=user, role__in=WORKING_ROLES, cohort=OuterRef("pk"))
    return cohorts.filter(Exists(memberships))


def usable_notes(path: str = "") -> Q:
    """Return the condition for notes that are not removed and that the cohort may use: nobody is recognisable, or
    people agreed until today or later.

    The day is that of each authority. `path` leads from the row to the note.
    """
    day = day_of_rows(today_everywhere(), f"{path}cohort__authority")
    agreed = Q(**{f"{path}consent__in": PEOPLE_AGREED, f"{path}consent_until__gte": day})
    return (agreed | Q(**{f"{path}consent": Consent.NOBODY})) & Q(**{f"{path}removed_at": None})
