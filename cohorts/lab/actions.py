"""Actions on what the lab's people coordinate."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy

from accounts.lab.actions import set_lab_role
from accounts.models import User
from cohorts.clock import local_day
from cohorts.lab.queries import coordinated
from cohorts.models import Cohort, Membership
from cohorts.people.actions import add_member, end_membership
from cohorts.people.enums import MembershipRole
from web.actions import action
from web.dates.clock import platform_day


@action(gettext_lazy("Coordination handed over"), security_event=True, forbidden_while_acting=True)
def hand_over_coordination(
    *, colleague: User, successor: User | None, at: datetime, by: User | None, reason: str = ""
) -> list[Membership]:
    """End the memberships in which a colleague coordinates cohorts, and return them.

    The `successor` (None: nobody) coordinates these cohorts from the next day on, or from the first day of a membership
    that has not begun. `reason` stays in the history, `at` is the moment. Raises DomainError when attendance recorded
    later prevents the end of a membership.
    """
    rows = coordinated([colleague], platform_day(at)).get(colleague.pk, [])
    for row in rows:
        today = local_day(row.cohort, at)
        last, until = max(today, row.starts_on), row.ends_on
        end_membership(membership=row, ends_on=last, reason=reason, at=at, by=by)
        first = last + timedelta(days=1) if row.starts_on <= today else row.starts_on
        if successor and not _coordinates(successor, row.cohort, first):
            add_member(
                cohort=row.cohort,
                email=successor.email,
                full_name=successor.full_name,
                role=MembershipRole.COORDINATOR,
                starts_on=first,
                ends_on=until if until and until >= first else None,
                at=at,
                by=by,
            )
    return rows


def _coordinates(successor: User, cohort: Cohort, first: date) -> bool:
    """Return whether the successor coordinates the cohort on the day `first` or later anyway."""
    rows = Membership.objects.filter(user=successor, cohort=cohort, role=MembershipRole.COORDINATOR)
    return rows.exclude(ends_on__lt=first).exists()


@action(gettext_lazy("Colleague left the lab"), security_event=True, forbidden_while_acting=True)
def end_lab_role(*, colleague: User, successor: User | None, reason: str, at: datetime, by: User | None) -> User:
    """End a colleague's role in the lab at once, hand over what they coordinate to `successor`, and return them.

    Their account stays open for the cohorts of which they are a member. `reason` stays in the history. Raises
    DomainError for the last administrator of the lab.
    """
    person = set_lab_role(user=colleague, role="", reason=reason, by=by)
    hand_over_coordination(colleague=colleague, successor=successor, reason=reason, at=at, by=by)
    return person
