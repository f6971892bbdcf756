"""The three periods of a cohort's life in which its members assess their own skills. Pure functions.

Periods never overlap, so that a closed moment stays closed: only closed moments are summed up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from cohorts.assessments.enums import Moment

ONE_DAY: Final = timedelta(days=1)
START_PERIOD: Final = relativedelta(months=2)  # counted from the start of the cohort
END_LEAD_TIME: Final = relativedelta(months=3)  # before the end of the cohort
END_GRACE_PERIOD: Final = relativedelta(months=1)  # after the end
FOLLOW_UP_DELAY: Final = relativedelta(months=6)  # after the end
FOLLOW_UP_PERIOD: Final = relativedelta(months=3)  # counted from the delay


@dataclass(frozen=True, slots=True)
class AnsweringPeriod:
    """A period in which members answer about some moments, with its first and last day (both included)."""

    moments: tuple[Moment, ...]
    first: date
    last: date

    def open_on(self, day: date) -> bool:
        """Return whether members can answer on `day`: from the first to the last day of the period, both included."""
        return self.first <= day <= self.last


def answering_periods(start: date | None, end: date | None) -> tuple[AnsweringPeriod, ...]:
    """Return the periods in which members assess their skills: at a cohort's `start`, around its `end`, and six months
    later.

    Empty without a start; only the first period without an end. Periods never overlap: in a short cohort the period at
    the end opens the day after the one at the start closes.
    """
    return tuple(_answering_periods(start, end)) if start else ()


def _answering_periods(start: date, end: date | None) -> Iterator[AnsweringPeriod]:
    """Yield the answering periods in order of time: two months from `start`, then from three months before to one month
    after `end`, then three months from half a year after it. Only the first without an end.
    """
    before = AnsweringPeriod((Moment.BEFORE,), start, start + START_PERIOD)
    yield before
    if end:
        first = max(end - END_LEAD_TIME, before.last + ONE_DAY)
        after = AnsweringPeriod((Moment.AFTER, Moment.THEN), first, max(end + END_GRACE_PERIOD, first))
        yield after
        later = max(end + FOLLOW_UP_DELAY, after.last + ONE_DAY)
        yield AnsweringPeriod((Moment.LATER,), later, later + FOLLOW_UP_PERIOD)


def open_on(day: date, periods: tuple[AnsweringPeriod, ...]) -> AnsweringPeriod | None:
    """Return the one of these answering periods in which `day` lies, first and last day included; None when there is
    none.
    """
    return next((period for period in periods if period.open_on(day)), None)


def next_after(day: date, periods: tuple[AnsweringPeriod, ...]) -> AnsweringPeriod | None:
    """Return the first of `periods` (in order of time) that opens after `day`; None when there is none."""
    return next((period for period in periods if period.first > day), None)


def closed_by(day: date, periods: tuple[AnsweringPeriod, ...]) -> frozenset[Moment]:
    """Return the moments whose answering period among `periods` ended before `day`: nobody can answer for them any
    more.
    """
    return frozenset(moment for period in periods if period.last < day for moment in period.moments)
