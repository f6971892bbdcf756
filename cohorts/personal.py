"""What cohorts keep of a person: memberships, which end when they are erased, attendance, and invitations."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, erasers, gaps, personal_data
from cohorts.actions.members import end_membership
from cohorts.clock import local_day
from cohorts.leaving import without_pilot
from cohorts.models import Attendance, Invitation, Membership
from web.errors import DomainError

MEMBERSHIPS = PersonalData(
    gettext_lazy("Memberships"),
    told(
        lambda user: Membership.objects.filter(user=user),
        *("role", "discipline", "unit", "starts_on", "ends_on", "mission_letter_on", "day_allowance"),
        cohort_name="cohort__name",
    ),
    covers=("cohorts.Membership.user",),
)
ATTENDANCE = PersonalData(
    gettext_lazy("Attendance"),
    told(
        lambda user: Attendance.objects.filter(member__user=user),
        *("status", "half_days", "answered_on"),
        cohort_name="day__session__cohort__name",
        session_title="day__session__title",
        on="day__date",
    ),
)


def invitations_of(user: User) -> Iterator[Mapping[str, object]]:
    """What is kept of those a person got."""
    for row in Invitation.objects.with_places().filter(person=user).order_by("pk"):
        yield {
            "into": str(row.into),
            "role": row.role,
            "invited_at": row.invited_at,
            "open_until": row.last_day,
            "accepted_at": row.accepted_at,
            "taken_back_at": row.revoked_at,
            "name": row.full_name,
            "email": row.email,
            "department_or_service": row.unit,
        }


INVITATIONS = PersonalData(gettext_lazy("Invitations you got"), invitations_of, covers=("cohorts.Invitation.person",))


def end_memberships(*, user: User, at: datetime) -> None:
    """Today is the last day of those that go on; those still to begin end on their first."""
    rows = Membership.objects.filter(user=user).select_related("cohort__authority")
    for member in rows:
        today = local_day(member.cohort, at)
        if member.ends_on is None or member.ends_on > today:
            _end(member, max(today, member.starts_on), at)


def _end(member: Membership, last: date, at: datetime) -> None:
    """Where something of a later day stands against it, the last day stays as it was."""
    try:
        end_membership(membership=member, ends_on=last, reason="erased", at=at, by=None)
    except DomainError:
        return


def register() -> None:
    """Bring them to accounts."""
    personal_data.register("memberships", MEMBERSHIPS, order=20)
    personal_data.register("attendance", ATTENDANCE, order=25)
    personal_data.register("invitations", INVITATIONS)
    erasers.register("memberships", end_memberships, order=20)
    gaps.register("cohorts", without_pilot, order=20)
