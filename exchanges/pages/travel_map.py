"""Draws who comes from where: coordinates in, places on a small map of mainland France out.

Positions are in the drawing's view box, `SIDE` units wide and high.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

SIDE: Final = 300
WEST, EAST, SOUTH, NORTH = -5.5, 9.0, 41.9, 51.5
SQUEEZE: Final = cos(radians(46.6))  # a degree of longitude is shorter than one of latitude
MARGIN: Final = 20
LABEL_HEIGHT: Final = 15
LETTER_WIDTH: Final = 7.2
ASIDE: Final = 15  # from a place to its label
ABOVE: Final = 12  # from the host to its label

# The mainland in a few strokes, longitude and latitude, clockwise from Dunkerque.
OUTLINE: Final = (
    (2.4, 51.1), (4.2, 50.0), (6.2, 49.5), (8.2, 49.0), (7.6, 47.6), (6.2, 46.3), (7.0, 45.6), (6.9, 44.3),
    (7.5, 43.8), (6.2, 43.1), (4.6, 43.4), (3.2, 43.1), (3.1, 42.4), (0.7, 42.8), (-1.8, 43.4), (-1.2, 45.2),
    (-2.2, 47.2), (-4.6, 47.9), (-4.7, 48.5), (-2.0, 48.6), (-1.8, 49.7), (0.1, 49.5), (1.6, 50.2), (1.7, 50.9),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A cohort's seat, in degrees, and how many come from there."""

    name: str
    latitude: float
    longitude: float
    people: int
    is_host: bool = False


@dataclass(frozen=True, slots=True)
class PlacedDot:
    """A place on the map; `journey` is the curve to the host, empty for the host itself."""

    place: Place
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str
    journey: str


@dataclass(frozen=True, slots=True)
class TravelMap:
    outline: str
    dots: tuple[PlacedDot, ...]
    left_out: tuple[str, ...]


def draw(places: Iterable[Place]) -> TravelMap:
    """The map; places off the mainland are named in `left_out` instead."""
    known = list(places)
    shown = [place for place in known if WEST <= place.longitude <= EAST and SOUTH <= place.latitude <= NORTH]
    host = next((place for place in shown if place.is_host), None)
    return TravelMap(
        outline="M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (position(lat, lon) for lon, lat in OUTLINE)) + "Z",
        dots=_placed(shown, host),
        left_out=tuple(place.name for place in known if place not in shown),
    )


def position(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a point of the globe falls in the view box."""
    scale = (SIDE - 2 * MARGIN) / (NORTH - SOUTH)
    left = (SIDE - (EAST - WEST) * SQUEEZE * scale) / 2
    return left + (longitude - WEST) * SQUEEZE * scale, MARGIN + (NORTH - latitude) * scale


def _placed(shown: Sequence[Place], host: Place | None) -> tuple[PlacedDot, ...]:
    """From north to south, so that a label that would touch the one above moves down."""
    dots: list[PlacedDot] = []
    for place in sorted(shown, key=lambda place: (-place.latitude, place.longitude)):
        x, y = position(place.latitude, place.longitude)
        dots.append(_dot(place, x, y, _journey((x, y), host) if host and not place.is_host else "", dots))
    return tuple(dots)


def _dot(place: Place, x: float, y: float, journey: str, above: Sequence[PlacedDot]) -> PlacedDot:
    width = (len(place.name) + 4) * LETTER_WIDTH
    right = x + ASIDE + width <= SIDE
    text_x, text_y = (x + ASIDE if right else x - ASIDE), y + 4
    if place.is_host:  # journeys arrive beside it: its name stands above
        text_x, text_y = (x - ABOVE / 2 if right else x + ABOVE / 2), y - ABOVE
    left_edge = text_x if right else text_x - width
    while any(_touches(dot, left_edge, width, text_y) for dot in above):
        text_y += 4
    return PlacedDot(
        place, round(x, 1), round(y, 1), round(text_x, 1), round(text_y, 1), "start" if right else "end", journey
    )


def _touches(dot: PlacedDot, left: float, width: float, text_y: float) -> bool:
    other = (len(dot.place.name) + 4) * LETTER_WIDTH
    other_left = dot.text_x if dot.anchor == "start" else dot.text_x - other
    return abs(dot.text_y - text_y) < LABEL_HEIGHT and other_left < left + width and left < other_left + other


def _journey(start: tuple[float, float], host: Place) -> str:
    """A curve that bends a little to the left of the way, so that two journeys do not cover each other."""
    (x, y), (to_x, to_y) = start, position(host.latitude, host.longitude)
    bend_x, bend_y = (x + to_x) / 2 + (to_y - y) * 0.15, (y + to_y) / 2 - (to_x - x) * 0.15
    return f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {to_x:.1f} {to_y:.1f}"
