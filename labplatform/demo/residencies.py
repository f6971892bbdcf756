"""The plans of the demonstration's residency: who is away, and plans that the worker calculates once it runs."""

from datetime import date, datetime, timedelta

from accounts.models import User
from cohorts.models import Cohort
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


def _add(cohort: Cohort, first: date, days: int, certainty: Certainty, by: User, **about: object) -> None:
    """Record that someone is away, or may be, for a number of days from `first` on."""
    last = first + timedelta(days=days - 1)
    who = {"member": None, "host": "", **about}
    add_absence(cohort=cohort, first_day=first, last_day=last, certainty=certainty, by=by, **who)  # type: ignore[arg-type]
