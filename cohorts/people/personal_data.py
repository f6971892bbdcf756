"""Personal data of memberships and attendance: what is exported, and how memberships end when a person is erased."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy

from accounts.hooks import PersonalData
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from cohorts.clock import local_day
from cohorts.models import Attendance, Membership
from cohorts.people.actions import end_membership
from web.errors import DomainError

MEMBERSHIPS = PersonalData(
    gettext_lazy("Memberships"),
    row_reader(
        lambda user: Membership.objects.filter(user=user),
        *("role", "discipline", "unit", "starts_on", "ends_on", "mission_letter_on", "day_allowance"),
        cohort_name="cohort__name",
    ),
    covers=("cohorts.Membership.user",),
)
ATTENDANCE = PersonalData(
    gettext_lazy("Attendance"),
    row_reader(
        lambda user: Attendance.objects.filter(member__user=user),
        *("status", "half_days", "answered_on"),
        cohort_name="day__session__cohort__name",
        session_title="day__session__title",
        on="day__date",
    ),
)


def end_memberships(*, user: User, at: datetime) -> None:
    """End the present and future memberships of a person whose data is erased, on the local day of the moment `at`.

    Future ones end on their first day. A membership does not change when attendance recorded on a later day prevents
    it.
    """
    rows = Membership.objects.filter(user=user).select_related("cohort__authority")
    for member in rows:
        today = local_day(member.cohort, at)
        if member.ends_on is None or member.ends_on > today:
            _end_if_possible(member, max(today, member.starts_on), at)


def _end_if_possible(member: Membership, last: date, at: datetime) -> None:
    """End the membership on its `last` day, for the reason “erased”, at the moment `at`.

    Nothing happens if attendance recorded on a later day prevents it.
    """
    try:
        end_membership(membership=member, ends_on=last, reason="erased", at=at, by=None)
    except DomainError:
        return
