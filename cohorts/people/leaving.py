"""Warnings about cohorts that would have no pilot or no coordinator once a person leaves."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from cohorts.visibility import active_on

ACTIVE_STATES = (CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED)
NO_PILOT = gettext_lazy(
    "%(cohort)s will have no pilot from the next day on. The lab’s home page shows this until someone is"
    " named or invited."
)

NO_OTHER = {
    MembershipRole.PILOT: gettext_lazy("%(cohort)s has no other pilot."),
    MembershipRole.COORDINATOR: gettext_lazy("%(cohort)s has no other coordinator."),
}


def no_pilot_warning(member: Membership) -> str:
    """Return the warning that the cohort will have no pilot once this membership (`member`, a pilot's) ends (one
    statement).

    "" when another pilot's membership has no end, and for a cohort that is not agreed, running or suspended.
    """
    if member.cohort.state not in ACTIVE_STATES:
        return ""
    others = Membership.objects.filter(cohort=member.cohort_id, role=MembershipRole.PILOT).exclude(pk=member.pk)
    if others.filter(ends_on=None).exists():
        return ""
    return NO_PILOT % {"cohort": member.cohort}


def cohorts_losing_lead(user: User, today: date) -> list[str]:
    """Return a sentence for each cohort, by name, that would have no pilot or no coordinator without this user.

    Those are agreed, running and suspended cohorts that the user leads on `today`, without another person in that role
    whose membership has no end.
    """
    return [
        str(sentence % {"cohort": cohort.name})
        for role, sentence in NO_OTHER.items()
        for cohort in _led(user, role, today)
    ]


def _led(user: User, role: MembershipRole, today: date) -> QuerySet[Cohort]:
    """Return the cohorts, by name, that nobody would lead under this role without the user, on `today`."""
    led = user.memberships.filter(active_on(today), role=role)
    others = Membership.objects.filter(role=role, ends_on=None).exclude(user=user)
    rows = Cohort.objects.filter(state__in=ACTIVE_STATES, pk__in=led.values("cohort"))
    return rows.exclude(pk__in=others.values("cohort")).by_name()
