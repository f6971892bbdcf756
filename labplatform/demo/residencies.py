"""The residencies of the demonstration that are to be planned: who is away, plans that the worker calculates once it
runs, and a second residency that shares people with the first.
"""

from datetime import date, datetime, timedelta

from accounts.models import User
from cohorts.cohort.actions import agree_cohort, change_details
from cohorts.models import Cohort
from cohorts.opening.actions import add_cohort
from cohorts.people.actions import add_member
from labplatform.demo.dates import moment
from planning.actions import add_absence, request_plans
from planning.enums import Certainty
from planning.models import WEEKS_APART, monday_of

WEEK = timedelta(weeks=1)
# Absences of hosts: who, in how many weeks from today, for how many days, and how sure.
HOSTS = (
    ("Proviseur", 6, 5, Certainty.AWAY),
    ("Proviseur", 8, 2, Certainty.TO_CONFIRM),
    ("Internat", 5, 5, Certainty.AWAY),
)


def request_plans_of(*, cohort: Cohort, at: datetime, by: User) -> None:
    """Record absences of hosts and of a resident, and have the plans of on-site weeks calculated."""
    first = monday_of(at.date())
    for host, weeks, days, certainty in HOSTS:
        _add(cohort, first + weeks * WEEK, days, certainty, by, host=host)
    resident = cohort.memberships.filter(role="resident").order_by("pk").first()
    _add(cohort, first + 7 * WEEK, 3, Certainty.AWAY, by, member=resident)
    request_plans(cohort=cohort, weeks_apart=WEEKS_APART, at=at, by=by)


def prepare_second(*, first: Cohort, today: date, by: User) -> Cohort:
    """Prepare a residency that starts in five weeks and shares two residents with the first one; return it.

    Its weeks are drafts, so that both can be planned together.
    """
    starts, at = monday_of(today) + 5 * WEEK, moment(today)
    site = "Lycée des Dunes (inventé), Vannes"
    cohort = add_cohort(
        edition=first.edition, authority=first.authority, starts_on=starts, site=site, today=today, by=by
    )
    change_details(
        cohort=cohort,
        name="Lycée des Dunes (démo)",
        code="LD",
        site=site,
        theme="Les trajets du lundi matin",
        seats=cohort.seats or 0,
        by=by,
    )
    agree_cohort(cohort=cohort, at=at, by=by)
    for resident in first.memberships.filter(role="resident").select_related("user").order_by("pk")[:2]:
        add_member(
            cohort=cohort,
            email=resident.user.email,
            full_name=resident.user.full_name,
            role=resident.role,
            discipline=resident.discipline,
            starts_on=starts,
            at=at,
            by=by,
        )
    return cohort


def _add(cohort: Cohort, first: date, days: int, certainty: Certainty, by: User, **about: object) -> None:
    """Record that someone is away, or may be, for a number of days from `first` on."""
    last = first + timedelta(days=days - 1)
    who = {"member": None, "host": "", **about}
    add_absence(cohort=cohort, first_day=first, last_day=last, certainty=certainty, by=by, **who)  # type: ignore[arg-type]
