"""Who is expected on a day of a session: steps that the actions on sessions and attendance share."""

from collections.abc import Iterable, Iterator
from datetime import date

from cohorts.attendance.enums import OBSERVED, AttendanceStatus
from cohorts.models import Attendance, Membership, SessionDay
from cohorts.people.enums import CORE_ROLES, Role


def core_members(day: SessionDay, cohort_id: int) -> list[Membership]:
    """Those expected without being invited, each person once: under the first of their roles."""
    members = Membership.objects.filter(cohort=cohort_id, role__in=CORE_ROLES).active(day.date).order_by("user", "pk")
    ranked = sorted(members.select_related("user"), key=lambda member: CORE_ROLES.index(Role(member.role)))
    return list({member.user_id: member for member in reversed(ranked)}.values())


def expect_members(*, days: Iterable[SessionDay], today: date) -> None:
    """Expect the core members of each day who are not on its list yet."""
    for day in days:
        Attendance.objects.bulk_create(_missing(day, today))


def _missing(day: SessionDay, today: date) -> Iterator[Attendance]:
    known = set(day.attendances.values_list("member__user", flat=True))
    for member in sorted(core_members(day, day.session.cohort_id), key=lambda member: member.user_id):
        if member.user_id not in known:
            yield Attendance(day=day, member=member, status=AttendanceStatus.EXPECTED, recorded_on=today)


def let_go_before_move(*, day: SessionDay, to: date) -> None:
    """Before a day moves: nobody who will have left, or not have come yet, is expected on it."""
    unseen = day.attendances.filter(member__isnull=False).exclude(status__in=OBSERVED)
    unseen.exclude(member__in=Membership.objects.active(to)).delete()


def ask_anew_after_move(*, day: SessionDay) -> None:
    """After it moved: members who answered for the old date have not for the new one."""
    answered = day.attendances.filter(member__isnull=False).exclude(status__in=OBSERVED)
    answered.update(status=AttendanceStatus.EXPECTED, answered_on=None)
