"""Verbs on memberships: people come, their details change, they leave. A membership is ended, never deleted."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from accounts.actions import account_with, create_person
from accounts.models import User
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.expectations import expect_members
from cohorts.clock import local_day
from cohorts.cohort.actions import FAR_FROM_COHORT
from cohorts.cohort.enums import CohortState
from cohorts.invitations.actions.revocation import settle_invitations
from cohorts.invitations.links import WITHDRAWN
from cohorts.models import Attendance, Cohort, Membership, SessionDay
from cohorts.people.enums import Role
from cohorts.registries import arrivals, departures, hold_what_follows
from cohorts.sessions.enums import SessionState
from web.actions import action
from web.dates.plausible import far_from
from web.errors import DomainError

NO_DISCIPLINE = _("Say which discipline the resident brings, such as design.")


class Details(TypedDict, total=False):
    """What is known of a membership beside its role and dates."""

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
    **details: Unpack[Details],
) -> Membership:
    """Let someone in under a role, from a day on; an address without an account gets one in `full_name`.

    They are expected at scheduled sessions to come; a resident only where they are on site in no other cohort. An
    ambassador without a day allowance takes the format's. What invited them to that role is over. Others are told
    through `arrivals`. Raises DomainError when every seat is taken, the role is held already, the account is closed,
    or a date is more than a year from the cohort's.
    """
    if cohort.state == CohortState.WITHDRAWN:
        raise DomainError(WITHDRAWN.said)
    today = local_day(cohort, at)
    check_years(cohort, today, starts_on=starts_on, ends_on=ends_on)
    check_discipline(role, details.get("discipline", ""))
    if role == Role.AMBASSADOR and details.get("day_allowance") is None:
        details["day_allowance"] = cohort.edition.format.day_allowance
    invited = User.objects.with_address(email)
    settle_invitations(people=invited, into=cohort, role=role, last=ends_on, today=today, at=at, by=by)
    hold_what_follows(cohort)
    user = _account(email.strip(), full_name.strip(), language, by)
    member = Membership.objects.create(
        cohort=cohort, user=user, role=role, starts_on=starts_on, ends_on=ends_on, **details
    )
    expect_members(days=_days_ahead(member, today), today=today)
    for follow in arrivals:
        follow(cohort=cohort, people=User.objects.filter(pk=user.pk), at=at, by=by)
    return member


@action(_("Membership ended"), security_event=True, forbidden_while_acting=True)
def end_membership(*, membership: Membership, ends_on: date, reason: str, at: datetime, by: User | None) -> Membership:
    """Give the membership its last day; the reason is kept in the history.

    The person is no longer expected on later days: what was noted of them there and is no presence is deleted, and
    others are told through `departures`. Raises DomainError when they are recorded as present after it, or when it is
    more than a year from the cohort's dates.
    """
    cohort = membership.cohort
    check_years(cohort, local_day(cohort, at), ends_on=ends_on)
    hold_what_follows(cohort)
    Attendance.objects.filter(
        member=membership,
        day__date__gt=ends_on,
        status__in=[AttendanceStatus.EXPECTED, AttendanceStatus.EXCUSED, AttendanceStatus.UNKNOWN],
    ).delete()
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    for follow in departures:
        follow(cohort=cohort, people=User.objects.filter(pk=membership.user_id), at=at, by=by)
    return membership


@action(_("Membership changed"), security_event=True, forbidden_while_acting=True)
def change_membership(*, membership: Membership, by: User | None, **details: Unpack[Details]) -> Membership:
    """Correct discipline, unit, mission letter and day allowance; role and dates stay."""
    check_discipline(membership.role, details.get("discipline", membership.discipline))
    for name, value in details.items():
        setattr(membership, name, value)
    membership.save(update_fields=list(details))
    return membership


def _days_ahead(member: Membership, today: date) -> list[SessionDay]:
    """Days of scheduled sessions still to come, on which the newcomer is free."""
    days = SessionDay.objects.filter(
        session__cohort=member.cohort, session__state=SessionState.SCHEDULED, date__gte=max(today, member.starts_on)
    ).select_related("session")
    elsewhere = Attendance.objects.elsewhere(member.cohort).filter(member__user=member.user_id)
    if member.role == Role.RESIDENT:
        days = days.exclude(date__in=elsewhere.values("day__date"))
    return list(days.order_by("date", "pk"))


def check_years(cohort: Cohort, today: date, **days: date | None) -> None:
    """A membership may go on, and begin, long after the work is over, but not more than a year from today."""
    last = max(cohort.ends_on, today) if cohort.ends_on else None
    for field, day in days.items():
        if day and far_from(day, cohort.starts_on, last):
            raise DomainError(FAR_FROM_COHORT, field=field)


def check_discipline(role: str, discipline: str) -> None:
    if role == Role.RESIDENT and not discipline.strip():
        raise DomainError(NO_DISCIPLINE, field="discipline")


def _account(email: str, full_name: str, language: str, by: User | None) -> User:
    user = account_with(email)
    return user if user and user.joined else create_person(email=email, full_name=full_name, language=language, by=by)
