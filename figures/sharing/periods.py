"""From which moment until which each cohort shared its figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db import connection
from django.utils.timezone import make_aware

from figures.sharing.enums import Audience

# The moments are those of the history; a row that came later than its day, such as an imported one, counts from the end
# of that day.
CONSENTS: Final = """
SELECT c.cohort_id, c.granted_on, MIN(e.pgh_created_at), c.withdrawn_on,
       MIN(e.pgh_created_at) FILTER (WHERE e.withdrawn_on IS NOT NULL)
FROM figures_figuresconsent c LEFT JOIN figures_figuresconsentevent e ON e.pgh_obj_id = c.id
WHERE c.audience = %(audience)s AND c.cohort_id = ANY(%(cohorts)s)
GROUP BY c.id ORDER BY c.cohort_id, c.id
"""


@dataclass(frozen=True, slots=True)
class SharingPeriod:
    """A time in which a cohort shared its figures; `ended_at` is None while it does."""

    cohort: int
    began_at: datetime
    ended_at: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Return whether the cohort shared its figures at that moment."""
        return self.began_at <= moment and (self.ended_at is None or moment < self.ended_at)


def sharing_periods(cohorts: Iterable[int], audience: Audience = Audience.EDITION) -> list[SharingPeriod]:
    """Return the periods in which the cohorts with these ids shared their figures with the audience; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(CONSENTS, {"audience": audience, "cohorts": list(cohorts)})
        rows = cursor.fetchall()
    return [
        SharingPeriod(
            cohort, _earlier(granted_on, began_at), _earlier(withdrawn_on, ended_at) if withdrawn_on else None
        )
        for cohort, granted_on, began_at, withdrawn_on, ended_at in rows
    ]


def _earlier(day: date, moment: datetime | None) -> datetime:
    """Return the end of the day in the platform’s time zone, or the moment where it is earlier."""
    end = make_aware(datetime.combine(day, time.max))
    return min(end, moment) if moment else end
