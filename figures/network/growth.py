"""The growth of cohorts by months since each began, and the people in cohorts that began after a day. Pure.

Cohorts of one edition begin at different times, and more of them join the network: its size on two days does not
show how a cohort grows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class GrowthChange(NamedTuple):
    """After so many months, cohorts that were followed for `followed` complete months have `people` more, or fewer.

    `cohorts` is the number of these cohorts, counted once, at month 0; people who were there at the start are too.
    """

    followed: int
    months: int
    people: int
    cohorts: int


class BeginningCount(NamedTuple):
    """The people active on the day of the figures whose earliest cohort began on `began_on`; None: it has not begun."""

    began_on: date | None
    people: int


@dataclass(frozen=True, slots=True)
class GrowthPoint:
    """The people of the cohorts that were followed for `months`, then and when they began.

    Someone who is in two cohorts counts in each.
    """

    months: int
    cohorts: int
    people: int
    people_at_start: int

    @property
    def mean(self) -> float:
        """The number of people per cohort after so many months."""
        return self.people / self.cohorts

    @property
    def mean_at_start(self) -> float:
        """The number of people per cohort when these cohorts began."""
        return self.people_at_start / self.cohorts

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers of a row of the table: cohorts, people when they began and then, and these per cohort."""
        return self.cohorts, self.people_at_start, self.people, self.mean


def growth(changes: Iterable[GrowthChange]) -> tuple[GrowthPoint, ...]:
    """Return a point for each month that a cohort was followed for, from 0 on, over the cohorts followed that long."""
    rows = list(changes)
    last = max((row.followed for row in rows), default=-1)
    return tuple(_point(months, [row for row in rows if row.followed >= months]) for months in range(last + 1))


def _point(months: int, changes: Sequence[GrowthChange]) -> GrowthPoint:
    """Return the point of the cohorts whose changes are given, after so many months."""
    return GrowthPoint(
        months,
        cohorts=sum(row.cohorts for row in changes),
        people=sum(row.people for row in changes if row.months <= months),
        people_at_start=sum(row.people for row in changes if not row.months),
    )


def changed_points(points: Sequence[GrowthPoint]) -> list[GrowthPoint]:
    """Return the points to list in a table: the first, those that differ from the point before, and the last."""
    return [
        point
        for index, point in enumerate(points)
        if index in {0, len(points) - 1} or _numbers(point) != _numbers(points[index - 1])
    ]


def _numbers(point: GrowthPoint) -> tuple[int, int, int]:
    """Return the numbers of a point without its month."""
    return point.cohorts, point.people, point.people_at_start


def people_in_later_cohorts(counts: Iterable[BeginningCount], day: date) -> int:
    """Return the number of people whose earliest cohort had not begun by the end of `day`."""
    return sum(people for began_on, people in counts if began_on is None or began_on > day)
