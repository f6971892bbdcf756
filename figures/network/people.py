"""How many people the network has, by circle, from how many came to and left each one by which day. Pure.

A person counts once on any day, in the innermost circle they are in that day; `Circle` is in that order. Those who have
left stay counted as history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from cohorts.enums import Role
from figures.groups import Group


class Circle(TextChoices):
    """How near to the work, innermost first."""

    FIRST = "first", pgettext_lazy("circle", "first circle")
    SECOND = "second", pgettext_lazy("circle", "second circle")
    DECIDERS = "deciders", pgettext_lazy("circle", "elected officials and direction")
    DESIGN = "design", pgettext_lazy("circle", "design teams")


CIRCLE_OF: Final[Mapping[str, Circle]] = {
    Role.AMBASSADOR: Circle.FIRST,
    Role.PILOT: Circle.FIRST,
    Role.RELAY: Circle.SECOND,
    Role.ELECTED: Circle.DECIDERS,
    Role.DIRECTION: Circle.DECIDERS,
    Role.RESIDENT: Circle.DESIGN,
    Role.COORDINATOR: Circle.DESIGN,
}
EVER = "ever"
LOOK_BACK: Final = relativedelta(years=2)
LAST_DAY: Final = relativedelta(day=31)


class Change(NamedTuple):
    """By that day `people` more are in a circle, or fewer; under `EVER`, so many came for the first time.

    `own` of them the reader may see one by one.
    """

    day: date
    circle: str
    people: int
    own: int


@dataclass(frozen=True, slots=True)
class Point:
    """Who is in each circle on a day, and how many ever were in any."""

    day: date
    circles: Mapping[Circle, Group]
    ever: Group

    @property
    def active(self) -> Group:
        """The network's size: distinct people with a membership that day."""
        return Group(
            sum(group.total for group in self.circles.values()), sum(group.own for group in self.circles.values())
        )

    @property
    def left(self) -> Group:
        """People who were in it and are not that day."""
        return Group(self.ever.total - self.active.total, self.ever.own - self.active.own)

    @property
    def by_circle(self) -> bool:
        """Whether circles may be told apart: where one is masked the others would give it away."""
        return not any(group.masked for group in self.circles.values())

    def of(self, circle: Circle) -> int | None:
        """People of a circle; None where it may not be told."""
        return self.circles[circle].total if self.by_circle and not self.active.masked else None

    @property
    def together(self) -> int | None:
        """All of them where circles may not be told apart, None where even that tells too much."""
        return None if self.by_circle or self.active.masked else self.active.total


@dataclass(frozen=True, slots=True)
class Network:
    """How the network grew until `as_of`: a point for the end of each month since somebody came, and for that day.

    Without anyone there is no point: nothing yet, rather than zero.
    """

    as_of: date
    points: tuple[Point, ...] = ()
    earlier: Point | None = None

    @property
    def now(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def turns(self) -> list[Point]:
        """The first point, those that differ from the one before, and the last."""
        last = len(self.points) - 1
        return [
            point
            for at, point in enumerate(self.points)
            if at in {0, last} or (point.circles, point.ever) != (self.points[at - 1].circles, self.points[at - 1].ever)
        ]


def look_back(as_of: date) -> date:
    """The day the present one is compared with: the end of a month with the end of a month."""
    back = as_of - LOOK_BACK
    return back + LAST_DAY if as_of == as_of + LAST_DAY else back


def network(changes: Iterable[Change], *, as_of: date) -> Network:
    """Adds up changes, each dated by the end of its month, or by `look_back` or `as_of` where that comes first."""
    so_far = list(_adding_up(sorted(changes)))
    if not so_far:
        return Network(as_of)
    days = [*month_ends(so_far[0].day, as_of), as_of]
    return Network(as_of, tuple(_at(so_far, days)), next(_at(so_far, [look_back(as_of)]), None))


def month_ends(first: date, until: date) -> Iterator[date]:
    """The last day of each month from that of `first` on, before `until`."""
    day = first + LAST_DAY
    while day < until:
        yield day
        day = day + timedelta(days=1) + LAST_DAY


def _adding_up(changes: list[Change]) -> Iterator[Point]:
    """The point of every day on which something is told, in order."""
    people = dict.fromkeys([*Circle, EVER], Group())
    for day, told in groupby(changes, key=lambda change: change.day):
        for change in told:
            before = people[change.circle]
            people[change.circle] = Group(before.total + change.people, before.own + change.own)
        yield Point(day, {circle: people[circle] for circle in Circle}, people[EVER])


def _at(so_far: list[Point], days: Iterable[date]) -> Iterator[Point]:
    """How it stood on each of these days, which are in order; nothing for those before the first point."""
    place = -1
    for day in days:
        while place + 1 < len(so_far) and so_far[place + 1].day <= day:
            place += 1
        if place >= 0:
            yield Point(day, so_far[place].circles, so_far[place].ever)
