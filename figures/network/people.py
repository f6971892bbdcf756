"""The number of people in the network, by circle, calculated from the days people joined and left. Pure.

A person counts once on any day, in the innermost circle they are in that day; `NetworkCircle` is in that order. People
who have left stay counted as history.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from cohorts.people.enums import MembershipRole


class NetworkCircle(TextChoices):
    """The circles of the network by closeness to the work, innermost first."""

    FIRST = "first", pgettext_lazy("circle", "first circle")
    SECOND = "second", pgettext_lazy("circle", "second circle")
    DECIDERS = "deciders", pgettext_lazy("circle", "elected officials and direction")
    DESIGN = "design", pgettext_lazy("circle", "design teams")


CIRCLE_OF: Final[Mapping[str, NetworkCircle]] = {
    MembershipRole.AMBASSADOR: NetworkCircle.FIRST,
    MembershipRole.PILOT: NetworkCircle.FIRST,
    MembershipRole.RELAY: NetworkCircle.SECOND,
    MembershipRole.ELECTED: NetworkCircle.DECIDERS,
    MembershipRole.DIRECTION: NetworkCircle.DECIDERS,
    MembershipRole.RESIDENT: NetworkCircle.DESIGN,
    MembershipRole.COORDINATOR: NetworkCircle.DESIGN,
}
EVER = "ever"
COMPARISON_PERIOD: Final = relativedelta(years=2)
LAST_DAY: Final = relativedelta(day=31)


class CircleChange(NamedTuple):
    """By that day a circle has `people` more, or fewer; under `EVER`, so many joined for the first time."""

    day: date
    circle: str
    people: int


@dataclass(frozen=True, slots=True)
class NetworkPoint:
    """The people in each circle on a day, and the number who were `ever` in any."""

    day: date
    circles: Mapping[NetworkCircle, int]
    ever: int

    @property
    def active(self) -> int:
        """The number of distinct people with a membership that day."""
        return sum(self.circles.values())

    @property
    def left(self) -> int:
        """The number of people who were members on an earlier day and are not that day."""
        return self.ever - self.active


@dataclass(frozen=True, slots=True)
class Network:
    """The growth of the network: a point for the end of each month since the first member, and for the day `as_of`.

    Without members there is no point: nothing yet, rather than zero.
    """

    as_of: date
    points: tuple[NetworkPoint, ...] = ()
    earlier: NetworkPoint | None = None

    @property
    def now(self) -> NetworkPoint | None:
        """The point of the day of the figures, the last one; None without members."""
        return self.points[-1] if self.points else None

    @property
    def compared(self) -> NetworkPoint | None:
        """The point that the page compares with `now`: two years before, else the first one; None if that is `now`."""
        first = self.points[0] if len(self.points) > 1 else None
        return self.earlier or first

    @property
    def changed_points(self) -> list[NetworkPoint]:
        """The points to list in a table: the first, those whose numbers differ from the point before, and the last."""
        last = len(self.points) - 1
        return [
            point
            for at, point in enumerate(self.points)
            if at in {0, last} or (point.circles, point.ever) != (self.points[at - 1].circles, self.points[at - 1].ever)
        ]


def comparison_day(as_of: date) -> date:
    """Return the day two years before `as_of`; for the last day of a month, the last day of that month."""
    back = as_of - COMPARISON_PERIOD
    return back + LAST_DAY if as_of == as_of + LAST_DAY else back


def network(changes: Iterable[CircleChange], *, as_of: date) -> Network:
    """Return the growth of the network until `as_of`, a point per end of month, from the changes of its circles.

    `changes` come in any order, each dated by the end of its month, or by `comparison_day` or `as_of` where that comes
    first. Without changes there is no point.
    """
    points = list(_running_points(sorted(changes)))
    if not points:
        return Network(as_of)
    days = [*month_ends(points[0].day, as_of), as_of]
    return Network(as_of, tuple(_points_on(points, days)), next(_points_on(points, [comparison_day(as_of)]), None))


def month_ends(first: date, until: date) -> Iterator[date]:
    """Yield the last day of each month, from the month of `first` to the last one that ends before the day `until`."""
    day = first + LAST_DAY
    while day < until:
        yield day
        day = day + timedelta(days=1) + LAST_DAY


def _running_points(changes: list[CircleChange]) -> Iterator[NetworkPoint]:
    """Yield a point with the people in each circle after each day with changes, in order of day.

    `changes` must be sorted by day.
    """
    people = dict.fromkeys([*NetworkCircle, EVER], 0)
    for day, day_changes in groupby(changes, key=lambda change: change.day):
        for change in day_changes:
            people[change.circle] += change.people
        yield NetworkPoint(day, {circle: people[circle] for circle in NetworkCircle}, people[EVER])


def _points_on(points: list[NetworkPoint], days: Iterable[date]) -> Iterator[NetworkPoint]:
    """Yield a point with the people in each circle on each of `days`; none for days before the first change.

    `points` are those of the days with changes; both are in order of day.
    """
    index = -1
    for day in days:
        while index + 1 < len(points) and points[index + 1].day <= day:
            index += 1
        if index >= 0:
            yield NetworkPoint(day, points[index].circles, points[index].ever)
