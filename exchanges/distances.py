"""Distances that people travel: one way, as the crow flies, between seats as (latitude, longitude) in degrees.

Distances are whole kilometres, so that the rows of a table add up to its total.
"""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import Final, TypeAlias

EARTH_RADIUS: Final = 6371.0  # km, the mean one

Seat: TypeAlias = tuple[float, float]


def kilometres(start: Seat, end: Seat) -> int:
    """Return the great-circle distance between two seats, given as (latitude, longitude) in degrees, in whole
    kilometres.

    It is computed with the haversine formula.
    """
    (lat, lon), (to_lat, to_lon) = start, end
    north, south = radians(lat), radians(to_lat)
    across = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(to_lon - lon) / 2) ** 2
    return round(2 * EARTH_RADIUS * asin(min(1.0, sqrt(across))))


def travel(to: Seat | None, travellers: Iterable[tuple[Seat | None, int]]) -> int | None:
    """Return the sum of kilometres times people, one way, of travellers to the seat `to`; None when that seat is not
    known.

    A seat is a pair of latitude and longitude in degrees. `travellers` are pairs of seat and number of people; people
    whose seat is not known are left out.
    """
    if to is None:
        return None
    return sum(people * kilometres(seat, to) for seat, people in travellers if seat is not None)
