"""Place the seats of cohorts on the map of France, with labels that do not touch, and journeys to a host."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from web.maps.france import WIDTH, FranceMap
from web.maps.topology import Point

LABEL_HEIGHT: Final = 15
CHARACTER_WIDTH: Final = 7.2
LABEL_GAP: Final = 9  # from a dot to its label
HOST_LABEL_GAP: Final = 12  # from the host to its label


@dataclass(frozen=True, slots=True)
class MapLocation:
    """The seat of a cohort, in degrees, and the number of people who come from there, None where it does not matter."""

    name: str
    latitude: float
    longitude: float
    people: int | None = None
    is_host: bool = False

    @property
    def label(self) -> str:
        """Return the name and the number of people, as the map shows them."""
        return self.name if self.people is None else f"{self.name} {self.people}"


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
class SeatMap:
    """The map with the seats on it; `left_out` are the names of those that are not in France."""

    france: FranceMap
    dots: tuple[MapDot, ...]
    left_out: tuple[str, ...]


def draw(locations: Iterable[MapLocation], france: FranceMap) -> SeatMap:
    """Return the map with a dot for each location and a curve from each to the host; without a host on the map, no
    curves.

    Locations that are not on the map are only named, in `left_out`.
    """
    points = [(location, france.position(location.latitude, location.longitude)) for location in locations]
    on_map = [(location, point) for location, point in points if point]
    host = next((point for location, point in on_map if location.is_host), None)
    dots: list[MapDot] = []
    for location, point in sorted(on_map, key=lambda pair: (pair[1][1], pair[1][0])):
        dots.append(_dot(location, point, _journey(point, host) if host and not location.is_host else "", dots))
    return SeatMap(france, tuple(dots), tuple(location.name for location, point in points if point is None))


def _dot(location: MapLocation, point: Point, journey: str, above: Sequence[MapDot]) -> MapDot:
    """Return one dot of the map; its label is moved down until it touches none of the labels `above`.

    `journey` is the curve from the dot to the host as an SVG path, "" for none.
    """
    (x, y), width = point, _width(location)
    right = x + LABEL_GAP + width <= WIDTH
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
    other_width = _width(dot.location)
    other_left = dot.text_x if dot.anchor == "start" else dot.text_x - other_width
    return abs(dot.text_y - text_y) < LABEL_HEIGHT and other_left < left + width and left < other_left + other_width


def _width(location: MapLocation) -> float:
    """Return the width of the label of a location, in units of the map."""
    return len(location.label) * CHARACTER_WIDTH


def _journey(start: Point, host: Point) -> str:
    """Return the curve from the point `start` of the map to the host, as an SVG path.

    It bends slightly to the left, so that two journeys do not cover each other.
    """
    (x, y), (to_x, to_y) = start, host
    bend_x, bend_y = (x + to_x) / 2 + (to_y - y) * 0.15, (y + to_y) / 2 - (to_x - x) * 0.15
    return f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {to_x:.1f} {to_y:.1f}"
