"""Days that proposals for a cohort avoid: those of other cohorts with the same people, and those of its edition."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from cohorts.calendars.planning import BusyDays
from cohorts.calendars.proposals import PEOPLE_WEIGHT, days_to_avoid
from cohorts.models import Cohort, Membership, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.registries import days_taken
from cohorts.sessions.enums import SessionState
from cohorts.visibility import active_on
from programmes.models import Edition
from programmes.workdays import days_between

NOT_IN_CALENDAR = (SessionState.POSTPONED, SessionState.CANCELLED)


def busy_days_of_edition(edition: Edition, first: date, last: date) -> BusyDays:
    """Return the days on which the edition or one of its cohorts meets (one statement, and one for each registry)."""
    days = _days(first, last).filter(session__cohort__edition=edition)
    return BusyDays(_exchange_days(edition.pk, first, last), days_to_avoid(days.values_list("date", flat=True)))


def busy_days(cohort: Cohort, first: date, last: date) -> BusyDays:
    """Return the days that proposals for the cohort's drafts avoid (two statements, and one for each registry).

    Never proposed: days on which the edition meets, and those of scheduled sessions of another cohort in which someone
    of this one takes part. Avoided: drafts of such a cohort, and sessions of the edition's other cohorts.
    """
    elsewhere = _days(first, last).exclude(session__cohort=cohort)
    shared = list(elsewhere.filter(Exists(_shared_people(cohort))).values_list("date", "session__state"))
    of_edition = elsewhere.filter(session__cohort__edition=cohort.edition_id).values_list("date", flat=True)
    fixed = {day for day, state in shared if state != SessionState.DRAFT}
    drafts = {day: ("shared_people", PEOPLE_WEIGHT) for day, state in shared if state == SessionState.DRAFT}
    return BusyDays(_exchange_days(cohort.edition_id, first, last) | fixed, {**days_to_avoid(of_edition), **drafts})


def _days(first: date, last: date) -> QuerySet[SessionDay]:
    days = SessionDay.objects.filter(date__range=(first, last), session__retrospective=False)
    return days.exclude(session__state__in=NOT_IN_CALENDAR).order_by("date", "pk")


def _shared_people(cohort: Cohort) -> QuerySet[Membership]:
    """Return the members of the session's cohort on that day who are members of this cohort too."""
    day, own_day = OuterRef("date"), OuterRef(OuterRef("date"))
    own = Membership.objects.filter(active_on(own_day), role__in=CORE_ROLES, cohort=cohort, user=OuterRef("user"))
    theirs = Membership.objects.filter(active_on(day), role__in=CORE_ROLES, cohort=OuterRef("session__cohort"))
    return theirs.filter(Exists(own))


def _exchange_days(edition: int, first: date, last: date) -> frozenset[date]:
    days = list(days_between(first, last))
    return frozenset(day for find in days_taken if days for day, _name, _settled in find(edition, days))
