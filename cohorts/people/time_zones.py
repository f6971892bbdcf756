"""The time zones in which members of cohorts and admins of authorities work."""

from collections.abc import Collection
from datetime import datetime

from cohorts.models import Membership
from programmes.models import AuthorityAdmin
from web.dates.clock import today_everywhere


def time_zones_of_members(users: Collection[int], at: datetime) -> dict[int, str]:
    """Return the time zone of the authority of each of these people (keys) at the moment `at`; others are left out.

    Someone who works in several time zones has the last in the order of their names (one statement).
    """
    today = today_everywhere(at)
    members = Membership.objects.active(today).filter(user__in=users)
    mandates = AuthorityAdmin.objects.active(today).filter(user__in=users)
    rows = members.values_list("user_id", "cohort__authority__time_zone").union(
        mandates.values_list("user_id", "authority__time_zone")
    )
    return dict(sorted(rows))
