"""When members are asked how they see themselves: three occasions in the life of a cohort. Pure.

Occasions never overlap, so that what is closed stays closed: only closed moments are summed up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from cohorts.assessments.enums import Moment

ONE_DAY: Final = timedelta(days=1)
ASKED_BEFORE: Final = relativedelta(months=2)  # from the start
ASKED_AT_THE_END: Final = relativedelta(months=3)  # before it
ASKED_STILL: Final = relativedelta(months=1)  # after it
LATER: Final = relativedelta(months=6)  # after it
ASKED_LATER: Final = relativedelta(months=3)  # from then


@dataclass(frozen=True, slots=True)
class Occasion:
    """The moments that are asked together, from a day to a day (inclusive)."""

    moments: tuple[Moment, ...]
    first: date
    last: date

    def open_on(self, day: date) -> bool:
        return self.first <= day <= self.last


def occasions(start: date | None, end: date | None) -> tuple[Occasion, ...]:
    """Before, after with “then”, later; as many as the dates tell.

    Of a short cohort, or one that starts late, the end is asked about once the start is not any more.
    """
    return tuple(_occasions(start, end)) if start else ()


def _occasions(start: date, end: date | None) -> Iterator[Occasion]:
    before = Occasion((Moment.BEFORE,), start, start + ASKED_BEFORE)
    yield before
    if end:
        first = max(end - ASKED_AT_THE_END, before.last + ONE_DAY)
        after = Occasion((Moment.AFTER, Moment.THEN), first, max(end + ASKED_STILL, first))
        yield after
        later = max(end + LATER, after.last + ONE_DAY)
        yield Occasion((Moment.LATER,), later, later + ASKED_LATER)


def open_on(day: date, asked: tuple[Occasion, ...]) -> Occasion | None:
    """The one occasion that is open that day."""
    return next((occasion for occasion in asked if occasion.open_on(day)), None)


def next_after(day: date, asked: tuple[Occasion, ...]) -> Occasion | None:
    """The next one to open."""
    return next((occasion for occasion in asked if occasion.first > day), None)


def closed_by(day: date, asked: tuple[Occasion, ...]) -> frozenset[Moment]:
    """The moments nobody can answer for any more."""
    return frozenset(moment for occasion in asked if occasion.last < day for moment in occasion.moments)
