"""What is left without anybody when a person leaves: said before they do."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership
from cohorts.people.enums import Role
from cohorts.visibility import active_on

AT_WORK = (CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED)
NO_PILOT = gettext_lazy(
    "%(cohort)s will have no pilot from the next day on. The lab’s home page shows this until someone is"
    " named or invited."
)


def left_without_pilot(member: Membership) -> str:
    """What ending this pilot's membership means, unless another follows (one statement)."""
    if member.cohort.state not in AT_WORK:
        return ""
    others = Membership.objects.filter(cohort=member.cohort_id, role=Role.PILOT).exclude(pk=member.pk)
    if others.filter(ends_on=None).exists():
        return ""
    return NO_PILOT % {"cohort": member.cohort}


def without_pilot(user: User, today: date) -> list[str]:
    """Cohorts at work that the person leads and nobody after them."""
    led = user.memberships.filter(active_on(today), role=Role.PILOT)
    others = Membership.objects.filter(role=Role.PILOT, ends_on=None).exclude(user=user)
    rows = Cohort.objects.filter(state__in=AT_WORK, pk__in=led.values("cohort"))
    return [
        _("%(cohort)s has no other pilot.") % {"cohort": cohort.name}
        for cohort in rows.exclude(pk__in=others.values("cohort")).by_name()
    ]
