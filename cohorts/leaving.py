"""What is left without anybody when a person leaves: said before they do."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.enums import CohortState, Role
from cohorts.models import Cohort, Membership
from cohorts.queries import active_on
from programmes.models import Authority, AuthorityAdmin

AT_WORK = (CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED)
NO_PILOT = gettext_lazy(
    "%(cohort)s is then without a pilot: the lab’s home page says so until somebody is named or invited."
)


def left_without_pilot(member: Membership) -> str:
    """What ending this pilot's membership means, unless another follows (one statement)."""
    if member.cohort.state not in AT_WORK:
        return ""
    others = Membership.objects.filter(cohort=member.cohort_id, role=Role.PILOT).exclude(pk=member.pk)
    if others.filter(ends_on=None).exists():
        return ""
    return NO_PILOT % {"cohort": member.cohort}


def left_alone(user: User, today: date) -> Iterator[str]:
    """Cohorts that would have no pilot without the person, and authorities no admin (two statements)."""
    led = user.memberships.filter(active_on(today), role=Role.PILOT)
    for cohort in Cohort.objects.filter(state__in=AT_WORK, pk__in=led.values("cohort")).by_name():
        yield NO_PILOT % {"cohort": cohort}
    own = Authority.objects.filter(cohorts__state__in=AT_WORK, admins__in=user.administered.active(today))
    others = AuthorityAdmin.objects.active(today).filter(user__is_active=True).exclude(user=user)
    for authority in own.exclude(pk__in=others.values("authority")).distinct().by_name():
        yield _("%(authority)s is then without an admin: the lab’s home page says so until somebody is named.") % {
            "authority": authority
        }
