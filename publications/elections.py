"""Elections near which an authority's achievements are not to be promoted (Code électoral, article L52-1)."""

from datetime import date

from dateutil.relativedelta import relativedelta

from programmes.enums import CalendarPeriodKind
from programmes.models import Authority, CalendarPeriod
from programmes.workdays import Period

MONTHS_BEFORE = 6


def restricted_from(election: date) -> date:
    """Return the first day of the sixth month before the month of an election, from which the restriction applies."""
    return election.replace(day=1) - relativedelta(months=MONTHS_BEFORE)


def election_near(authority: Authority, today: date) -> Period | None:
    """Return the next electoral period of the lab's calendar that concerns the authority and restricts what it
    publishes on `today`; None if there is none.

    The period itself restricts too. One statement.
    """
    rows = CalendarPeriod.objects.ending_from(today).filter(kind=CalendarPeriodKind.ELECTORAL).order_by("starts_on")
    periods = (row.period for row in rows)
    return next(
        (each for each in periods if restricted_from(each.start) <= today and each.concerns(authority.calendar)), None
    )
