"""The people of the lab with what they coordinate."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from web.text.names import name_ordering


def colleagues() -> QuerySet[User]:
    """Return the people of the lab who may sign in, by name."""
    return User.objects.filter(is_lab_staff=True, is_active=True).order_by(*name_ordering("full_name"))


def successors_of(colleague: User) -> QuerySet[User]:
    """Return the people who can take over from a colleague: everyone else of the lab but its readers, by name."""
    return colleagues().exclude(pk=colleague.pk).exclude(lab_role="reader")


def coordinated(people: Collection[User], today: date) -> Mapping[int, list[Membership]]:
    """Return the present and coming memberships as coordinator, with their cohorts, by key of the person (one
    statement).
    """
    rows = Membership.objects.filter(user__in=people, role=MembershipRole.COORDINATOR).exclude(ends_on__lt=today)
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("cohort__authority").order_by("cohort__name", "pk"):
        found[row.user_id].append(row)
    return found
