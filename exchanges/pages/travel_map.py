"""Draws where participants come from on a small map of mainland France.

Positions are in the drawing's view box, `SIDE` units wide and high.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

SIDE: Final = 300
WEST, EAST, SOUTH, NORTH = -5.5, 9.0, 41.9, 51.5
LONGITUDE_SCALE: Final = cos(radians(46.6))  # a degree of longitude is shorter than one of latitude
MARGIN: Final = 20
LABEL_HEIGHT: Final = 15
CHARACTER_WIDTH: Final = 7.2
LABEL_GAP: Final = 15  # from a dot to its label
HOST_LABEL_GAP: Final = 12  # from the host to its label

# The mainland in a few strokes, longitude and latitude, clockwise from Dunkerque.
OUTLINE: Final = (
    (2.4, 51.1), (4.2, 50.0), (6.2, 49.5), (8.2, 49.0), (7.6, 47.6), (6.2, 46.3), (7.0, 45.6), (6.9, 44.3),
    (7.5, 43.8), (6.2, 43.1), (4.6, 43.4), (3.2, 43.1), (3.1, 42.4), (0.7, 42.8), (-1.8, 43.4), (-1.2, 45.2),
    (-2.2, 47.2), (-4.6, 47.9), (-4.7, 48.5), (-2.0, 48.6), (-1.8, 49.7), (0.1, 49.5), (1.6, 50.2), (1.7, 50.9),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapLocation:
    """The seat of a cohort, in degrees, and the number of people who come from there."""

    name: str
    latitude: float
    longitude: float
    people: int
    is_host: bool = False


@dataclass(frozen=True, slots=True)
class MapDot:
    """A location on the map with its label; `journey` is the curve to the host, empty for the host itself."""

    location: MapLocation
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str
    journey: str


@dataclass(frozen=True, slots=True)
class TravelMap:
    outline: str
    dots: tuple[MapDot, ...]
    left_out: tuple[str, ...]


def draw(cohorts: Iterable[MapLocation]) -> TravelMap:
    """Return the map with a dot for each location and a curve from each to the host; without a host on the map, no
    curves.

    Locations outside mainland France are only named, in `left_out`.
    """
    locations = list(cohorts)
    on_map = [
        location for location in locations if WEST <= location.longitude <= EAST and SOUTH <= location.latitude <= NORTH
    ]
    host = next((location for location in on_map if location.is_host), None)
    return TravelMap(
        outline="M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (position(lat, lon) for lon, lat in OUTLINE)) + "Z",
        dots=_dots(on_map, host),
        left_out=tuple(location.name for location in locations if location not in on_map),
    )


def position(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the point of the map, x and y from the top left, for a latitude and longitude in degrees."""
    scale = (SIDE - 2 * MARGIN) / (NORTH - SOUTH)
    left = (SIDE - (EAST - WEST) * LONGITUDE_SCALE * scale) / 2
    return left + (longitude - WEST) * LONGITUDE_SCALE * scale, MARGIN + (NORTH - latitude) * scale


def _dots(on_map: Sequence[MapLocation], host: MapLocation | None) -> tuple[MapDot, ...]:
    """Return the dots of the map from north to south, each with the curve to the host (None: no curves).

    A label that would touch the one above it moves down.
    """
    dots: list[MapDot] = []
    for location in sorted(on_map, key=lambda location: (-location.latitude, location.longitude)):
        x, y = position(location.latitude, location.longitude)
        dots.append(_dot(location, x, y, _journey((x, y), host) if host and not location.is_host else "", dots))
    return tuple(dots)


def _dot(location: MapLocation, x: float, y: float, journey: str, above: Sequence[MapDot]) -> MapDot:
    """Return one dot of the map at the point `x`, `y`; its label is moved down until it touches none of the dots
    `above`.

    `journey` is the curve from the dot to the host as an SVG path, "" for none.
    """
    width = (len(location.name) + 4) * CHARACTER_WIDTH
    right = x + LABEL_GAP + width <= SIDE
    text_x, text_y = (x + LABEL_GAP if right else x - LABEL_GAP), y + 4
    if location.is_host:  # journeys end at its sides, so its name is above
        text_x, text_y = (x - HOST_LABEL_GAP / 2 if right else x + HOST_LABEL_GAP / 2), y - HOST_LABEL_GAP
    left_edge = text_x if right else text_x - width
    while any(_touches(dot, left_edge, width, text_y) for dot in above):
        text_y += 4
    return MapDot(
        location, round(x, 1), round(y, 1), round(text_x, 1), round(text_y, 1), "start" if right else "end", journey
    )


def _touches(dot: MapDot, left: float, width: float, text_y: float) -> bool:
    """Return whether the label of a dot would overlap another label.

    The other label is given by its left edge, its width and the height (`text_y`) at which it is written on the map.
    """
    other_width = (len(dot.location.name) + 4) * CHARACTER_WIDTH
    other_left = dot.text_x if dot.anchor == "start" else dot.text_x - other_width
    return abs(dot.text_y - text_y) < LABEL_HEIGHT and other_left < left + width and left < other_left + other_width


def _journey(start: tuple[float, float], host: MapLocation) -> str:
    """Return the curve from the point `start` of the map to the host, as an SVG path.

    It bends slightly to the left, so that two journeys do not cover each other.
    """
    (x, y), (to_x, to_y) = start, position(host.latitude, host.longitude)
    bend_x, bend_y = (x + to_x) / 2 + (to_y - y) * 0.15, (y + to_y) / 2 - (to_x - x) * 0.15
    return f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {to_x:.1f} {to_y:.1f}"
