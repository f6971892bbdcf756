"""How far people travel: as the crow flies, one way. Values only; seats are (latitude, longitude) in degrees.

Distances are whole kilometres, so that whoever adds up a table finds its total.
"""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import Final, TypeAlias

EARTH_RADIUS: Final = 6371.0  # km, the mean one

Seat: TypeAlias = tuple[float, float]


def kilometres(start: Seat, end: Seat) -> int:
    """Great-circle distance (haversine)."""
    (lat, lon), (to_lat, to_lon) = start, end
    north, south = radians(lat), radians(to_lat)
    across = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(to_lon - lon) / 2) ** 2
    return round(2 * EARTH_RADIUS * asin(min(1.0, sqrt(across))))


def travel(to: Seat | None, travellers: Iterable[tuple[Seat | None, int]]) -> int | None:
    """Kilometres times people, one way; those whose seat is not known are left out.

    None where the place they go to is not known.
    """
    if to is None:
        return None
    return sum(people * kilometres(seat, to) for seat, people in travellers if seat is not None)
