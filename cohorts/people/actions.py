"""Actions on memberships: people join, their details change, they leave. A membership is ended, never deleted."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from accounts.actions import account_with_address, create_person
from accounts.models import User
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.expectations import expect_members
from cohorts.clock import local_day
from cohorts.cohort.actions import FAR_FROM_COHORT
from cohorts.cohort.enums import CohortState
from cohorts.hooks import cohort_hooks, lock_before_leaving
from cohorts.invitations.actions.revocation import end_invitations
from cohorts.invitations.links import COHORT_WITHDRAWN
from cohorts.models import Attendance, Cohort, Membership, SessionDay
from cohorts.people.enums import MembershipRole
from cohorts.sessions.enums import SessionState
from web.actions import action
from web.dates.plausible import is_far_from
from web.errors import DomainError

NO_DISCIPLINE = _("Say which discipline the resident brings, such as design.")


class MembershipDetails(TypedDict, total=False):
    """The details of a membership apart from its role and dates; all of them can be left out."""

    discipline: str
    unit: str
    mission_letter_on: date | None
    day_allowance: int | None


@action(_("Member added"), security_event=True, forbidden_while_acting=True)
def add_member(
    *,
    cohort: Cohort,
    email: str,
    full_name: str,
    role: str,
    starts_on: date,
    at: datetime,
    by: User | None,
    ends_on: date | None = None,
    language: str = "",
    **details: Unpack[MembershipDetails],
) -> Membership:
    """Make the person with this address a member of the cohort, under a role, from `starts_on` to `ends_on` (None: no
    end).

    A new address gets an account with `full_name` and `language`; open invitations to the role end. The member is
    expected at scheduled sessions to come, a resident only on days without a session elsewhere. Ambassadors without a
    day allowance get the format's. `by` is who acts.

    Returns the membership. Raises DomainError when every seat is taken, the person has the role already, the account is
    closed, the cohort has withdrawn, or a date is more than a year from the cohort's. `at` is the moment.
    """
    if cohort.state == CohortState.WITHDRAWN:
        raise DomainError(COHORT_WITHDRAWN.text)
    today = local_day(cohort, at)
    check_dates_near_cohort(cohort, today, starts_on=starts_on, ends_on=ends_on)
    check_discipline(role, details.get("discipline", ""))
    if role == MembershipRole.AMBASSADOR and details.get("day_allowance") is None:
        details["day_allowance"] = cohort.edition.format.day_allowance
    people = User.objects.with_address(email)
    end_invitations(people=people, target=cohort, role=role, last=ends_on, today=today, at=at, by=by)
    lock_before_leaving(cohort)
    user = _account_for(email.strip(), full_name.strip(), language, by)
    member = Membership.objects.create(
        cohort=cohort, user=user, role=role, starts_on=starts_on, ends_on=ends_on, **details
    )
    expect_members(days=_days_ahead(member, today), today=today)
    for hooks in cohort_hooks:
        hooks.people_joined(cohort=cohort, people=User.objects.filter(pk=user.pk), at=at, by=by)
    return member


@action(_("Membership ended"), security_event=True, forbidden_while_acting=True)
def end_membership(*, membership: Membership, ends_on: date, reason: str, at: datetime, by: User | None) -> Membership:
    """Set the last day (`ends_on`) of a membership, past or to come, and return it; the history records the reason.

    The person is no longer expected on later days, and other apps are informed. `at` is the moment, `by` who acts.
    Raises DomainError when they are recorded as present or absent after that day, or when it is more than a year from
    the cohort's dates.
    """
    cohort = membership.cohort
    check_dates_near_cohort(cohort, local_day(cohort, at), ends_on=ends_on)
    lock_before_leaving(cohort)
    Attendance.objects.filter(
        member=membership,
        day__date__gt=ends_on,
        status__in=[AttendanceStatus.EXPECTED, AttendanceStatus.EXCUSED, AttendanceStatus.UNKNOWN],
    ).delete()
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    for hooks in cohort_hooks:
        hooks.people_left(cohort=cohort, people=User.objects.filter(pk=membership.user_id), at=at, by=by)
    return membership


@action(_("Membership changed"), security_event=True, forbidden_while_acting=True)
def change_membership(*, membership: Membership, by: User | None, **details: Unpack[MembershipDetails]) -> Membership:
    """Change the given `details` of a membership (discipline, unit, mission letter, day allowance); return it.

    Role and dates do not change. Raises DomainError for a resident without a discipline. `by` is who acts.
    """
    check_discipline(membership.role, details.get("discipline", membership.discipline))
    for name, value in details.items():
        setattr(membership, name, value)
    membership.save(update_fields=list(details))
    return membership


def _days_ahead(member: Membership, today: date) -> list[SessionDay]:
    """Return the days of the cohort's scheduled sessions, from `today` and the member's first day on, by date.

    For a resident, days on which they are expected or came in another cohort are left out.
    """
    days = SessionDay.objects.filter(
        session__cohort=member.cohort, session__state=SessionState.SCHEDULED, date__gte=max(today, member.starts_on)
    ).select_related("session")
    busy = Attendance.objects.in_other_cohorts(member.cohort).filter(member__user=member.user_id)
    if member.role == MembershipRole.RESIDENT:
        days = days.exclude(date__in=busy.values("day__date"))
    return list(days.order_by("date", "pk"))


def check_dates_near_cohort(cohort: Cohort, today: date, **days: date | None) -> None:
    """Raise DomainError for a date of a membership that is more than a year before the cohort's start or after its end.

    Of its end and `today`, the later one counts. `days` are the dates by the name of their form field, where the error
    goes; None is skipped.
    """
    last = max(cohort.ends_on, today) if cohort.ends_on else None
    for field, day in days.items():
        if day and is_far_from(day, cohort.starts_on, last):
            raise DomainError(FAR_FROM_COHORT, field=field)


def check_discipline(role: str, discipline: str) -> None:
    """Raise DomainError if the role is resident and the discipline is empty or only spaces."""
    if role == MembershipRole.RESIDENT and not discipline.strip():
        raise DomainError(NO_DISCIPLINE, field="discipline")


def _account_for(email: str, full_name: str, language: str, by: User | None) -> User:
    """Return the account of the person with this address who has joined; else open one, without a password, and return
    it.

    Someone who was only invited gets that account opened. `language` is that of the e-mails of a new account, `by` who
    acts. Raises DomainError for a closed account.
    """
    user = account_with_address(email)
    return user if user and user.joined else create_person(email=email, full_name=full_name, language=language, by=by)
