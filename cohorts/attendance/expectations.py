"""Who is expected on a day of a session; shared by the actions on sessions and on attendance."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q

from cohorts.attendance.enums import OBSERVED_STATUSES, AttendanceStatus
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES, MembershipRole

# Rows of members, and of guests who answered for themselves.
OWN_ANSWER = Q(member__isnull=False) | Q(answered_on__isnull=False)


def core_members(day: SessionDay, cohort_id: int) -> list[Membership]:
    """Return the members of the cohort (by id) who are expected on a day without an invitation, each person once.

    They are its ambassadors, pilot, residents and coordinators whose membership includes the day. Someone with several
    roles appears under the first of these.
    """
    members = Membership.objects.filter(cohort=cohort_id, role__in=CORE_ROLES).active(day.date).order_by("user", "pk")
    members_by_role = sorted(
        members.select_related("user"), key=lambda member: CORE_ROLES.index(MembershipRole(member.role))
    )
    return list({member.user_id: member for member in reversed(members_by_role)}.values())


def expect_members(*, days: Iterable[SessionDay], today: date) -> None:
    """Add to the list of each day, as expected, the ambassadors, pilot, residents and coordinators who are missing from
    it.

    Only members on that day are added. `today` is recorded as the day on which the rows were written.
    """
    for day in days:
        Attendance.objects.bulk_create(_missing_attendances(day, today))


def _missing_attendances(day: SessionDay, today: date) -> Iterator[Attendance]:
    """Yield unsaved rows, as expected, for the members who come without an invitation and have no row on that day.

    `today` becomes their day of recording.
    """
    listed_ids = set(day.attendances.values_list("member__user", flat=True))
    for member in sorted(core_members(day, day.session.cohort_id), key=lambda member: member.user_id):
        if member.user_id not in listed_ids:
            yield Attendance(day=day, member=member, status=AttendanceStatus.EXPECTED, recorded_on=today)


def remove_inactive_before_move(*, day: SessionDay, to: date) -> None:
    """Before a day moves to the date `to`, delete the attendance of members who are not active on that date.

    Attendance that was observed (present, partly present or absent) is kept.
    """
    unobserved = day.attendances.filter(member__isnull=False).exclude(status__in=OBSERVED_STATUSES)
    unobserved.exclude(member__in=Membership.objects.active(to)).delete()


def reset_answers_after_move(*, day: SessionDay) -> None:
    """After a day has moved, remove the answers of members and guests, given for the old date: they are expected again.

    Attendance that was observed (present, partly present or absent) stays. The name of who comes in the place of a
    guest stays, for an undo; no page shows it without an answer.
    """
    answered = day.attendances.filter(OWN_ANSWER).exclude(status__in=OBSERVED_STATUSES)
    answered.update(status=AttendanceStatus.EXPECTED, answered_on=None)


def empty_guest_texts(session: Session) -> None:
    """Empty what guests wrote for a session that is about to be cancelled: nobody needs it any more."""
    rows = Attendance.objects.filter(day__session=session).exclude(substitute="", needs="")
    rows.update(substitute="", needs="")
