"""Days that proposals for a cohort avoid: those of other cohorts with the same people, and those of its edition."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from cohorts.calendars.planning import BusyDays
from cohorts.calendars.proposals import PEOPLE_WEIGHT, days_to_avoid
from cohorts.hooks import cohort_hooks
from cohorts.models import Cohort, Membership, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.sessions.enums import SessionState
from cohorts.visibility import active_on
from programmes.models import Edition
from programmes.workdays import days_between

NOT_IN_CALENDAR = (SessionState.POSTPONED, SessionState.CANCELLED)


def busy_days_of_edition(edition: Edition, first: date, last: date) -> BusyDays:
    """Return the days from `first` to `last` that proposals for a new cohort of the edition avoid.

    Never proposed are days of the edition's exchanges; avoided where possible are days on which its cohorts have
    sessions. One statement, and one for each app that adds days.
    """
    days = _session_days(first, last).filter(session__cohort__edition=edition)
    return BusyDays(_exchange_days(edition.pk, first, last), days_to_avoid(days.values_list("date", flat=True)))


def busy_days(cohort: Cohort, first: date, last: date) -> BusyDays:
    """Return the days from `first` to `last` that proposals for the cohort's draft sessions avoid.

    Never proposed are exchanges of the edition, and scheduled or held sessions of another cohort that shares a member
    with this one. Avoided where possible are drafts of such a cohort, and sessions of the edition's other cohorts. Two
    statements, and one for each app.
    """
    elsewhere = _session_days(first, last).exclude(session__cohort=cohort)
    shared = list(elsewhere.filter(Exists(_shared_people(cohort))).values_list("date", "session__state"))
    of_edition = elsewhere.filter(session__cohort__edition=cohort.edition_id).values_list("date", flat=True)
    fixed = {day for day, state in shared if state != SessionState.DRAFT}
    drafts = {day: ("shared_people", PEOPLE_WEIGHT) for day, state in shared if state == SessionState.DRAFT}
    return BusyDays(_exchange_days(cohort.edition_id, first, last) | fixed, {**days_to_avoid(of_edition), **drafts})


def _session_days(first: date, last: date) -> QuerySet[SessionDay]:
    """Return the days of sessions from `first` to `last`; postponed and cancelled sessions and imported published facts
    are left out.
    """
    days = SessionDay.objects.filter(date__range=(first, last), session__retrospective=False)
    return days.exclude(session__state__in=NOT_IN_CALENDAR).order_by("date", "pk")


def _shared_people(cohort: Cohort) -> QuerySet[Membership]:
    """Return, for use in a query of session days, the members of the day's cohort who are members of `cohort` too on
    that day.

    Only ambassadors, pilots, residents and coordinators count, in both cohorts.
    """
    day, own_day = OuterRef("date"), OuterRef(OuterRef("date"))
    own = Membership.objects.filter(active_on(own_day), role__in=CORE_ROLES, cohort=cohort, user=OuterRef("user"))
    theirs = Membership.objects.filter(active_on(day), role__in=CORE_ROLES, cohort=OuterRef("session__cohort"))
    return theirs.filter(Exists(own))


def _exchange_days(edition_id: int, first: date, last: date) -> frozenset[date]:
    """Return the days from `first` to `last` that other apps report as taken by exchanges of the edition."""
    days = list(days_between(first, last))
    return frozenset(taken.day for hooks in cohort_hooks if days for taken in hooks.days_taken(edition_id, days))
