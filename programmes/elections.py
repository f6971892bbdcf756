"""Elections near which an authority's achievements are not to be promoted (Code électoral, article L52-1)."""

from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from programmes.enums import CalendarPeriodKind
from programmes.models import Authority, CalendarPeriod
from programmes.workdays import Period

MONTHS_BEFORE = 6


def restricted_from(election: date) -> date:
    """Return the first day of the sixth month before the month of an election, from which the restriction applies."""
    return election.replace(day=1) - relativedelta(months=MONTHS_BEFORE)


def restricting_election(authorities: Iterable[Authority], today: date) -> Period | None:
    """Return the next electoral period of the lab's calendar that concerns one of the authorities and restricts what
    is published on `today`; None if there is none.

    The period itself restricts too. One statement; none without authorities.
    """
    calendars = [authority.calendar for authority in authorities]
    if not calendars:
        return None
    rows = CalendarPeriod.objects.ending_from(today).filter(kind=CalendarPeriodKind.ELECTORAL).order_by("starts_on")
    near = (row.period for row in rows if restricted_from(row.period.start) <= today)
    return next((period for period in near if any(map(period.concerns, calendars))), None)


def election_warning(election: Period) -> str:
    """Return the sentence that warns of an election."""
    return _(
        "“%(election)s” is near. In the six months before an election an authority must not promote its achievements"
        " (Code électoral, article L52-1). Ask its legal department, then confirm."
    ) % {"election": election.name}
